// RUN: weft-opt %s --split-input-file --weft-inline-diagrams --weft-grade-folds --weft-hoist-folds --weft-share-equations --weft-fuse-equations --cse | FileCheck %s

// Attention as its user writes it becomes a contraction, a row maximum, exponentials, a row sum and a contraction.
// CHECK-LABEL: weft.network @attention
// CHECK: weft.equation {{.*}}-> <real[Seq, Head, Seq]>
// CHECK: weft.fold @softmax.m
// CHECK: weft.apply expdiff
// CHECK: weft.fold @softmax.z
// CHECK: weft.fold @softmax.o
// CHECK: weft.apply divide
// CHECK-NOT: weft.fold
module attributes {weft.entry = @attention} {
weft.axis open @Seq "Seq"
weft.axis fixed @Head "12"
weft.axis fixed @Key "64"
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
weft.monoid @softmax carrier ["m", "z", "o"] [!weft.obj<real>, !weft.obj<real>, !weft.obj<real>] arguments ["score", "value"] laws {associative = "assumed", unit = "assumed"}
domain {
^bb0(%m: !weft.obj<real>, %z: !weft.obj<real>, %o: !weft.obj<real>):
  %zero = weft.constant 0.0 : !weft.obj<real>
  %c = weft.apply ge(%z, %zero) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<bool>
  weft.yield %c : !weft.obj<bool>
} unit {
  %low = weft.constant -inf : !weft.obj<real>
  %zero = weft.constant 0.0 : !weft.obj<real>
  weft.yield %low, %zero, %zero : !weft.obj<real>, !weft.obj<real>, !weft.obj<real>
} operation {
^bb0(%am: !weft.obj<real>, %az: !weft.obj<real>, %ao: !weft.obj<real>, %bm: !weft.obj<real>, %bz: !weft.obj<real>, %bo: !weft.obj<real>):
  %n = weft.apply max(%am, %bm) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %ea = weft.apply expdiff(%am, %n) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %eb = weft.apply expdiff(%bm, %n) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %1 = weft.apply mul(%az, %ea) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %2 = weft.apply mul(%bz, %eb) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %z = weft.apply add(%1, %2) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %3 = weft.apply mul(%ao, %ea) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %4 = weft.apply mul(%bo, %eb) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %o = weft.apply add(%3, %4) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  weft.yield %n, %z, %o : !weft.obj<real>, !weft.obj<real>, !weft.obj<real>
} lift {
^bb0(%score: !weft.obj<real>, %value: !weft.obj<real>):
  %one = weft.constant 1.0 : !weft.obj<real>
  weft.yield %score, %one, %value : !weft.obj<real>, !weft.obj<real>, !weft.obj<real>
} lower {
^bb0(%m: !weft.obj<real>, %z: !weft.obj<real>, %o: !weft.obj<real>):
  %r = weft.apply divide(%o, %z) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  weft.yield %r : !weft.obj<real>
}
weft.morphism @attention(%q: !weft.obj<real[Seq, Head, Key]>, %k: !weft.obj<real[Seq, Head, Key]>, %v: !weft.obj<real[Seq, Head, Key]>) -> (c: !weft.obj<real[Seq, Head, Key]>) {
  %c = weft.equation "c"(%q, %k, %v : !weft.obj<real[Seq, Head, Key]>, !weft.obj<real[Seq, Head, Key]>, !weft.obj<real[Seq, Head, Key]>) -> !weft.obj<real[Seq, Head, Key]> {
  ^bb0(%s: !weft.obj<Seq>, %h: !weft.obj<Head>, %e: !weft.obj<Key>, %q_: !weft.obj<real[Seq, Head, Key]>, %k_: !weft.obj<real[Seq, Head, Key]>, %v_: !weft.obj<real[Seq, Head, Key]>):
    %r = weft.fold @softmax of {
    ^bb0(%t: !weft.obj<Seq>):
      %score = weft.fold @sum of {
      ^bb0(%d: !weft.obj<Key>):
        %1 = weft.read %q_[%s, %h, %d] : (!weft.obj<real[Seq, Head, Key]>, !weft.obj<Seq>, !weft.obj<Head>, !weft.obj<Key>) -> !weft.obj<real>
        %2 = weft.read %k_[%t, %h, %d] : (!weft.obj<real[Seq, Head, Key]>, !weft.obj<Seq>, !weft.obj<Head>, !weft.obj<Key>) -> !weft.obj<real>
        %3 = weft.apply mul(%1, %2) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %3 : !weft.obj<real>
      } -> !weft.obj<real> {index_names = ["d"]}
      %n = weft.size "Key" : !weft.obj<real>
      %root = weft.apply sqrt(%n) : (!weft.obj<real>) -> !weft.obj<real>
      %scaled = weft.apply divide(%score, %root) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      %value = weft.read %v_[%t, %h, %e] : (!weft.obj<real[Seq, Head, Key]>, !weft.obj<Seq>, !weft.obj<Head>, !weft.obj<Key>) -> !weft.obj<real>
      weft.yield %scaled, %value : !weft.obj<real>, !weft.obj<real>
    } -> !weft.obj<real> {index_names = ["t"]}
    weft.define %r at [%s, %h, %e] : !weft.obj<real>, !weft.obj<Seq>, !weft.obj<Head>, !weft.obj<Key>
  }
  weft.return %c : !weft.obj<real[Seq, Head, Key]>
}
}

// -----

// The same without its law of association: the fold stays whole.
// CHECK-LABEL: weft.network @attention
// CHECK-NOT: weft.fold @softmax.
// CHECK: weft.fold @softmax of
// CHECK: weft.return
module attributes {weft.entry = @attention} {
weft.axis open @Seq "Seq"
weft.axis fixed @Head "12"
weft.axis fixed @Key "64"
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
weft.monoid @softmax carrier ["m", "z", "o"] [!weft.obj<real>, !weft.obj<real>, !weft.obj<real>] arguments ["score", "value"] laws {unit = "assumed"}
domain {
^bb0(%m: !weft.obj<real>, %z: !weft.obj<real>, %o: !weft.obj<real>):
  %zero = weft.constant 0.0 : !weft.obj<real>
  %c = weft.apply ge(%z, %zero) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<bool>
  weft.yield %c : !weft.obj<bool>
} unit {
  %low = weft.constant -inf : !weft.obj<real>
  %zero = weft.constant 0.0 : !weft.obj<real>
  weft.yield %low, %zero, %zero : !weft.obj<real>, !weft.obj<real>, !weft.obj<real>
} operation {
^bb0(%am: !weft.obj<real>, %az: !weft.obj<real>, %ao: !weft.obj<real>, %bm: !weft.obj<real>, %bz: !weft.obj<real>, %bo: !weft.obj<real>):
  %n = weft.apply max(%am, %bm) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %ea = weft.apply expdiff(%am, %n) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %eb = weft.apply expdiff(%bm, %n) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %1 = weft.apply mul(%az, %ea) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %2 = weft.apply mul(%bz, %eb) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %z = weft.apply add(%1, %2) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %3 = weft.apply mul(%ao, %ea) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %4 = weft.apply mul(%bo, %eb) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  %o = weft.apply add(%3, %4) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  weft.yield %n, %z, %o : !weft.obj<real>, !weft.obj<real>, !weft.obj<real>
} lift {
^bb0(%score: !weft.obj<real>, %value: !weft.obj<real>):
  %one = weft.constant 1.0 : !weft.obj<real>
  weft.yield %score, %one, %value : !weft.obj<real>, !weft.obj<real>, !weft.obj<real>
} lower {
^bb0(%m: !weft.obj<real>, %z: !weft.obj<real>, %o: !weft.obj<real>):
  %r = weft.apply divide(%o, %z) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  weft.yield %r : !weft.obj<real>
}
weft.morphism @attention(%q: !weft.obj<real[Seq, Head, Key]>, %k: !weft.obj<real[Seq, Head, Key]>, %v: !weft.obj<real[Seq, Head, Key]>) -> (c: !weft.obj<real[Seq, Head, Key]>) {
  %c = weft.equation "c"(%q, %k, %v : !weft.obj<real[Seq, Head, Key]>, !weft.obj<real[Seq, Head, Key]>, !weft.obj<real[Seq, Head, Key]>) -> !weft.obj<real[Seq, Head, Key]> {
  ^bb0(%s: !weft.obj<Seq>, %h: !weft.obj<Head>, %e: !weft.obj<Key>, %q_: !weft.obj<real[Seq, Head, Key]>, %k_: !weft.obj<real[Seq, Head, Key]>, %v_: !weft.obj<real[Seq, Head, Key]>):
    %r = weft.fold @softmax of {
    ^bb0(%t: !weft.obj<Seq>):
      %score = weft.fold @sum of {
      ^bb0(%d: !weft.obj<Key>):
        %1 = weft.read %q_[%s, %h, %d] : (!weft.obj<real[Seq, Head, Key]>, !weft.obj<Seq>, !weft.obj<Head>, !weft.obj<Key>) -> !weft.obj<real>
        %2 = weft.read %k_[%t, %h, %d] : (!weft.obj<real[Seq, Head, Key]>, !weft.obj<Seq>, !weft.obj<Head>, !weft.obj<Key>) -> !weft.obj<real>
        %3 = weft.apply mul(%1, %2) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
        weft.yield %3 : !weft.obj<real>
      } -> !weft.obj<real> {index_names = ["d"]}
      %n = weft.size "Key" : !weft.obj<real>
      %root = weft.apply sqrt(%n) : (!weft.obj<real>) -> !weft.obj<real>
      %scaled = weft.apply divide(%score, %root) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
      %value = weft.read %v_[%t, %h, %e] : (!weft.obj<real[Seq, Head, Key]>, !weft.obj<Seq>, !weft.obj<Head>, !weft.obj<Key>) -> !weft.obj<real>
      weft.yield %scaled, %value : !weft.obj<real>, !weft.obj<real>
    } -> !weft.obj<real> {index_names = ["t"]}
    weft.define %r at [%s, %h, %e] : !weft.obj<real>, !weft.obj<Seq>, !weft.obj<Head>, !weft.obj<Key>
  }
  weft.return %c : !weft.obj<real[Seq, Head, Key]>
}
}
