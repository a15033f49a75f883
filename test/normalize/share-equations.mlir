// RUN: weft-opt %s --weft-share-equations --cse | FileCheck %s

// Two equations of one meaning are one.
// CHECK: %[[TOTAL:.*]] = weft.equation "total"
// CHECK-NOT: "again"
// CHECK: weft.equation "y"(%x, %[[TOTAL]]
// CHECK: weft.equation "z"(%x, %[[TOTAL]]
module attributes {weft.entry = @twice, weft.real = "f32"} {
  weft.axis  open @S "S"
  weft.axis  fixed @M "8"
  weft.network @twice(%x: !weft.obj<real[S, M]> as "x") -> (y: !weft.obj<real[S, M]>, z: !weft.obj<real[S, M]>) {
    %0 = weft.equation "total"(%x : !weft.obj<real[S, M]>) -> <real[S]> {
    ^bb0(%arg0: !weft.obj<S>, %arg1: !weft.obj<real[S, M]>):
      %4 = weft.fold @sum of {
      ^bb0(%j: !weft.obj<M>):
        %5 = weft.read %arg1[%arg0, %j] : (!weft.obj<real[S, M]>, !weft.obj<S>, !weft.obj<M>) -> !weft.obj<real>
        weft.yield %5 : !weft.obj<real>
      } -> <real> {index_names = ["j"]}
      weft.define %4 at[%arg0] : !weft.obj<real>, !weft.obj<S>
    }
    %1 = weft.equation "again"(%x : !weft.obj<real[S, M]>) -> <real[S]> {
    ^bb0(%arg0: !weft.obj<S>, %arg1: !weft.obj<real[S, M]>):
      %4 = weft.fold @sum of {
      ^bb0(%j: !weft.obj<M>):
        %5 = weft.read %arg1[%arg0, %j] : (!weft.obj<real[S, M]>, !weft.obj<S>, !weft.obj<M>) -> !weft.obj<real>
        weft.yield %5 : !weft.obj<real>
      } -> <real> {index_names = ["j"]}
      weft.define %4 at[%arg0] : !weft.obj<real>, !weft.obj<S>
    }
    %2 = weft.equation "y"(%x, %0 : !weft.obj<real[S, M]>, !weft.obj<real[S]>) -> <real[S, M]> {
    ^bb0(%arg0: !weft.obj<S>, %arg1: !weft.obj<M>, %arg2: !weft.obj<real[S, M]>, %arg3: !weft.obj<real[S]>):
      %4 = weft.read %arg2[%arg0, %arg1] : (!weft.obj<real[S, M]>, !weft.obj<S>, !weft.obj<M>) -> !weft.obj<real>
      %5 = weft.read %arg3[%arg0] : (!weft.obj<real[S]>, !weft.obj<S>) -> !weft.obj<real>
      %6 = weft.apply  divide(%4, %5) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      weft.define %6 at[%arg0, %arg1] : !weft.obj<real>, !weft.obj<S>, !weft.obj<M>
    }
    %3 = weft.equation "z"(%x, %1 : !weft.obj<real[S, M]>, !weft.obj<real[S]>) -> <real[S, M]> {
    ^bb0(%arg0: !weft.obj<S>, %arg1: !weft.obj<M>, %arg2: !weft.obj<real[S, M]>, %arg3: !weft.obj<real[S]>):
      %4 = weft.read %arg2[%arg0, %arg1] : (!weft.obj<real[S, M]>, !weft.obj<S>, !weft.obj<M>) -> !weft.obj<real>
      %5 = weft.read %arg3[%arg0] : (!weft.obj<real[S]>, !weft.obj<S>) -> !weft.obj<real>
      %6 = weft.apply  mul(%4, %5) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      weft.define %6 at[%arg0, %arg1] : !weft.obj<real>, !weft.obj<S>, !weft.obj<M>
    }
    weft.return %2, %3 : !weft.obj<real[S, M]>, !weft.obj<real[S, M]>
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
