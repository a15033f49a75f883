// RUN: weft-opt %s --weft-exact-products | FileCheck %s

// 512 products of an i8 and a u8 stay within 2^24: a sum of f32. The input is converted whole, the weight where it is used.
// The integer is made of it in an equation of its own.
// CHECK: weft.equation "y"(%x : {{.*}} -> <f32[N, K]>
// CHECK: weft.convert {{.*}} : <i8> -> <f32>
// CHECK: weft.equation "y"({{.*}} -> <f32[N, M]>
// CHECK: weft.fold @sum.f32 of
// CHECK: weft.convert {{.*}} : <u8> -> <f32>
// CHECK: weft.equation "y"({{.*}} -> <i64[N, M]>
// CHECK: weft.convert {{.*}} : <f32> -> <i64>
// 512 products of 16-bit integers may leave 2^53 nowhere, and 2^24 early; those of 64 bits are left alone.
// CHECK: weft.equation "z"
// CHECK: weft.fold @sum.f64 of
// CHECK: weft.equation "v"
// CHECK: weft.fold @sum of
// CHECK: weft.return
module attributes {weft.entry = @net, weft.real = "f32"} {
  weft.axis  open @N "N"
  weft.axis  fixed @M "8"
  weft.axis  fixed @K "512"
  weft.monoid @sum carrier ["value"] [!weft.obj<i64>] arguments ["value"] laws {associative = "proved", commutative = "proved", unit = "proved"} domain {
  } unit {
    %0 = weft.constant 0 : !weft.obj<i64>
    weft.yield %0 : !weft.obj<i64>
  } operation {
  ^bb0(%a: !weft.obj<i64>, %b: !weft.obj<i64>):
    %0 = weft.apply  add(%a, %b) : (!weft.obj<i64>, !weft.obj<i64>) -> !weft.obj<i64>
    weft.yield %0 : !weft.obj<i64>
  } lift {
  ^bb0(%value: !weft.obj<i64>):
    weft.yield %value : !weft.obj<i64>
  } lower {
  ^bb0(%value: !weft.obj<i64>):
    weft.yield %value : !weft.obj<i64>
  }
  weft.network @net(%x: !weft.obj<i8[N, K]> as "x", %s: !weft.obj<i16[N, K]> as "s", %l: !weft.obj<i64[N, K]> as "l") weights(%w: !weft.obj<u8[M, K]> as "w", %t: !weft.obj<i16[M, K]> as "t") -> (y: !weft.obj<i64[N, M]>, z: !weft.obj<i64[N, M]>, v: !weft.obj<i64[N, M]>) {
    %0 = weft.equation "y"(%x, %w : !weft.obj<i8[N, K]>, !weft.obj<u8[M, K]>) -> <i64[N, M]> {
    ^bb0(%n: !weft.obj<N>, %m: !weft.obj<M>, %x_: !weft.obj<i8[N, K]>, %w_: !weft.obj<u8[M, K]>):
      %3 = weft.fold @sum of {
      ^bb0(%k: !weft.obj<K>):
        %4 = weft.read %x_[%n, %k] : (!weft.obj<i8[N, K]>, !weft.obj<N>, !weft.obj<K>) -> !weft.obj<i8>
        %5 = weft.convert %4 : <i8> -> <i64>
        %6 = weft.read %w_[%m, %k] : (!weft.obj<u8[M, K]>, !weft.obj<M>, !weft.obj<K>) -> !weft.obj<u8>
        %7 = weft.convert %6 : <u8> -> <i64>
        %8 = weft.apply  mul(%5, %7) : (!weft.obj<i64>, !weft.obj<i64>) -> !weft.obj<i64>
        weft.yield %8 : !weft.obj<i64>
      } -> <i64>
      weft.define %3 at[%n, %m] : !weft.obj<i64>, !weft.obj<N>, !weft.obj<M>
    }
    %1 = weft.equation "z"(%s, %t : !weft.obj<i16[N, K]>, !weft.obj<i16[M, K]>) -> <i64[N, M]> {
    ^bb0(%n: !weft.obj<N>, %m: !weft.obj<M>, %x_: !weft.obj<i16[N, K]>, %w_: !weft.obj<i16[M, K]>):
      %3 = weft.fold @sum of {
      ^bb0(%k: !weft.obj<K>):
        %4 = weft.read %x_[%n, %k] : (!weft.obj<i16[N, K]>, !weft.obj<N>, !weft.obj<K>) -> !weft.obj<i16>
        %5 = weft.convert %4 : <i16> -> <i64>
        %6 = weft.read %w_[%m, %k] : (!weft.obj<i16[M, K]>, !weft.obj<M>, !weft.obj<K>) -> !weft.obj<i16>
        %7 = weft.convert %6 : <i16> -> <i64>
        %8 = weft.apply  mul(%5, %7) : (!weft.obj<i64>, !weft.obj<i64>) -> !weft.obj<i64>
        weft.yield %8 : !weft.obj<i64>
      } -> <i64>
      weft.define %3 at[%n, %m] : !weft.obj<i64>, !weft.obj<N>, !weft.obj<M>
    }
    %2 = weft.equation "v"(%l, %w : !weft.obj<i64[N, K]>, !weft.obj<u8[M, K]>) -> <i64[N, M]> {
    ^bb0(%n: !weft.obj<N>, %m: !weft.obj<M>, %x_: !weft.obj<i64[N, K]>, %w_: !weft.obj<u8[M, K]>):
      %3 = weft.fold @sum of {
      ^bb0(%k: !weft.obj<K>):
        %4 = weft.read %x_[%n, %k] : (!weft.obj<i64[N, K]>, !weft.obj<N>, !weft.obj<K>) -> !weft.obj<i64>
        %6 = weft.read %w_[%m, %k] : (!weft.obj<u8[M, K]>, !weft.obj<M>, !weft.obj<K>) -> !weft.obj<u8>
        %7 = weft.convert %6 : <u8> -> <i64>
        %8 = weft.apply  mul(%4, %7) : (!weft.obj<i64>, !weft.obj<i64>) -> !weft.obj<i64>
        weft.yield %8 : !weft.obj<i64>
      } -> <i64>
      weft.define %3 at[%n, %m] : !weft.obj<i64>, !weft.obj<N>, !weft.obj<M>
    }
    weft.return %0, %1, %2 : !weft.obj<i64[N, M]>, !weft.obj<i64[N, M]>, !weft.obj<i64[N, M]>
  }
}
