// RUN: weft-opt %s --weft-hoist-folds | FileCheck %s

// A fold that needs fewer indices than the equation around it is a wire of its own.
// CHECK: %[[SUM:.*]] = weft.equation "y"(%x {{.*}}-> <real[S]>
// CHECK: weft.fold @sum
// CHECK: weft.equation "y"(%x, %[[SUM]]
// CHECK-NOT: weft.fold
// CHECK: weft.return
module attributes {weft.entry = @row, weft.real = "f32"} {
  weft.axis  open @S "S"
  weft.axis  fixed @M "8"
  weft.network @row(%x: !weft.obj<real[S, M]> as "x") -> (y: !weft.obj<real[S, M]>) {
    %0 = weft.equation "y"(%x : !weft.obj<real[S, M]>) -> <real[S, M]> {
    ^bb0(%arg0: !weft.obj<S>, %arg1: !weft.obj<M>, %arg2: !weft.obj<real[S, M]>):
      %1 = weft.read %arg2[%arg0, %arg1] : (!weft.obj<real[S, M]>, !weft.obj<S>, !weft.obj<M>) -> !weft.obj<real>
      %2 = weft.fold @sum of {
      ^bb0(%j: !weft.obj<M>):
        %4 = weft.read %arg2[%arg0, %j] : (!weft.obj<real[S, M]>, !weft.obj<S>, !weft.obj<M>) -> !weft.obj<real>
        weft.yield %4 : !weft.obj<real>
      } -> <real> {index_names = ["j"]}
      %3 = weft.apply  divide(%1, %2) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      weft.define %3 at[%arg0, %arg1] : !weft.obj<real>, !weft.obj<S>, !weft.obj<M>
    }
    weft.return %0 : !weft.obj<real[S, M]>
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
