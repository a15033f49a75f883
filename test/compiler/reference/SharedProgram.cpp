#include "Evaluated.h"

namespace weft::reference {

const char *const sharedProgram = R"(
!r = !weft.obj<real>
!b = !weft.obj<bool>
!i = !weft.obj<i64>
!n = !weft.obj<N>
!rn = !weft.obj<real[N]>
!in = !weft.obj<i64[N]>
weft.axis open @N "N"
weft.axis fixed @Two "2"
weft.axis fixed @Layer "2"
weft.axis product @Square "4" parts ["Two", "Two"]
weft.axis sum @Both "N + 2" parts ["Two", "N"]
weft.axis computed @Less "N - 3"
weft.monoid @sum carrier ["x"] [!r] arguments ["x"] laws {} domain {} unit {
  %0 = weft.constant 0.0 : !r
  weft.yield %0 : !r
} operation {
^bb0(%a: !r, %b: !r):
  %c = weft.apply add(%a, %b) : (!r, !r) -> !r
  weft.yield %c : !r
} lift {
^bb0(%x: !r):
  weft.yield %x : !r
} lower {
^bb0(%x: !r):
  weft.yield %x : !r
}
weft.monoid @max carrier ["x"] [!r] arguments ["x"] laws {} domain {} unit {
  %0 = weft.constant -inf : !r
  weft.yield %0 : !r
} operation {
^bb0(%a: !r, %b: !r):
  %c = weft.apply max(%a, %b) : (!r, !r) -> !r
  weft.yield %c : !r
} lift {
^bb0(%x: !r):
  weft.yield %x : !r
} lower {
^bb0(%x: !r):
  weft.yield %x : !r
}
weft.monoid @last carrier ["x"] [!r] arguments ["x"] laws {} domain {} unit {} operation {
^bb0(%a: !r, %b: !r):
  weft.yield %b : !r
} lift {
^bb0(%x: !r):
  weft.yield %x : !r
} lower {
^bb0(%x: !r):
  weft.yield %x : !r
}
weft.monoid @positive carrier ["x"] [!r] arguments ["x"] laws {} domain {
^bb0(%x: !r):
  %0 = weft.constant 0.0 : !r
  %c = weft.apply ge(%x, %0) : (!r, !r) -> !b
  weft.yield %c : !b
} unit {
  %0 = weft.constant 0.0 : !r
  weft.yield %0 : !r
} operation {
^bb0(%a: !r, %b: !r):
  %c = weft.apply add(%a, %b) : (!r, !r) -> !r
  weft.yield %c : !r
} lift {
^bb0(%x: !r):
  weft.yield %x : !r
} lower {
^bb0(%x: !r):
  weft.yield %x : !r
}
weft.monoid @all carrier ["x"] [!b] arguments ["x"] laws {} domain {} unit {
  %0 = weft.constant 1 : !b
  weft.yield %0 : !b
} operation {
^bb0(%a: !b, %b: !b):
  %c = weft.apply and_(%a, %b) : (!b, !b) -> !b
  weft.yield %c : !b
} lift {
^bb0(%x: !b):
  weft.yield %x : !b
} lower {
^bb0(%x: !b):
  weft.yield %x : !b
}
weft.monoid @isum carrier ["x"] [!i] arguments ["x"] laws {} domain {} unit {
  %0 = weft.constant 0 : !i
  weft.yield %0 : !i
} operation {
^bb0(%a: !i, %b: !i):
  %c = weft.apply add(%a, %b) : (!i, !i) -> !i
  weft.yield %c : !i
} lift {
^bb0(%x: !i):
  weft.yield %x : !i
} lower {
^bb0(%x: !i):
  weft.yield %x : !i
}
weft.monoid @softmax carrier ["m", "z", "o"] [!r, !r, !r] arguments ["score", "value"] laws {} domain {} unit {
  %low = weft.constant -inf : !r
  %0 = weft.constant 0.0 : !r
  weft.yield %low, %0, %0 : !r, !r, !r
} operation {
^bb0(%am: !r, %az: !r, %ao: !r, %bm: !r, %bz: !r, %bo: !r):
  %n = weft.apply max(%am, %bm) : (!r, !r) -> !r
  %ea = weft.apply expdiff(%am, %n) : (!r, !r) -> !r
  %eb = weft.apply expdiff(%bm, %n) : (!r, !r) -> !r
  %1 = weft.apply mul(%az, %ea) : (!r, !r) -> !r
  %2 = weft.apply mul(%bz, %eb) : (!r, !r) -> !r
  %z = weft.apply add(%1, %2) : (!r, !r) -> !r
  %3 = weft.apply mul(%ao, %ea) : (!r, !r) -> !r
  %4 = weft.apply mul(%bo, %eb) : (!r, !r) -> !r
  %o = weft.apply add(%3, %4) : (!r, !r) -> !r
  weft.yield %n, %z, %o : !r, !r, !r
} lift {
^bb0(%score: !r, %value: !r):
  %one = weft.constant 1.0 : !r
  weft.yield %score, %one, %value : !r, !r, !r
} lower {
^bb0(%m: !r, %z: !r, %o: !r):
  %q = weft.apply divide(%o, %z) : (!r, !r) -> !r
  weft.yield %q : !r
}
// y = w * x + state: a box with a weight, for frames.
weft.morphism @step(%s: !r, %x: !r) weights(%w: !r) -> (y: !r) {
  %y = weft.equation "y"(%s, %x, %w : !r, !r, !r) -> !r {
  ^bb0(%s_: !r, %x_: !r, %w_: !r):
    %1 = weft.read %s_[] : (!r) -> !r
    %2 = weft.read %x_[] : (!r) -> !r
    %3 = weft.read %w_[] : (!r) -> !r
    %4 = weft.apply mul(%2, %3) : (!r, !r) -> !r
    %5 = weft.apply add(%1, %4) : (!r, !r) -> !r
    weft.define %5 at [] : !r
  }
  weft.return %y : !r
}
weft.morphism @scale(%x: !r) weights(%w: !r) -> (y: !r) {
  %y = weft.equation "y"(%x, %w : !r, !r) -> !r {
  ^bb0(%x_: !r, %w_: !r):
    %2 = weft.read %x_[] : (!r) -> !r
    %3 = weft.read %w_[] : (!r) -> !r
    %4 = weft.apply mul(%2, %3) : (!r, !r) -> !r
    weft.define %4 at [] : !r
  }
  weft.return %y : !r
}
)";

} // namespace weft::reference
