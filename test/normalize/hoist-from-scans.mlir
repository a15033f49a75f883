// RUN: weft-opt %s --weft-hoist-from-scans | FileCheck %s
// The product with the inputs is made for all positions; the one with the state stays, as does what is read of x itself.
// CHECK: weft.network @net
// CHECK: %[[ALL:.*]] = weft.equation "step.g"(%step.W, %x {{.*}}-> <real[T, S]>
// CHECK: weft.read %{{.*}}[%arg0, %i]
// CHECK: weft.scan over "T" {{.*}} elements(%x, %[[ALL]] :
// CHECK: weft.equation "step.g"
// CHECK: weft.apply  tanh
module attributes {weft.entry = @net, weft.real = "f32"} {
  weft.axis  open @T "T"
  weft.axis  fixed @In "3"
  weft.axis  fixed @S "2"
  weft.monoid @sum carrier ["value"] [!weft.obj<real>] arguments ["value"] laws {associative = "proved by 1 case", commutative = "proved by 1 case", domain = "proved by 1 case and by enumeration", idempotent = "refuted", monotone = "proved by 4 cases", unit = "proved by 1 case and by 1 case"} domain {
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
  weft.network @net(%h: !weft.obj<real[S]> as "h", %x: !weft.obj<real[T, In]> as "x") weights(%step.W: !weft.obj<real[S, In]> as "step.W", %step.U: !weft.obj<real[S, S]> as "step.U") -> (g: !weft.obj<real[S]>, y: !weft.obj<real[T, S]>) {
    %0:2 = weft.scan over "T" depths [0, 0] states(%h : !weft.obj<real[S]>) elements(%x : !weft.obj<real[T, In]>) -> !weft.obj<real[S]>, !weft.obj<real[T, S]> {
    ^bb0(%arg0: !weft.obj<real[S]>, %arg1: !weft.obj<real[In]>):
      %1 = weft.equation "step.g"(%step.U, %arg0, %step.W, %arg1 : !weft.obj<real[S, S]>, !weft.obj<real[S]>, !weft.obj<real[S, In]>, !weft.obj<real[In]>) -> <real[S]> {
      ^bb0(%arg2: !weft.obj<S>, %arg3: !weft.obj<real[S, S]>, %arg4: !weft.obj<real[S]>, %arg5: !weft.obj<real[S, In]>, %arg6: !weft.obj<real[In]>):
        %3 = weft.fold @sum of {
        ^bb0(%d: !weft.obj<S>):
          %7 = weft.read %arg3[%arg2, %d] : (!weft.obj<real[S, S]>, !weft.obj<S>, !weft.obj<S>) -> !weft.obj<real>
          %8 = weft.read %arg4[%d] : (!weft.obj<real[S]>, !weft.obj<S>) -> !weft.obj<real>
          %9 = weft.apply  mul(%7, %8) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
          weft.yield %9 : !weft.obj<real>
        } -> <real> {index_names = ["d"]}
        %4 = weft.fold @sum of {
        ^bb0(%i: !weft.obj<In>):
          %7 = weft.read %arg5[%arg2, %i] : (!weft.obj<real[S, In]>, !weft.obj<S>, !weft.obj<In>) -> !weft.obj<real>
          %8 = weft.read %arg6[%i] : (!weft.obj<real[In]>, !weft.obj<In>) -> !weft.obj<real>
          %9 = weft.apply  mul(%7, %8) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
          weft.yield %9 : !weft.obj<real>
        } -> <real> {index_names = ["i"]}
        %5 = weft.apply  add(%3, %4) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        %6 = weft.apply  tanh(%5) : (!weft.obj<real>) -> !weft.obj<real>
        weft.define %6 at[%arg2] : !weft.obj<real>, !weft.obj<S>
      }
      %2 = weft.equation "step.y"(%1, %arg1 : !weft.obj<real[S]>, !weft.obj<real[In]>) -> <real[S]> {
      ^bb0(%arg2: !weft.obj<S>, %arg3: !weft.obj<real[S]>, %arg4: !weft.obj<real[In]>):
        %3 = weft.read %arg3[%arg2] : (!weft.obj<real[S]>, !weft.obj<S>) -> !weft.obj<real>
        %4 = weft.constant 0 : !weft.obj<In>
        %5 = weft.read %arg4[%4] : (!weft.obj<real[In]>, !weft.obj<In>) -> !weft.obj<real>
        %6 = weft.apply  add(%3, %5) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.define %6 at[%arg2] : !weft.obj<real>, !weft.obj<S>
      }
      weft.yield %1, %2 : !weft.obj<real[S]>, !weft.obj<real[S]>
    }
    weft.return %0#0, %0#1 : !weft.obj<real[S]>, !weft.obj<real[T, S]>
  }
}
