// RUN: weft-opt %s --weft-inline-views --weft-prune-loops | FileCheck %s

// One weight in three places: transposed in the first layer, the same at every position of the chain, and its own.
// CHECK: weft.network @all_shared(%x: {{.*}} weights(%last.W:
// CHECK-NEXT: weft.equation "first.y"(%x, %last.W
// CHECK: %[[FIRST:.*]] = weft.read %{{.*}}[%i, %arg0]
// CHECK: weft.scan over "Layer" {{.*}}states(%{{[0-9]+}} : !weft.obj<real[N]>) ->
// CHECK: weft.equation "body.y"(%arg0, %last.W
// CHECK: weft.equation "last.y"(%last.W
module attributes {weft.entry = @all_shared, weft.real = "f32"} {
  weft.axis  fixed @N "4"
  weft.axis  fixed @Layer "3"
  weft.axis  fixed @Big "5"
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
  weft.network @all_shared(%x: !weft.obj<real[N]> as "x") weights(%last.W: !weft.obj<real[N, N]> as "last.W") -> (y: !weft.obj<real[N]>) {
    %0 = weft.equation "T"(%last.W : !weft.obj<real[N, N]>) -> <real[N, Layer, N]> {
    ^bb0(%arg0: !weft.obj<N>, %arg1: !weft.obj<Layer>, %arg2: !weft.obj<N>, %arg3: !weft.obj<real[N, N]>):
      %6 = weft.read %arg3[%arg2, %arg0] : (!weft.obj<real[N, N]>, !weft.obj<N>, !weft.obj<N>) -> !weft.obj<real>
      weft.define %6 at[%arg0, %arg1, %arg2] : !weft.obj<real>, !weft.obj<N>, !weft.obj<Layer>, !weft.obj<N>
    }
    %1 = weft.equation "first.W"(%last.W : !weft.obj<real[N, N]>) -> <real[N, N]> {
    ^bb0(%arg0: !weft.obj<N>, %arg1: !weft.obj<N>, %arg2: !weft.obj<real[N, N]>):
      %6 = weft.read %arg2[%arg1, %arg0] : (!weft.obj<real[N, N]>, !weft.obj<N>, !weft.obj<N>) -> !weft.obj<real>
      weft.define %6 at[%arg0, %arg1] : !weft.obj<real>, !weft.obj<N>, !weft.obj<N>
    }
    %2 = weft.equation "body.W"(%0 : !weft.obj<real[N, Layer, N]>) -> <real[Layer, N, N]> {
    ^bb0(%arg0: !weft.obj<Layer>, %arg1: !weft.obj<N>, %arg2: !weft.obj<N>, %arg3: !weft.obj<real[N, Layer, N]>):
      %6 = weft.read %arg3[%arg2, %arg0, %arg1] : (!weft.obj<real[N, Layer, N]>, !weft.obj<N>, !weft.obj<Layer>, !weft.obj<N>) -> !weft.obj<real>
      weft.define %6 at[%arg0, %arg1, %arg2] : !weft.obj<real>, !weft.obj<Layer>, !weft.obj<N>, !weft.obj<N>
    }
    %3 = weft.equation "first.y"(%1, %x : !weft.obj<real[N, N]>, !weft.obj<real[N]>) -> <real[N]> {
    ^bb0(%arg0: !weft.obj<N>, %arg1: !weft.obj<real[N, N]>, %arg2: !weft.obj<real[N]>):
      %6 = weft.fold @sum of {
      ^bb0(%i: !weft.obj<N>):
        %7 = weft.read %arg1[%arg0, %i] : (!weft.obj<real[N, N]>, !weft.obj<N>, !weft.obj<N>) -> !weft.obj<real>
        %8 = weft.read %arg2[%i] : (!weft.obj<real[N]>, !weft.obj<N>) -> !weft.obj<real>
        %9 = weft.apply  mul(%7, %8) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %9 : !weft.obj<real>
      } -> <real> {index_names = ["i"]}
      weft.define %6 at[%arg0] : !weft.obj<real>, !weft.obj<N>
    }
    %4 = weft.scan over "Layer" depths [0] states(%3 : !weft.obj<real[N]>) elements(%2 : !weft.obj<real[Layer, N, N]>) -> !weft.obj<real[N]> {
    ^bb0(%arg0: !weft.obj<real[N]>, %arg1: !weft.obj<real[N, N]>):
      %6 = weft.equation "body.y"(%arg1, %arg0 : !weft.obj<real[N, N]>, !weft.obj<real[N]>) -> <real[N]> {
      ^bb0(%arg2: !weft.obj<N>, %arg3: !weft.obj<real[N, N]>, %arg4: !weft.obj<real[N]>):
        %7 = weft.fold @sum of {
        ^bb0(%i: !weft.obj<N>):
          %8 = weft.read %arg3[%arg2, %i] : (!weft.obj<real[N, N]>, !weft.obj<N>, !weft.obj<N>) -> !weft.obj<real>
          %9 = weft.read %arg4[%i] : (!weft.obj<real[N]>, !weft.obj<N>) -> !weft.obj<real>
          %10 = weft.apply  mul(%8, %9) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
          weft.yield %10 : !weft.obj<real>
        } -> <real> {index_names = ["i"]}
        weft.define %7 at[%arg2] : !weft.obj<real>, !weft.obj<N>
      }
      weft.yield %6 : !weft.obj<real[N]>
    }
    %5 = weft.equation "last.y"(%last.W, %4 : !weft.obj<real[N, N]>, !weft.obj<real[N]>) -> <real[N]> {
    ^bb0(%arg0: !weft.obj<N>, %arg1: !weft.obj<real[N, N]>, %arg2: !weft.obj<real[N]>):
      %6 = weft.fold @sum of {
      ^bb0(%i: !weft.obj<N>):
        %7 = weft.read %arg1[%arg0, %i] : (!weft.obj<real[N, N]>, !weft.obj<N>, !weft.obj<N>) -> !weft.obj<real>
        %8 = weft.read %arg2[%i] : (!weft.obj<real[N]>, !weft.obj<N>) -> !weft.obj<real>
        %9 = weft.apply  mul(%7, %8) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %9 : !weft.obj<real>
      } -> <real> {index_names = ["i"]}
      weft.define %6 at[%arg0] : !weft.obj<real>, !weft.obj<N>
    }
    weft.return %5 : !weft.obj<real[N]>
  }
}

