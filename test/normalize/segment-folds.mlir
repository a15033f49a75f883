// RUN: weft-opt %s --weft-segment-folds | FileCheck %s
// RUN: weft-opt %s --weft-segment-folds | weft-opt | FileCheck %s

// Keys are sorted before the loop that does not change them; a fold takes the elements of its key from their order,
// and what else its mask says stays.
// CHECK: %[[BEGIN:.*]], %[[END:.*]], %[[ORDER:.*]], %[[SORTED:.*]] = weft.segments %target
// CHECK: weft.iterate
// CHECK: weft.equation "y"
// CHECK: weft.read %{{.*}}[] :
// CHECK: %[[LOW:.*]] = weft.read %{{.*}}[%[[V:.*]]] : (!weft.obj<i64[Node]>
// CHECK: %[[HIGH:.*]] = weft.read %{{.*}}[%[[V]]] : (!weft.obj<i64[Node]>
// CHECK: weft.fold @sum within(%[[LOW]], %[[HIGH]]
// CHECK: apply gt
// CHECK: weft.return
module attributes {weft.entry = @net, weft.real = "f32"} {
  weft.axis  open @Node "Node"
  weft.axis  open @Edge "Edge"
  weft.network @net(%x: !weft.obj<real[Node]> as "x", %target: !weft.obj<Node[Edge]> as "target", %w: !weft.obj<real[Edge]> as "w") -> (y: !weft.obj<real[Node]>, settled: !weft.obj<bool>) {
    %0:2 = weft.iterate at_most "3" states(%x : !weft.obj<real[Node]>) -> !weft.obj<real[Node]>, !weft.obj<bool> {
    ^bb0(%arg0: !weft.obj<real[Node]>):
      %1 = weft.equation "y"(%arg0, %target, %w : !weft.obj<real[Node]>, !weft.obj<Node[Edge]>, !weft.obj<real[Edge]>) -> <real[Node]> {
      ^bb0(%v: !weft.obj<Node>, %x_: !weft.obj<real[Node]>, %target_: !weft.obj<Node[Edge]>, %w_: !weft.obj<real[Edge]>):
        %2 = weft.fold @sum where {
        ^bb0(%e: !weft.obj<Edge>):
          %3 = weft.read %target_[%e] : (!weft.obj<Node[Edge]>, !weft.obj<Edge>) -> !weft.obj<Node>
          %4 = weft.apply  eq(%3, %v) : (!weft.obj<Node>, !weft.obj<Node>) -> !weft.obj<bool>
          %5 = weft.if %4 {
            %6 = weft.read %w_[%e] : (!weft.obj<real[Edge]>, !weft.obj<Edge>) -> !weft.obj<real>
            %7 = weft.read %x_[%v] : (!weft.obj<real[Node]>, !weft.obj<Node>) -> !weft.obj<real>
            %8 = weft.apply  gt(%6, %7) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<bool>
            weft.yield %8 : !weft.obj<bool>
          } else {
            %6 = weft.constant 0 : !weft.obj<bool>
            weft.yield %6 : !weft.obj<bool>
          } : <bool> -> <bool>
          weft.yield %5 : !weft.obj<bool>
        } of {
        ^bb0(%e: !weft.obj<Edge>):
          %3 = weft.read %w_[%e] : (!weft.obj<real[Edge]>, !weft.obj<Edge>) -> !weft.obj<real>
          weft.yield %3 : !weft.obj<real>
        } -> <real>
        weft.define %2 at[%v] : !weft.obj<real>, !weft.obj<Node>
      }
      weft.yield %1 : !weft.obj<real[Node]>
    }
    weft.return %0#0, %0#1 : !weft.obj<real[Node]>, !weft.obj<bool>
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
