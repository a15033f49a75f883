// RUN: weft-opt %s --weft-group-factors | FileCheck %s

// What does not need the result's last index is multiplied once, in the order in which it is read; the other factor is
// a plain read, and stays one. What is made of weights alone stays in the type in which it is stored.
// CHECK: %[[P:.*]] = weft.equation "y"(%a, %g {{.*}} -> <real[M, S]>
// CHECK: weft.apply exp
// CHECK: weft.equation "y"(%v, %[[P]] : {{.*}} -> <real[S, E]>
// CHECK: weft.fold @sum
// CHECK-NOT: exp
// CHECK: weft.equation "z"
// CHECK: weft.fold @sum
// CHECK: weft.convert
// CHECK: weft.return
module attributes {weft.entry = @net, weft.real = "f32"} {
  weft.axis  open @S "S"
  weft.axis  open @M "M"
  weft.axis  fixed @E "32"
  weft.monoid @sum carrier ["value"] [!weft.obj<real>] arguments ["value"] laws {associative = "proved", commutative = "proved", unit = "proved"} domain {
  } unit {
    %0 = weft.constant 0.000000e+00 : !weft.obj<real>
    weft.yield %0 : !weft.obj<real>
  } operation {
  ^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
    %0 = weft.apply  add(%a, %b) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    weft.yield %0 : !weft.obj<real>
  } lift {
  ^bb0(%value: !weft.obj<real>):
    weft.yield %value : !weft.obj<real>
  } lower {
  ^bb0(%value: !weft.obj<real>):
    weft.yield %value : !weft.obj<real>
  }
  weft.network @net(%a: !weft.obj<real[M, S]> as "a", %g: !weft.obj<real[M]> as "g", %v: !weft.obj<real[M, E]> as "v") weights(%w: !weft.obj<i8[E, E]> as "w", %scale: !weft.obj<real[E]> as "scale") -> (y: !weft.obj<real[S, E]>, z: !weft.obj<real[M, E]>) {
    %0 = weft.equation "y"(%a, %g, %v : !weft.obj<real[M, S]>, !weft.obj<real[M]>, !weft.obj<real[M, E]>) -> <real[S, E]> {
    ^bb0(%s: !weft.obj<S>, %e: !weft.obj<E>, %a_: !weft.obj<real[M, S]>, %g_: !weft.obj<real[M]>, %v_: !weft.obj<real[M, E]>):
      %2 = weft.fold @sum of {
      ^bb0(%m: !weft.obj<M>):
        %3 = weft.read %a_[%m, %s] : (!weft.obj<real[M, S]>, !weft.obj<M>, !weft.obj<S>) -> !weft.obj<real>
        %4 = weft.apply  exp(%3) : (!weft.obj<real>) -> !weft.obj<real>
        %5 = weft.read %v_[%m, %e] : (!weft.obj<real[M, E]>, !weft.obj<M>, !weft.obj<E>) -> !weft.obj<real>
        %6 = weft.apply  mul(%4, %5) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        %7 = weft.read %g_[%m] : (!weft.obj<real[M]>, !weft.obj<M>) -> !weft.obj<real>
        %8 = weft.apply  mul(%6, %7) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %8 : !weft.obj<real>
      } -> <real>
      weft.define %2 at[%s, %e] : !weft.obj<real>, !weft.obj<S>, !weft.obj<E>
    }
    %1 = weft.equation "z"(%v, %w, %scale : !weft.obj<real[M, E]>, !weft.obj<i8[E, E]>, !weft.obj<real[E]>) -> <real[M, E]> {
    ^bb0(%m: !weft.obj<M>, %e: !weft.obj<E>, %v_: !weft.obj<real[M, E]>, %w_: !weft.obj<i8[E, E]>, %scale_: !weft.obj<real[E]>):
      %2 = weft.fold @sum of {
      ^bb0(%i: !weft.obj<E>):
        %3 = weft.read %w_[%e, %i] : (!weft.obj<i8[E, E]>, !weft.obj<E>, !weft.obj<E>) -> !weft.obj<i8>
        %4 = weft.convert %3 : <i8> -> <real>
        %5 = weft.read %scale_[%e] : (!weft.obj<real[E]>, !weft.obj<E>) -> !weft.obj<real>
        %6 = weft.apply  mul(%4, %5) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        %7 = weft.read %v_[%m, %i] : (!weft.obj<real[M, E]>, !weft.obj<M>, !weft.obj<E>) -> !weft.obj<real>
        %8 = weft.apply  mul(%6, %7) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %8 : !weft.obj<real>
      } -> <real>
      weft.define %2 at[%m, %e] : !weft.obj<real>, !weft.obj<M>, !weft.obj<E>
    }
    weft.return %0, %1 : !weft.obj<real[S, E]>, !weft.obj<real[M, E]>
  }
}
