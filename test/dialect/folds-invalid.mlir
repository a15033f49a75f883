// RUN: weft-opt %s -split-input-file -verify-diagnostics

// What a fold says of its monoid's laws is what the monoid says.
weft.axis fixed @N "3"
weft.monoid @plus carrier ["value"] [!weft.obj<real>] arguments ["value"] laws {associative = "proved by 1 case"} domain {
} unit {
  %0 = weft.constant 0.0 : !weft.obj<real>
  weft.yield %0 : !weft.obj<real>
} operation {
^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
  %0 = weft.apply add(%a, %b) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
  weft.yield %0 : !weft.obj<real>
} lift {
^bb0(%value: !weft.obj<real>):
  weft.yield %value : !weft.obj<real>
} lower {
^bb0(%value: !weft.obj<real>):
  weft.yield %value : !weft.obj<real>
}
weft.morphism @total(%x: !weft.obj<real[N]> as "x") -> (y: !weft.obj<real>) {
  %0 = weft.equation "y"(%x : !weft.obj<real[N]>) -> <real> {
  ^bb0(%w: !weft.obj<real[N]>):
    // expected-error@+1 {{claims other laws than `plus` has [claim.refuted]}}
    %1 = weft.fold @plus of {
    ^bb0(%n: !weft.obj<N>):
      %2 = weft.read %w[%n] : (!weft.obj<real[N]>, !weft.obj<N>) -> !weft.obj<real>
      weft.yield %2 : !weft.obj<real>
    } -> <real> {laws = {associative = "proved by 1 case", commutative = "proved by 1 case"}}
    weft.define %1 at [] : !weft.obj<real>
  }
  weft.return %0 : !weft.obj<real>
}

// -----

// The body of a monoid's unit is looked at when it is known to have an end.
// expected-error@+1 {{empty block: expect at least a terminator}}
weft.monoid @endless carrier ["x"] [!weft.obj<real>] arguments ["x"] laws {}
domain {
} unit {
^bb0:
} operation {
^bb0(%a: !weft.obj<real>, %b: !weft.obj<real>):
  weft.yield %a : !weft.obj<real>
} lift {
^bb0(%x: !weft.obj<real>):
  weft.yield %x : !weft.obj<real>
} lower {
^bb0(%x: !weft.obj<real>):
  weft.yield %x : !weft.obj<real>
}
