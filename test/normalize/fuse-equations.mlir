// RUN: weft-opt %s --split-input-file --weft-fuse-equations | FileCheck %s

// What is read once, element by element, is put where it is read.
// CHECK: weft.equation "y"(%W, %x
// CHECK: %[[SUM:.*]] = weft.fold @sum
// CHECK: weft.apply {{ *}}max(%[[SUM]]
// CHECK-NOT: weft.equation
// CHECK: weft.return
module attributes {weft.entry = @layer, weft.real = "f32"} {
  weft.axis  open @S "S"
  weft.axis  fixed @M "8"
  weft.axis  fixed @H "4"
  weft.network @layer(%x: !weft.obj<real[S, M]> as "x") weights(%W: !weft.obj<real[H, M]> as "W") -> (y: !weft.obj<real[S, H]>) {
    %0 = weft.equation "h"(%W, %x : !weft.obj<real[H, M]>, !weft.obj<real[S, M]>) -> <real[S, H]> {
    ^bb0(%arg0: !weft.obj<S>, %arg1: !weft.obj<H>, %arg2: !weft.obj<real[H, M]>, %arg3: !weft.obj<real[S, M]>):
      %2 = weft.fold @sum of {
      ^bb0(%m: !weft.obj<M>):
        %3 = weft.read %arg2[%arg1, %m] : (!weft.obj<real[H, M]>, !weft.obj<H>, !weft.obj<M>) -> !weft.obj<real>
        %4 = weft.read %arg3[%arg0, %m] : (!weft.obj<real[S, M]>, !weft.obj<S>, !weft.obj<M>) -> !weft.obj<real>
        %5 = weft.apply  mul(%3, %4) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %5 : !weft.obj<real>
      } -> <real> {index_names = ["m"]}
      weft.define %2 at[%arg0, %arg1] : !weft.obj<real>, !weft.obj<S>, !weft.obj<H>
    }
    %1 = weft.equation "y"(%0 : !weft.obj<real[S, H]>) -> <real[S, H]> {
    ^bb0(%arg0: !weft.obj<S>, %arg1: !weft.obj<H>, %arg2: !weft.obj<real[S, H]>):
      %2 = weft.read %arg2[%arg0, %arg1] : (!weft.obj<real[S, H]>, !weft.obj<S>, !weft.obj<H>) -> !weft.obj<real>
      %3 = weft.constant 0.000000e+00 : !weft.obj<real>
      %4 = weft.apply  max(%2, %3) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      weft.define %4 at[%arg0, %arg1] : !weft.obj<real>, !weft.obj<S>, !weft.obj<H>
    }
    weft.return %1 : !weft.obj<real[S, H]>
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

// -----

// What is read once for each row would be computed as often.
// CHECK: weft.network @rows
// CHECK: weft.equation "h"
// CHECK: weft.equation "y"
module attributes {weft.entry = @rows, weft.real = "f32"} {
  weft.axis  open @S "S"
  weft.axis  fixed @M "8"
  weft.network @rows(%x: !weft.obj<real[M]> as "x") weights() -> (y: !weft.obj<real[S, M]>) {
    %0 = weft.equation "h"(%x : !weft.obj<real[M]>) -> <real[M]> {
    ^bb0(%arg0: !weft.obj<M>, %arg1: !weft.obj<real[M]>):
      %2 = weft.read %arg1[%arg0] : (!weft.obj<real[M]>, !weft.obj<M>) -> !weft.obj<real>
      %3 = weft.apply  exp(%2) : (!weft.obj<real>) -> !weft.obj<real>
      weft.define %3 at[%arg0] : !weft.obj<real>, !weft.obj<M>
    }
    %1 = weft.equation "y"(%0 : !weft.obj<real[M]>) -> <real[S, M]> {
    ^bb0(%arg0: !weft.obj<S>, %arg1: !weft.obj<M>, %arg2: !weft.obj<real[M]>):
      %2 = weft.read %arg2[%arg1] : (!weft.obj<real[M]>, !weft.obj<M>) -> !weft.obj<real>
      weft.define %2 at[%arg0, %arg1] : !weft.obj<real>, !weft.obj<S>, !weft.obj<M>
    }
    weft.return %1 : !weft.obj<real[S, M]>
  }
}
