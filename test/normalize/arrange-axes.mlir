// RUN: weft-opt %s --weft-arrange-axes | FileCheck %s

// What a weight's axes give comes last between two equations; what the network takes and gives stays.
// CHECK: weft.network @layers(%x: !weft.obj<real[I, R, C]>
// CHECK: %[[H:.*]] = weft.equation "h"
// CHECK-SAME: -> <real[R, C, O]>
// CHECK: ^bb0(%[[ROW:.*]]: !weft.obj<R>, %[[COLUMN:.*]]: !weft.obj<C>, %[[CHANNEL:.*]]: !weft.obj<O>,
// CHECK: weft.define %{{.*}} at[%[[ROW]], %[[COLUMN]], %[[CHANNEL]]]
// CHECK: weft.equation "y"(%V, %[[H]] : !weft.obj<real[P, O]>, !weft.obj<real[R, C, O]>) -> <real[P, R, C]>
// CHECK: ^bb0(%[[P:.*]]: !weft.obj<P>, %[[R:.*]]: !weft.obj<R>, %[[C:.*]]: !weft.obj<C>,
// CHECK: ^bb0(%[[O:.*]]: !weft.obj<O>):
// CHECK: weft.read %{{.*}}[%[[R]], %[[C]], %[[O]]]
// CHECK: weft.define %{{.*}} at[%[[P]], %[[R]], %[[C]]]
module attributes {weft.entry = @layers, weft.real = "f32"} {
  weft.axis  fixed @I "3"
  weft.axis  fixed @O "16"
  weft.axis  fixed @P "8"
  weft.axis  open @R "R"
  weft.axis  open @C "C"
  weft.network @layers(%x: !weft.obj<real[I, R, C]> as "x") weights(%W: !weft.obj<real[O, I]> as "W", %V: !weft.obj<real[P, O]> as "V") -> (y: !weft.obj<real[P, R, C]>) {
    %0 = weft.equation "h"(%W, %x : !weft.obj<real[O, I]>, !weft.obj<real[I, R, C]>) -> <real[O, R, C]> {
    ^bb0(%o: !weft.obj<O>, %r: !weft.obj<R>, %c: !weft.obj<C>, %arg3: !weft.obj<real[O, I]>, %arg4: !weft.obj<real[I, R, C]>):
      %2 = weft.fold @sum of {
      ^bb0(%i: !weft.obj<I>):
        %3 = weft.read %arg3[%o, %i] : (!weft.obj<real[O, I]>, !weft.obj<O>, !weft.obj<I>) -> !weft.obj<real>
        %4 = weft.read %arg4[%i, %r, %c] : (!weft.obj<real[I, R, C]>, !weft.obj<I>, !weft.obj<R>, !weft.obj<C>) -> !weft.obj<real>
        %5 = weft.apply  mul(%3, %4) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %5 : !weft.obj<real>
      } -> <real> {index_names = ["i"]}
      weft.define %2 at[%o, %r, %c] : !weft.obj<real>, !weft.obj<O>, !weft.obj<R>, !weft.obj<C>
    }
    %1 = weft.equation "y"(%V, %0 : !weft.obj<real[P, O]>, !weft.obj<real[O, R, C]>) -> <real[P, R, C]> {
    ^bb0(%p: !weft.obj<P>, %r: !weft.obj<R>, %c: !weft.obj<C>, %arg3: !weft.obj<real[P, O]>, %arg4: !weft.obj<real[O, R, C]>):
      %2 = weft.fold @sum of {
      ^bb0(%o: !weft.obj<O>):
        %3 = weft.read %arg3[%p, %o] : (!weft.obj<real[P, O]>, !weft.obj<P>, !weft.obj<O>) -> !weft.obj<real>
        %4 = weft.read %arg4[%o, %r, %c] : (!weft.obj<real[O, R, C]>, !weft.obj<O>, !weft.obj<R>, !weft.obj<C>) -> !weft.obj<real>
        %5 = weft.apply  mul(%3, %4) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %5 : !weft.obj<real>
      } -> <real> {index_names = ["o"]}
      weft.define %2 at[%p, %r, %c] : !weft.obj<real>, !weft.obj<P>, !weft.obj<R>, !weft.obj<C>
    }
    weft.return %1 : !weft.obj<real[P, R, C]>
  }
  weft.monoid @sum carrier ["value"] [!weft.obj<real>] arguments ["value"] laws {associative = "assumed", commutative = "assumed", unit = "assumed"} domain {
  } unit {
    %0 = weft.constant 0.000000e+00 : !weft.obj<real>
    weft.yield %0 : !weft.obj<real>
  } operation {
  ^bb0(%a_value: !weft.obj<real>, %b_value: !weft.obj<real>):
    %0 = weft.apply  add(%a_value, %b_value) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    weft.yield %0 : !weft.obj<real>
  } lift {
  ^bb0(%value: !weft.obj<real>):
    weft.yield %value : !weft.obj<real>
  } lower {
  ^bb0(%value: !weft.obj<real>):
    weft.yield %value : !weft.obj<real>
  }
}
