// RUN: weft-opt %s | weft-opt | FileCheck %s

// CHECK: weft.axis open @Seq "Seq"
weft.axis open @Seq "Seq"
weft.axis fixed @Head "12"
weft.axis fixed @Key "64"
// CHECK: weft.axis product @Model "768" parts ["Head", "Key"]
weft.axis product @Model "768" parts ["Head", "Key"]
// CHECK: weft.axis named @Kind "3" elements ["kill", "propagate", "generate"]
weft.axis named @Kind "3" elements ["kill", "propagate", "generate"]
weft.axis fixed @Layer "2"

// CHECK: weft.monoid @sum carrier ["x"]
weft.monoid @sum carrier ["x"] [!weft.obj<real>] arguments ["x"] laws {associative = "assumed"}
domain {
} unit {
  %zero = weft.constant 0.0 : !weft.obj<real>
  weft.yield %zero : !weft.obj<real>
} operation {
^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
  // CHECK: weft.apply add(%a_x, %b_x)
  %c = weft.apply add(%a, %b) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  weft.yield %c : !weft.obj<real>
} lift {
^bb0(%x: !weft.obj<real>):
  weft.yield %x : !weft.obj<real>
} lower {
^bb0(%x: !weft.obj<real>):
  weft.yield %x : !weft.obj<real>
}

// CHECK: weft.morphism @"linear[Model, Head]"(%x: !weft.obj<real[Seq, Model]> as "x") weights(%W: !weft.obj<real[Model, Head]> as "W" init #weft.init<normal, [0.000000e+00, 2.000000e-02]>) -> (y: !weft.obj<real[Seq, Head]>)
weft.morphism @"linear[Model, Head]"(%x: !weft.obj<real[Seq, Model]>) weights(%W: !weft.obj<real[Model, Head]> init #weft.init<normal, [0.0, 0.02]>) -> (y: !weft.obj<real[Seq, Head]>) {
  // CHECK: weft.equation "y"
  %y = weft.equation "y"(%x, %W : !weft.obj<real[Seq, Model]>, !weft.obj<real[Model, Head]>) -> !weft.obj<real[Seq, Head]>
      attributes {index_names = [["s", "h"]], names = ["x", "W"]} {
  ^bb0(%s: !weft.obj<Seq>, %h: !weft.obj<Head>, %a: !weft.obj<real[Seq, Model]>, %b: !weft.obj<real[Model, Head]>):
    // CHECK: weft.fold @sum where {
    // CHECK: ^bb0(%m: !weft.obj<Model>)
    %r = weft.fold @sum where {
    ^bb0(%m: !weft.obj<Model>):
      %t = weft.constant 1 : !weft.obj<bool>
      weft.yield %t : !weft.obj<bool>
    } of {
    ^bb0(%m: !weft.obj<Model>):
      %p = weft.read %a[%s, %m] : (!weft.obj<real[Seq, Model]>, !weft.obj<Seq>, !weft.obj<Model>) -> !weft.obj<real>
      %q = weft.read %b[%m, %h] : (!weft.obj<real[Model, Head]>, !weft.obj<Model>, !weft.obj<Head>) -> !weft.obj<real>
      %v = weft.apply mul(%p, %q) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      weft.yield %v : !weft.obj<real>
    } -> !weft.obj<real> {index_names = ["m"]}
    // CHECK: weft.define %{{.*}} at[%s, %h]
    weft.define %r at [%s, %h] : !weft.obj<real>, !weft.obj<Seq>, !weft.obj<Head>
  }
  weft.return %y : !weft.obj<real[Seq, Head]>
}

// CHECK: weft.morphism @net
weft.morphism @net(%x: !weft.obj<real[Layer, Seq, Model]>, %s: !weft.obj<real[Seq, Head]>) -> (y: !weft.obj<real[Seq, Head]>, z: !weft.obj<real[Layer, Seq, Head]>) {
  // CHECK: weft.chain over "Layer" states(
  %y, %z = weft.chain over "Layer" states(%s : !weft.obj<real[Seq, Head]>) elements(%x : !weft.obj<real[Layer, Seq, Model]>) -> !weft.obj<real[Seq, Head]>, !weft.obj<real[Layer, Seq, Head]> {
  ^bb0(%state: !weft.obj<real[Seq, Head]>, %element: !weft.obj<real[Seq, Model]>):
    weft.drop %state : !weft.obj<real[Seq, Head]>
    %1 = weft.box "lin" @"linear[Model, Head]"(%element) : (!weft.obj<real[Seq, Model]>) -> !weft.obj<real[Seq, Head]>
    %2:2 = weft.copy %1 : !weft.obj<real[Seq, Head]> -> !weft.obj<real[Seq, Head]>, !weft.obj<real[Seq, Head]>
    weft.yield %2#0, %2#1 : !weft.obj<real[Seq, Head]>, !weft.obj<real[Seq, Head]>
  }
  weft.return %y, %z : !weft.obj<real[Seq, Head]>, !weft.obj<real[Layer, Seq, Head]>
}
// CHECK: weft.claim @net "weights == 18432" is "proved"
weft.claim @net "weights == 18432" is "proved"
