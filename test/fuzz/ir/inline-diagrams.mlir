// RUN: weft-opt %s --weft-inline-diagrams | FileCheck %s

// The strength of map gives its axis to what depends on it; a chain becomes a scan whose elements are its weights.
module attributes {weft.entry = @net} {
weft.axis open @Seq "Seq"
weft.axis fixed @Model "8"
weft.axis fixed @Layer "2"
weft.monoid @sum carrier ["x"] [!weft.obj<real>] arguments ["x"] laws {associative = "assumed", commutative = "assumed", unit = "assumed"}
domain {
} unit {
  %zero = weft.constant 0.0 : !weft.obj<real>
  weft.yield %zero : !weft.obj<real>
} operation {
^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
  %c = weft.apply add(%a, %b) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  weft.yield %c : !weft.obj<real>
} lift {
^bb0(%x: !weft.obj<real>):
  weft.yield %x : !weft.obj<real>
} lower {
^bb0(%x: !weft.obj<real>):
  weft.yield %x : !weft.obj<real>
}
weft.morphism @relu(%x: !weft.obj<real>) weights(%slope: !weft.obj<real>) -> (y: !weft.obj<real>) {
  %y = weft.equation "y"(%x, %slope : !weft.obj<real>, !weft.obj<real>) -> !weft.obj<real> {
  ^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
    %v = weft.read %a[] : (!weft.obj<real>) -> !weft.obj<real>
    %w = weft.read %b[] : (!weft.obj<real>) -> !weft.obj<real>
    %m = weft.apply max(%v, %w) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    weft.define %m at [] : !weft.obj<real>
  }
  weft.return %y : !weft.obj<real>
}
weft.morphism @layer(%x: !weft.obj<real[Model]>) weights(%W: !weft.obj<real[Model, Model]>) -> (y: !weft.obj<real[Model]>) {
  %y = weft.equation "y"(%x, %W : !weft.obj<real[Model]>, !weft.obj<real[Model, Model]>) -> !weft.obj<real[Model]> {
  ^bb0(%h: !weft.obj<Model>, %a: !weft.obj<real[Model]>, %b: !weft.obj<real[Model, Model]>):
    %r = weft.fold @sum of {
    ^bb0(%m: !weft.obj<Model>):
      %p = weft.read %a[%m] : (!weft.obj<real[Model]>, !weft.obj<Model>) -> !weft.obj<real>
      %q = weft.read %b[%h, %m] : (!weft.obj<real[Model, Model]>, !weft.obj<Model>, !weft.obj<Model>) -> !weft.obj<real>
      %v = weft.apply mul(%p, %q) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      weft.yield %v : !weft.obj<real>
    } -> !weft.obj<real> {index_names = ["m"]}
    %s = weft.call "relu" @relu(%r) : (!weft.obj<real>) -> !weft.obj<real>
    weft.define %s at [%h] : !weft.obj<real>, !weft.obj<Model>
  }
  weft.return %y : !weft.obj<real[Model]>
}
// CHECK: weft.network @net(%x: !weft.obj<real[Seq, Model]> as "x") weights(%body.W: !weft.obj<real[Layer, Model, Model]> as "body.W", %body.relu.slope: !weft.obj<real[Layer]>
// CHECK: weft.scan over "Layer" depths [0, 0] states(%x : !weft.obj<real[Seq, Model]>) elements(
weft.morphism @net(%x: !weft.obj<real[Seq, Model]>) -> (y: !weft.obj<real[Seq, Model]>) {
  %y = weft.chain over "Layer" states(%x : !weft.obj<real[Seq, Model]>) -> !weft.obj<real[Seq, Model]> {
  ^bb0(%state: !weft.obj<real[Seq, Model]>):
    %z = weft.map over "Seq" elements(%state : !weft.obj<real[Seq, Model]>) -> !weft.obj<real[Seq, Model]> {
    ^bb0(%row: !weft.obj<real[Model]>):
      %1 = weft.box "body" @layer(%row) : (!weft.obj<real[Model]>) -> !weft.obj<real[Model]>
      weft.yield %1 : !weft.obj<real[Model]>
    }
    weft.yield %z : !weft.obj<real[Seq, Model]>
  }
  weft.return %y : !weft.obj<real[Seq, Model]>
}
}
