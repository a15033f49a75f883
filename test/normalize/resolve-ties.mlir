// RUN: weft-opt %s --weft-resolve-ties | FileCheck %s
// RUN: weft-opt %s --weft-resolve-ties | weft-opt | FileCheck %s

// Two cells, one inside a chain and one around it, are one map: in each position `a` is transposed and `b` is twice it.
// CHECK-LABEL: weft.ties @net stores(%body.S: !weft.obj<real[Layer, N, N]> as "body.S", %own: !weft.obj<real[N, N]> as "own")
// CHECK-NEXT: %[[A:.*]] = weft.equation "body.a.W"(%body.S
// CHECK-SAME: index_names = {{\[\[}}"layer", "o", "i"]], names = ["body.S"]
// CHECK: weft.read %{{.*}}[%layer, %i, %o]
// CHECK: %[[B:.*]] = weft.equation "body.b.W"(%[[A]]
// CHECK: weft.tie "own" own %own
// CHECK-NEXT: weft.tie "body.a.W" transposed %[[A]] by ["turned"]
// CHECK: weft.tie "body.b.W" computed %[[B]] by ["twice"] flops 27
module attributes {weft.entry = @net, weft.real = "f32"} {
  weft.axis fixed @N "3"
  weft.axis fixed @Layer "3"
  weft.morphism @square(%x: !weft.obj<real[N]>) weights(%W: !weft.obj<real[N, N]>) -> (y: !weft.obj<real[N]>) {
    %y = weft.equation "y"(%x, %W : !weft.obj<real[N]>, !weft.obj<real[N, N]>) -> !weft.obj<real[N]> {
    ^bb0(%n: !weft.obj<N>, %a: !weft.obj<real[N]>, %b: !weft.obj<real[N, N]>):
      %u = weft.read %a[%n] : (!weft.obj<real[N]>, !weft.obj<N>) -> !weft.obj<real>
      %v = weft.read %b[%n, %n] : (!weft.obj<real[N, N]>, !weft.obj<N>, !weft.obj<N>) -> !weft.obj<real>
      %w = weft.apply mul(%u, %v) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      weft.define %w at [%n] : !weft.obj<real>, !weft.obj<N>
    }
    weft.return %y : !weft.obj<real[N]>
  }
  weft.morphism @pair(%x: !weft.obj<real[N]>) -> (y: !weft.obj<real[N]>) {
    %a = weft.box "a" @square(%x) : (!weft.obj<real[N]>) -> !weft.obj<real[N]>
    %b = weft.box "b" @square(%a) : (!weft.obj<real[N]>) -> !weft.obj<real[N]>
    weft.return %b : !weft.obj<real[N]>
  }
  weft.morphism @turned_pair(%x: !weft.obj<real[N]>) weights(%S: !weft.obj<real[N, N]>) -> (y: !weft.obj<real[N]>) {
    %W = weft.equation "a.W"(%S : !weft.obj<real[N, N]>) -> !weft.obj<real[N, N]> attributes {index_names = [["o", "i"]]} {
    ^bb0(%o: !weft.obj<N>, %i: !weft.obj<N>, %s: !weft.obj<real[N, N]>):
      %e = weft.read %s[%i, %o] : (!weft.obj<real[N, N]>, !weft.obj<N>, !weft.obj<N>) -> !weft.obj<real>
      weft.define %e at [%o, %i] : !weft.obj<real>, !weft.obj<N>, !weft.obj<N>
    }
    %T, %U = weft.copy %W : !weft.obj<real[N, N]> -> !weft.obj<real[N, N]>, !weft.obj<real[N, N]>
    %V = weft.equation "b.W"(%U : !weft.obj<real[N, N]>) -> !weft.obj<real[N, N]> {
    ^bb0(%o: !weft.obj<N>, %i: !weft.obj<N>, %s: !weft.obj<real[N, N]>):
      %e = weft.read %s[%o, %i] : (!weft.obj<real[N, N]>, !weft.obj<N>, !weft.obj<N>) -> !weft.obj<real>
      %d = weft.apply add(%e, %e) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      weft.define %d at [%o, %i] : !weft.obj<real>, !weft.obj<N>, !weft.obj<N>
    }
    %y = weft.box "" @pair(%x) ties ["a.W", "b.W"] (%T, %V : !weft.obj<real[N, N]>, !weft.obj<real[N, N]>)
        by ["turned", "twice"] : (!weft.obj<real[N]>) -> !weft.obj<real[N]>
    weft.return %y : !weft.obj<real[N]>
  }
  weft.morphism @untied(%x: !weft.obj<real[N]>) weights(%own: !weft.obj<real[N, N]>) -> (y: !weft.obj<real[N]>, z: !weft.obj<real[N, N]>) {
    %y = weft.chain named "body" over "Layer" states(%x : !weft.obj<real[N]>) -> !weft.obj<real[N]> {
    ^bb0(%h: !weft.obj<real[N]>):
      %g = weft.box "" @turned_pair(%h) : (!weft.obj<real[N]>) -> !weft.obj<real[N]>
      weft.yield %g : !weft.obj<real[N]>
    }
    weft.return %y, %own : !weft.obj<real[N]>, !weft.obj<real[N, N]>
  }
  weft.morphism @net(%x: !weft.obj<real[N]>) weights(%S: !weft.obj<real[Layer, N, N]> as "body.S") -> (y: !weft.obj<real[N]>, z: !weft.obj<real[N, N]>) {
    %y, %z = weft.box "" @untied(%x) ties ["body.S"] (%S : !weft.obj<real[Layer, N, N]>) by [""]
        : (!weft.obj<real[N]>) -> (!weft.obj<real[N]>, !weft.obj<real[N, N]>)
    weft.return %y, %z : !weft.obj<real[N]>, !weft.obj<real[N, N]>
  }
}
