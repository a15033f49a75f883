// RUN: weft-opt %s --weft-order-products | FileCheck %s

// The weight is a product of two: its factors are multiplied with the input one after the other.
// CHECK-LABEL: weft.network @net
// CHECK-NEXT: weft.equation "W"(%A, %B
// CHECK: %[[T:.*]] = weft.equation "y"(%x, %B {{.*}} -> <real[Seq, Rank]>
// CHECK: weft.equation "y"(%A, %[[T]] {{.*}} -> <real[Seq, N]>
// CHECK: weft.return
module attributes {weft.entry = @net, weft.real = "f32"} {
  weft.axis open @Seq "Seq"
  weft.axis fixed @N "64"
  weft.axis fixed @Rank "2"
  weft.monoid @sum carrier ["value"] [!weft.obj<real>] arguments ["value"] laws {associative = "proved", commutative = "proved", unit = "proved"} domain {
  } unit {
    %0 = weft.constant 0.000000e+00 : !weft.obj<real>
    weft.yield %0 : !weft.obj<real>
  } operation {
  ^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
    %0 = weft.apply add(%a, %b) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    weft.yield %0 : !weft.obj<real>
  } lift {
  ^bb0(%value: !weft.obj<real>):
    weft.yield %value : !weft.obj<real>
  } lower {
  ^bb0(%value: !weft.obj<real>):
    weft.yield %value : !weft.obj<real>
  }
  weft.network @net(%x: !weft.obj<real[Seq, N]> as "x") weights(%A: !weft.obj<real[N, Rank]> as "A", %B: !weft.obj<real[Rank, N]> as "B") -> (y: !weft.obj<real[Seq, N]>) {
    %W = weft.equation "W"(%A, %B : !weft.obj<real[N, Rank]>, !weft.obj<real[Rank, N]>) -> !weft.obj<real[N, N]> {
    ^bb0(%o: !weft.obj<N>, %i: !weft.obj<N>, %a: !weft.obj<real[N, Rank]>, %b: !weft.obj<real[Rank, N]>):
      %f = weft.fold @sum of {
      ^bb0(%r: !weft.obj<Rank>):
        %p = weft.read %a[%o, %r] : (!weft.obj<real[N, Rank]>, !weft.obj<N>, !weft.obj<Rank>) -> !weft.obj<real>
        %q = weft.read %b[%r, %i] : (!weft.obj<real[Rank, N]>, !weft.obj<Rank>, !weft.obj<N>) -> !weft.obj<real>
        %m = weft.apply mul(%p, %q) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %m : !weft.obj<real>
      } -> !weft.obj<real>
      weft.define %f at [%o, %i] : !weft.obj<real>, !weft.obj<N>, !weft.obj<N>
    }
    %y = weft.equation "y"(%W, %x : !weft.obj<real[N, N]>, !weft.obj<real[Seq, N]>) -> !weft.obj<real[Seq, N]> {
    ^bb0(%s: !weft.obj<Seq>, %o: !weft.obj<N>, %w: !weft.obj<real[N, N]>, %v: !weft.obj<real[Seq, N]>):
      %f = weft.fold @sum of {
      ^bb0(%i: !weft.obj<N>):
        %p = weft.read %w[%o, %i] : (!weft.obj<real[N, N]>, !weft.obj<N>, !weft.obj<N>) -> !weft.obj<real>
        %q = weft.read %v[%s, %i] : (!weft.obj<real[Seq, N]>, !weft.obj<Seq>, !weft.obj<N>) -> !weft.obj<real>
        %m = weft.apply mul(%p, %q) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %m : !weft.obj<real>
      } -> !weft.obj<real>
      weft.define %f at [%s, %o] : !weft.obj<real>, !weft.obj<Seq>, !weft.obj<N>
    }
    weft.return %y : !weft.obj<real[Seq, N]>
  }
}
