// RUN: weft-opt %s --weft-segment-folds --weft-order-lists | FileCheck %s
// RUN: weft-opt %s --weft-segment-folds --weft-order-lists | weft-opt | FileCheck %s

// What says where a row lies is put in order, once for all folds; a list that is read once per element stays where it is,
// but for a loop, which reads it in each round.
// CHECK: %[[BEGIN:.*]], %[[END:.*]], %[[ORDER:.*]], %[[SORTED:.*]] = weft.segments %target
// CHECK-DAG: %[[SOURCES:.*]] = weft.in_order %source by(%[[ORDER]], %[[SORTED]])
// CHECK-DAG: %[[WEIGHTS:.*]] = weft.in_order %w by(%[[ORDER]], %[[SORTED]])
// CHECK: weft.iterate
// CHECK: weft.equation "y"({{.*}}%[[BEGIN]], %[[END]], %[[SOURCES]], %[[WEIGHTS]]
// CHECK: weft.fold @sum
// CHECK-NOT: weft.if
// CHECK: weft.yield
// CHECK: weft.equation "once"({{.*}}%w,{{.*}}%[[ORDER]], %[[SORTED]], %[[SOURCES]]
// CHECK: weft.return
module attributes {weft.entry = @net, weft.real = "f32"} {
  weft.axis  open @Node "Node"
  weft.axis  open @Edge "Edge"
  weft.network @net(%x: !weft.obj<real[Node]> as "x", %source: !weft.obj<Node[Edge]> as "source", %target: !weft.obj<Node[Edge]> as "target", %w: !weft.obj<real[Edge]> as "w") -> (y: !weft.obj<real[Node]>, settled: !weft.obj<bool>, once: !weft.obj<real[Node]>) {
    %0:2 = weft.iterate at_most "3" states(%x : !weft.obj<real[Node]>) -> !weft.obj<real[Node]>, !weft.obj<bool> {
    ^bb0(%arg0: !weft.obj<real[Node]>):
      %1 = weft.equation "y"(%arg0, %source, %target, %w : !weft.obj<real[Node]>, !weft.obj<Node[Edge]>, !weft.obj<Node[Edge]>, !weft.obj<real[Edge]>) -> <real[Node]> {
      ^bb0(%v: !weft.obj<Node>, %x_: !weft.obj<real[Node]>, %source_: !weft.obj<Node[Edge]>, %target_: !weft.obj<Node[Edge]>, %w_: !weft.obj<real[Edge]>):
        %3 = weft.fold @sum where {
        ^bb0(%e: !weft.obj<Edge>):
          %4 = weft.read %target_[%e] : (!weft.obj<Node[Edge]>, !weft.obj<Edge>) -> !weft.obj<Node>
          %5 = weft.apply  eq(%4, %v) : (!weft.obj<Node>, !weft.obj<Node>) -> !weft.obj<bool>
          weft.yield %5 : !weft.obj<bool>
        } of {
        ^bb0(%e: !weft.obj<Edge>):
          %4 = weft.read %source_[%e] : (!weft.obj<Node[Edge]>, !weft.obj<Edge>) -> !weft.obj<Node>
          %5 = weft.read %x_[%4] : (!weft.obj<real[Node]>, !weft.obj<Node>) -> !weft.obj<real>
          %6 = weft.read %w_[%e] : (!weft.obj<real[Edge]>, !weft.obj<Edge>) -> !weft.obj<real>
          %7 = weft.apply  mul(%5, %6) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
          weft.yield %7 : !weft.obj<real>
        } -> <real>
        weft.define %3 at[%v] : !weft.obj<real>, !weft.obj<Node>
      }
      weft.yield %1 : !weft.obj<real[Node]>
    }
    %2 = weft.equation "once"(%x, %source, %target, %w : !weft.obj<real[Node]>, !weft.obj<Node[Edge]>, !weft.obj<Node[Edge]>, !weft.obj<real[Edge]>) -> <real[Node]> {
      ^bb0(%v: !weft.obj<Node>, %x_: !weft.obj<real[Node]>, %source_: !weft.obj<Node[Edge]>, %target_: !weft.obj<Node[Edge]>, %w_: !weft.obj<real[Edge]>):
        %3 = weft.fold @sum where {
        ^bb0(%e: !weft.obj<Edge>):
          %4 = weft.read %target_[%e] : (!weft.obj<Node[Edge]>, !weft.obj<Edge>) -> !weft.obj<Node>
          %5 = weft.apply  eq(%4, %v) : (!weft.obj<Node>, !weft.obj<Node>) -> !weft.obj<bool>
          weft.yield %5 : !weft.obj<bool>
        } of {
        ^bb0(%e: !weft.obj<Edge>):
          %4 = weft.read %source_[%e] : (!weft.obj<Node[Edge]>, !weft.obj<Edge>) -> !weft.obj<Node>
          %5 = weft.read %x_[%4] : (!weft.obj<real[Node]>, !weft.obj<Node>) -> !weft.obj<real>
          %6 = weft.read %w_[%e] : (!weft.obj<real[Edge]>, !weft.obj<Edge>) -> !weft.obj<real>
          %7 = weft.apply  mul(%5, %6) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
          weft.yield %7 : !weft.obj<real>
        } -> <real>
        weft.define %3 at[%v] : !weft.obj<real>, !weft.obj<Node>
    }
    weft.return %0#0, %0#1, %2 : !weft.obj<real[Node]>, !weft.obj<bool>, !weft.obj<real[Node]>
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
