// RUN: weft-opt %s --weft-prune-loops --cse | FileCheck %s

// The count that nothing reads, the outputs that are dropped, and the element that is not used leave the loop.
// CHECK-NOT: weft.equation
// CHECK: weft.scan over "S" depths [0] states(%a : !weft.obj<real[M]>) elements(%x : !weft.obj<real[S, M]>)
// CHECK: weft.equation "run.next"
// CHECK-NOT: weft.equation
// CHECK: weft.return
module attributes {weft.entry = @machine, weft.real = "f32"} {
  weft.axis  open @S "S"
  weft.axis  fixed @M "8"
  weft.network @machine(%x: !weft.obj<real[S, M]> as "x", %u: !weft.obj<real[S, M]> as "u", %a: !weft.obj<real[M]> as "a", %b: !weft.obj<real[M]> as "b") -> (last: !weft.obj<real[M]>) {
    %0 = weft.equation "v"(%u : !weft.obj<real[S, M]>) -> <real[S, M]> {
    ^bb0(%arg0: !weft.obj<S>, %arg1: !weft.obj<M>, %arg2: !weft.obj<real[S, M]>):
      %2 = weft.read %arg2[%arg0, %arg1] : (!weft.obj<real[S, M]>, !weft.obj<S>, !weft.obj<M>) -> !weft.obj<real>
      %3 = weft.apply  exp(%2) : (!weft.obj<real>) -> !weft.obj<real>
      weft.define %3 at[%arg0, %arg1] : !weft.obj<real>, !weft.obj<S>, !weft.obj<M>
    }
    %1:3 = weft.scan over "S" depths [0, 0, 0] states(%a, %b : !weft.obj<real[M]>, !weft.obj<real[M]>) elements(%x, %0 : !weft.obj<real[S, M]>, !weft.obj<real[S, M]>) -> !weft.obj<real[M]>, !weft.obj<real[M]>, !weft.obj<real[S, M]> {
    ^bb0(%arg0: !weft.obj<real[M]>, %arg1: !weft.obj<real[M]>, %arg2: !weft.obj<real[M]>, %arg3: !weft.obj<real[M]>):
      %2 = weft.equation "run.next"(%arg0, %arg2 : !weft.obj<real[M]>, !weft.obj<real[M]>) -> <real[M]> {
      ^bb0(%arg4: !weft.obj<M>, %arg5: !weft.obj<real[M]>, %arg6: !weft.obj<real[M]>):
        %5 = weft.read %arg5[%arg4] : (!weft.obj<real[M]>, !weft.obj<M>) -> !weft.obj<real>
        %6 = weft.read %arg6[%arg4] : (!weft.obj<real[M]>, !weft.obj<M>) -> !weft.obj<real>
        %7 = weft.apply  add(%5, %6) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.define %7 at[%arg4] : !weft.obj<real>, !weft.obj<M>
      }
      %3 = weft.equation "run.more"(%arg1 : !weft.obj<real[M]>) -> <real[M]> {
      ^bb0(%arg4: !weft.obj<M>, %arg5: !weft.obj<real[M]>):
        %5 = weft.read %arg5[%arg4] : (!weft.obj<real[M]>, !weft.obj<M>) -> !weft.obj<real>
        %6 = weft.constant 1.000000e+00 : !weft.obj<real>
        %7 = weft.apply  add(%5, %6) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.define %7 at[%arg4] : !weft.obj<real>, !weft.obj<M>
      }
      %4 = weft.equation "run.y"(%arg2 : !weft.obj<real[M]>) -> <real[M]> {
      ^bb0(%arg4: !weft.obj<M>, %arg5: !weft.obj<real[M]>):
        %5 = weft.constant 2.000000e+00 : !weft.obj<real>
        %6 = weft.read %arg5[%arg4] : (!weft.obj<real[M]>, !weft.obj<M>) -> !weft.obj<real>
        %7 = weft.apply  mul(%5, %6) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.define %7 at[%arg4] : !weft.obj<real>, !weft.obj<M>
      }
      weft.yield %2, %3, %4 : !weft.obj<real[M]>, !weft.obj<real[M]>, !weft.obj<real[M]>
    }
    weft.return %1#0 : !weft.obj<real[M]>
  }
}
