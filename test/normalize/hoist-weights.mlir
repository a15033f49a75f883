// RUN: weft-opt %s --split-input-file --weft-hoist-weights | FileCheck %s

// Factors of weights are multiplied with each other, since one of them takes a root, and come to a wire; the mean is
// cheap, and stays.
// CHECK: %[[T:.*]] = weft.equation "y"(%var, %scale {{.*}} -> <real[C]>
// CHECK: weft.apply rsqrt
// CHECK: weft.apply mul
// CHECK: weft.equation "y"(%x, %mean, %[[T]] {{.*}} -> <real[S, C]>
// CHECK: weft.apply sub
// CHECK: weft.apply mul
// CHECK-NOT: weft.apply
// CHECK: weft.return
module attributes {weft.entry = @norm, weft.real = "f32"} {
  weft.axis  open @S "S"
  weft.axis  fixed @C "8"
  weft.network @norm(%x: !weft.obj<real[S, C]> as "x") weights(%mean: !weft.obj<real[C]> as "mean", %var: !weft.obj<real[C]> as "var", %scale: !weft.obj<real[C]> as "scale") -> (y: !weft.obj<real[S, C]>) {
    %0 = weft.equation "y"(%x, %mean, %var, %scale : !weft.obj<real[S, C]>, !weft.obj<real[C]>, !weft.obj<real[C]>, !weft.obj<real[C]>) -> <real[S, C]> {
    ^bb0(%s: !weft.obj<S>, %c: !weft.obj<C>, %xs: !weft.obj<real[S, C]>, %means: !weft.obj<real[C]>, %vars: !weft.obj<real[C]>, %scales: !weft.obj<real[C]>):
      %1 = weft.read %vars[%c] : (!weft.obj<real[C]>, !weft.obj<C>) -> !weft.obj<real>
      %2 = weft.apply  rsqrt(%1) : (!weft.obj<real>) -> !weft.obj<real>
      %3 = weft.read %xs[%s, %c] : (!weft.obj<real[S, C]>, !weft.obj<S>, !weft.obj<C>) -> !weft.obj<real>
      %4 = weft.read %means[%c] : (!weft.obj<real[C]>, !weft.obj<C>) -> !weft.obj<real>
      %5 = weft.apply  sub(%3, %4) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      %6 = weft.apply  mul(%5, %2) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      %7 = weft.read %scales[%c] : (!weft.obj<real[C]>, !weft.obj<C>) -> !weft.obj<real>
      %8 = weft.apply  mul(%6, %7) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      weft.define %8 at[%s, %c] : !weft.obj<real>, !weft.obj<S>, !weft.obj<C>
    }
    weft.return %0 : !weft.obj<real[S, C]>
  }
}

// -----

// Where it is needed once there is nothing to save; what is cheap stays; what is no weight is not there at binding.
// CHECK: weft.network @stays
// CHECK: weft.equation "y"(%x, %w, %v, %u :
// CHECK-NOT: weft.equation
// CHECK: weft.return
module attributes {weft.entry = @stays, weft.real = "f32"} {
  weft.axis  open @S "S"
  weft.axis  fixed @C "8"
  weft.network @stays(%x: !weft.obj<real[S, C]> as "x", %u: !weft.obj<real[C]> as "u") weights(%w: !weft.obj<real[S, C]> as "w", %v: !weft.obj<real[C]> as "v") -> (y: !weft.obj<real[S, C]>) {
    %0 = weft.equation "y"(%x, %w, %v, %u : !weft.obj<real[S, C]>, !weft.obj<real[S, C]>, !weft.obj<real[C]>, !weft.obj<real[C]>) -> <real[S, C]> {
    ^bb0(%s: !weft.obj<S>, %c: !weft.obj<C>, %xs: !weft.obj<real[S, C]>, %ws: !weft.obj<real[S, C]>, %vs: !weft.obj<real[C]>, %us: !weft.obj<real[C]>):
      %1 = weft.read %ws[%s, %c] : (!weft.obj<real[S, C]>, !weft.obj<S>, !weft.obj<C>) -> !weft.obj<real>
      %2 = weft.apply  exp(%1) : (!weft.obj<real>) -> !weft.obj<real>
      %3 = weft.read %vs[%c] : (!weft.obj<real[C]>, !weft.obj<C>) -> !weft.obj<real>
      %4 = weft.apply  add(%3, %3) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      %5 = weft.read %us[%c] : (!weft.obj<real[C]>, !weft.obj<C>) -> !weft.obj<real>
      %6 = weft.apply  exp(%5) : (!weft.obj<real>) -> !weft.obj<real>
      %7 = weft.read %xs[%s, %c] : (!weft.obj<real[S, C]>, !weft.obj<S>, !weft.obj<C>) -> !weft.obj<real>
      %8 = weft.apply  mul(%2, %7) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      %9 = weft.apply  mul(%6, %4) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      %10 = weft.apply  add(%8, %9) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      weft.define %10 at[%s, %c] : !weft.obj<real>, !weft.obj<S>, !weft.obj<C>
    }
    weft.return %0 : !weft.obj<real[S, C]>
  }
}
