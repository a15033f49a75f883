// RUN: weft-opt %s --split-input-file --weft-chunk-recurrences | FileCheck %s
// RUN: weft-opt %s --split-input-file --weft-chunk-recurrences | weft-opt --split-input-file | FileCheck %s

// A scan over chunks: its state is the matrix before the chunk; all but the gates are products of matrices.
// CHECK-DAG: weft.axis fixed @T.chunk8 "(T + 7) div 8"
// CHECK-DAG: weft.axis fixed @T.in_chunk8 "8"
// CHECK: weft.monoid @affine.a
// CHECK: weft.equation "state.grade"
// CHECK: weft.read {{.*}} otherwise {
// CHECK-NEXT: weft.constant 1.0
// CHECK: weft.scan named "state" over "T.chunk8" {{.*}} states(%{{.*}} : !weft.obj<real[I, J]>)
// CHECK: weft.equation "state.pairs"
// CHECK: weft.fold @affine.a
// CHECK: weft.equation "state.inside"
// CHECK: weft.fold @sum where
// CHECK: weft.apply le
// CHECK: weft.equation "state.output"
// CHECK: weft.equation "state.next"
// CHECK: weft.equation "y"
// CHECK-NOT: weft.fold
// CHECK: weft.return
module attributes {weft.entry = @net, weft.real = "f32"} {
  weft.axis  open @T "T"
  weft.axis  fixed @I "16"
  weft.axis  fixed @J "32"
  weft.monoid @sum carrier ["value"] [!weft.obj<real>] arguments ["value"] laws {associative = "proved", commutative = "proved", unit = "proved"} domain {
  } unit {
    %0 = weft.constant 0.000000e+00 : !weft.obj<real>
    weft.yield %0 : !weft.obj<real>
  } operation {
  ^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
    %0 = weft.apply  add(%a, %b) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    weft.yield %0 : !weft.obj<real>
  } lift {
  ^bb0(%value: !weft.obj<real>):
    weft.yield %value : !weft.obj<real>
  } lower {
  ^bb0(%value: !weft.obj<real>):
    weft.yield %value : !weft.obj<real>
  }
  weft.monoid @affine carrier ["a", "b"] [!weft.obj<real>, !weft.obj<real>] arguments ["a", "b"] laws {associative = "proved", unit = "proved"} domain {
  } unit {
    %0 = weft.constant 1.000000e+00 : !weft.obj<real>
    %1 = weft.constant 0.000000e+00 : !weft.obj<real>
    weft.yield %0, %1 : !weft.obj<real>, !weft.obj<real>
  } operation {
  ^bb0(%aa: !weft.obj<real>, %ab: !weft.obj<real>, %ba: !weft.obj<real>, %bb: !weft.obj<real>):
    %0 = weft.apply  mul(%aa, %ba) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    %1 = weft.apply  mul(%ba, %ab) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    %2 = weft.apply  add(%1, %bb) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    weft.yield %0, %2 : !weft.obj<real>, !weft.obj<real>
  } lift {
  ^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
    weft.yield %a, %b : !weft.obj<real>, !weft.obj<real>
  } lower {
  ^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
    weft.yield %b : !weft.obj<real>
  }
  weft.network @net(%q: !weft.obj<real[T, I]> as "q", %k: !weft.obj<real[T, I]> as "k", %g: !weft.obj<real[T, I]> as "g", %v: !weft.obj<real[T, J]> as "v") -> (y: !weft.obj<real[T, J]>) {
    %0 = weft.equation "state"(%g, %k, %v : !weft.obj<real[T, I]>, !weft.obj<real[T, I]>, !weft.obj<real[T, J]>) -> <real[T, I, J]> {
    ^bb0(%t: !weft.obj<T>, %i: !weft.obj<I>, %j: !weft.obj<J>, %g_: !weft.obj<real[T, I]>, %k_: !weft.obj<real[T, I]>, %v_: !weft.obj<real[T, J]>):
      %2 = weft.fold @affine where {
      ^bb0(%s: !weft.obj<T>):
        %3 = weft.apply  le(%s, %t) : (!weft.obj<T>, !weft.obj<T>) -> !weft.obj<bool>
        weft.yield %3 : !weft.obj<bool>
      } of {
      ^bb0(%s: !weft.obj<T>):
        %3 = weft.read %g_[%s, %i] : (!weft.obj<real[T, I]>, !weft.obj<T>, !weft.obj<I>) -> !weft.obj<real>
        %4 = weft.read %k_[%s, %i] : (!weft.obj<real[T, I]>, !weft.obj<T>, !weft.obj<I>) -> !weft.obj<real>
        %5 = weft.read %v_[%s, %j] : (!weft.obj<real[T, J]>, !weft.obj<T>, !weft.obj<J>) -> !weft.obj<real>
        %6 = weft.apply  mul(%4, %5) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %3, %6 : !weft.obj<real>, !weft.obj<real>
      } -> <real> {index_names = ["s"]}
      weft.define %2 at[%t, %i, %j] : !weft.obj<real>, !weft.obj<T>, !weft.obj<I>, !weft.obj<J>
    }
    %1 = weft.equation "y"(%q, %0 : !weft.obj<real[T, I]>, !weft.obj<real[T, I, J]>) -> <real[T, J]> {
    ^bb0(%t: !weft.obj<T>, %j: !weft.obj<J>, %q_: !weft.obj<real[T, I]>, %state: !weft.obj<real[T, I, J]>):
      %2 = weft.fold @sum of {
      ^bb0(%i: !weft.obj<I>):
        %3 = weft.read %q_[%t, %i] : (!weft.obj<real[T, I]>, !weft.obj<T>, !weft.obj<I>) -> !weft.obj<real>
        %4 = weft.read %state[%t, %i, %j] : (!weft.obj<real[T, I, J]>, !weft.obj<T>, !weft.obj<I>, !weft.obj<J>) -> !weft.obj<real>
        %5 = weft.apply  mul(%3, %4) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %5 : !weft.obj<real>
      } -> <real> {index_names = ["i"]}
      weft.define %2 at[%t, %j] : !weft.obj<real>, !weft.obj<T>, !weft.obj<J>
    }
    weft.return %1 : !weft.obj<real[T, J]>
  }
}

// -----

// A gate of each column is no coefficient of the rows, and a law that is not known licenses nothing.
// CHECK: weft.monoid @affine
// CHECK-NOT: weft.scan
// CHECK: weft.fold @affine
module attributes {weft.entry = @net, weft.real = "f32"} {
  weft.axis  open @T "T"
  weft.axis  fixed @I "16"
  weft.axis  fixed @J "32"
  weft.monoid @sum carrier ["value"] [!weft.obj<real>] arguments ["value"] laws {associative = "proved", commutative = "proved", unit = "proved"} domain {
  } unit {
    %0 = weft.constant 0.000000e+00 : !weft.obj<real>
    weft.yield %0 : !weft.obj<real>
  } operation {
  ^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
    %0 = weft.apply  add(%a, %b) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    weft.yield %0 : !weft.obj<real>
  } lift {
  ^bb0(%value: !weft.obj<real>):
    weft.yield %value : !weft.obj<real>
  } lower {
  ^bb0(%value: !weft.obj<real>):
    weft.yield %value : !weft.obj<real>
  }
  weft.monoid @affine carrier ["a", "b"] [!weft.obj<real>, !weft.obj<real>] arguments ["a", "b"] laws {associative = "proved", unit = "proved"} domain {
  } unit {
    %0 = weft.constant 1.000000e+00 : !weft.obj<real>
    %1 = weft.constant 0.000000e+00 : !weft.obj<real>
    weft.yield %0, %1 : !weft.obj<real>, !weft.obj<real>
  } operation {
  ^bb0(%aa: !weft.obj<real>, %ab: !weft.obj<real>, %ba: !weft.obj<real>, %bb: !weft.obj<real>):
    %0 = weft.apply  mul(%aa, %ba) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    %1 = weft.apply  mul(%ba, %ab) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    %2 = weft.apply  add(%1, %bb) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    weft.yield %0, %2 : !weft.obj<real>, !weft.obj<real>
  } lift {
  ^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
    weft.yield %a, %b : !weft.obj<real>, !weft.obj<real>
  } lower {
  ^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
    weft.yield %b : !weft.obj<real>
  }
  weft.network @net(%q: !weft.obj<real[T, I]> as "q", %k: !weft.obj<real[T, I]> as "k", %g: !weft.obj<real[T, J]> as "g", %v: !weft.obj<real[T, J]> as "v") -> (y: !weft.obj<real[T, J]>) {
    %0 = weft.equation "state"(%g, %k, %v : !weft.obj<real[T, J]>, !weft.obj<real[T, I]>, !weft.obj<real[T, J]>) -> <real[T, I, J]> {
    ^bb0(%t: !weft.obj<T>, %i: !weft.obj<I>, %j: !weft.obj<J>, %g_: !weft.obj<real[T, J]>, %k_: !weft.obj<real[T, I]>, %v_: !weft.obj<real[T, J]>):
      %2 = weft.fold @affine where {
      ^bb0(%s: !weft.obj<T>):
        %3 = weft.apply  le(%s, %t) : (!weft.obj<T>, !weft.obj<T>) -> !weft.obj<bool>
        weft.yield %3 : !weft.obj<bool>
      } of {
      ^bb0(%s: !weft.obj<T>):
        %3 = weft.read %g_[%s, %j] : (!weft.obj<real[T, J]>, !weft.obj<T>, !weft.obj<J>) -> !weft.obj<real>
        %4 = weft.read %k_[%s, %i] : (!weft.obj<real[T, I]>, !weft.obj<T>, !weft.obj<I>) -> !weft.obj<real>
        %5 = weft.read %v_[%s, %j] : (!weft.obj<real[T, J]>, !weft.obj<T>, !weft.obj<J>) -> !weft.obj<real>
        %6 = weft.apply  mul(%4, %5) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %3, %6 : !weft.obj<real>, !weft.obj<real>
      } -> <real> {index_names = ["s"]}
      weft.define %2 at[%t, %i, %j] : !weft.obj<real>, !weft.obj<T>, !weft.obj<I>, !weft.obj<J>
    }
    %1 = weft.equation "y"(%q, %0 : !weft.obj<real[T, I]>, !weft.obj<real[T, I, J]>) -> <real[T, J]> {
    ^bb0(%t: !weft.obj<T>, %j: !weft.obj<J>, %q_: !weft.obj<real[T, I]>, %state: !weft.obj<real[T, I, J]>):
      %2 = weft.fold @sum of {
      ^bb0(%i: !weft.obj<I>):
        %3 = weft.read %q_[%t, %i] : (!weft.obj<real[T, I]>, !weft.obj<T>, !weft.obj<I>) -> !weft.obj<real>
        %4 = weft.read %state[%t, %i, %j] : (!weft.obj<real[T, I, J]>, !weft.obj<T>, !weft.obj<I>, !weft.obj<J>) -> !weft.obj<real>
        %5 = weft.apply  mul(%3, %4) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %5 : !weft.obj<real>
      } -> <real> {index_names = ["i"]}
      weft.define %2 at[%t, %j] : !weft.obj<real>, !weft.obj<T>, !weft.obj<J>
    }
    weft.return %1 : !weft.obj<real[T, J]>
  }
}

// -----

// CHECK: weft.monoid @affine
// CHECK-NOT: weft.scan
// CHECK: weft.fold @affine
module attributes {weft.entry = @net, weft.real = "f32"} {
  weft.axis  open @T "T"
  weft.axis  fixed @I "16"
  weft.axis  fixed @J "32"
  weft.monoid @sum carrier ["value"] [!weft.obj<real>] arguments ["value"] laws {associative = "proved", commutative = "proved", unit = "proved"} domain {
  } unit {
    %0 = weft.constant 0.000000e+00 : !weft.obj<real>
    weft.yield %0 : !weft.obj<real>
  } operation {
  ^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
    %0 = weft.apply  add(%a, %b) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    weft.yield %0 : !weft.obj<real>
  } lift {
  ^bb0(%value: !weft.obj<real>):
    weft.yield %value : !weft.obj<real>
  } lower {
  ^bb0(%value: !weft.obj<real>):
    weft.yield %value : !weft.obj<real>
  }
  weft.monoid @affine carrier ["a", "b"] [!weft.obj<real>, !weft.obj<real>] arguments ["a", "b"] laws {associative = "undecided", unit = "proved"} domain {
  } unit {
    %0 = weft.constant 1.000000e+00 : !weft.obj<real>
    %1 = weft.constant 0.000000e+00 : !weft.obj<real>
    weft.yield %0, %1 : !weft.obj<real>, !weft.obj<real>
  } operation {
  ^bb0(%aa: !weft.obj<real>, %ab: !weft.obj<real>, %ba: !weft.obj<real>, %bb: !weft.obj<real>):
    %0 = weft.apply  mul(%aa, %ba) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    %1 = weft.apply  mul(%ba, %ab) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    %2 = weft.apply  add(%1, %bb) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    weft.yield %0, %2 : !weft.obj<real>, !weft.obj<real>
  } lift {
  ^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
    weft.yield %a, %b : !weft.obj<real>, !weft.obj<real>
  } lower {
  ^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
    weft.yield %b : !weft.obj<real>
  }
  weft.network @net(%q: !weft.obj<real[T, I]> as "q", %k: !weft.obj<real[T, I]> as "k", %g: !weft.obj<real[T, I]> as "g", %v: !weft.obj<real[T, J]> as "v") -> (y: !weft.obj<real[T, J]>) {
    %0 = weft.equation "state"(%g, %k, %v : !weft.obj<real[T, I]>, !weft.obj<real[T, I]>, !weft.obj<real[T, J]>) -> <real[T, I, J]> {
    ^bb0(%t: !weft.obj<T>, %i: !weft.obj<I>, %j: !weft.obj<J>, %g_: !weft.obj<real[T, I]>, %k_: !weft.obj<real[T, I]>, %v_: !weft.obj<real[T, J]>):
      %2 = weft.fold @affine where {
      ^bb0(%s: !weft.obj<T>):
        %3 = weft.apply  le(%s, %t) : (!weft.obj<T>, !weft.obj<T>) -> !weft.obj<bool>
        weft.yield %3 : !weft.obj<bool>
      } of {
      ^bb0(%s: !weft.obj<T>):
        %3 = weft.read %g_[%s, %i] : (!weft.obj<real[T, I]>, !weft.obj<T>, !weft.obj<I>) -> !weft.obj<real>
        %4 = weft.read %k_[%s, %i] : (!weft.obj<real[T, I]>, !weft.obj<T>, !weft.obj<I>) -> !weft.obj<real>
        %5 = weft.read %v_[%s, %j] : (!weft.obj<real[T, J]>, !weft.obj<T>, !weft.obj<J>) -> !weft.obj<real>
        %6 = weft.apply  mul(%4, %5) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %3, %6 : !weft.obj<real>, !weft.obj<real>
      } -> <real> {index_names = ["s"]}
      weft.define %2 at[%t, %i, %j] : !weft.obj<real>, !weft.obj<T>, !weft.obj<I>, !weft.obj<J>
    }
    %1 = weft.equation "y"(%q, %0 : !weft.obj<real[T, I]>, !weft.obj<real[T, I, J]>) -> <real[T, J]> {
    ^bb0(%t: !weft.obj<T>, %j: !weft.obj<J>, %q_: !weft.obj<real[T, I]>, %state: !weft.obj<real[T, I, J]>):
      %2 = weft.fold @sum of {
      ^bb0(%i: !weft.obj<I>):
        %3 = weft.read %q_[%t, %i] : (!weft.obj<real[T, I]>, !weft.obj<T>, !weft.obj<I>) -> !weft.obj<real>
        %4 = weft.read %state[%t, %i, %j] : (!weft.obj<real[T, I, J]>, !weft.obj<T>, !weft.obj<I>, !weft.obj<J>) -> !weft.obj<real>
        %5 = weft.apply  mul(%3, %4) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %5 : !weft.obj<real>
      } -> <real> {index_names = ["i"]}
      weft.define %2 at[%t, %j] : !weft.obj<real>, !weft.obj<T>, !weft.obj<J>
    }
    weft.return %1 : !weft.obj<real[T, J]>
  }
}
