// RUN: weft-opt %s -split-input-file -verify-diagnostics

// A map that was edited by hand is checked as strictly as one that the compiler made.
weft.axis fixed @N "3"
weft.ties @net stores(%W: !weft.obj<real[N, N]> as "W") {
  weft.tie "a.W" alias %W : !weft.obj<real[N, N]>
  // expected-error@+1 {{gives `a.W` a second time [cell.twice]}}
  weft.tie "a.W" alias %W : !weft.obj<real[N, N]>
}

// -----

weft.axis fixed @N "3"
weft.ties @net stores(%W: !weft.obj<real[N, N]> as "W") {
  // expected-error@+1 {{says that `a.W` is own, but it is alias [cell.target]}}
  weft.tie "a.W" own %W : !weft.obj<real[N, N]>
}

// -----

weft.axis fixed @N "3"
weft.ties @net stores(%W: !weft.obj<real[N, N]> as "W") {
  %T = weft.equation "a.W"(%W : !weft.obj<real[N, N]>) -> !weft.obj<real[N, N]> {
  ^bb0(%o: !weft.obj<N>, %i: !weft.obj<N>, %s: !weft.obj<real[N, N]>):
    %e = weft.read %s[%i, %o] : (!weft.obj<real[N, N]>, !weft.obj<N>, !weft.obj<N>) -> !weft.obj<real>
    weft.define %e at [%o, %i] : !weft.obj<real>, !weft.obj<N>, !weft.obj<N>
  }
  // expected-error@+1 {{says that `a.W` is alias, but it is transposed [cell.target]}}
  weft.tie "a.W" alias %T : !weft.obj<real[N, N]>
}

// -----

weft.axis fixed @N "3"
// expected-error@+1 {{stores `k`, which no occurrence is made of [weights.unused]}}
weft.ties @net stores(%W: !weft.obj<real[N, N]> as "W", %k: !weft.obj<real[N]> as "k") {
  weft.tie "W" own %W : !weft.obj<real[N, N]>
}

// -----

weft.axis fixed @N "3"
// expected-error@+1 {{stores `W` twice [name.redefined]}}
weft.ties @net stores(%W: !weft.obj<real[N]> as "W", %k: !weft.obj<real[N]> as "W") {
  weft.tie "W" own %W : !weft.obj<real[N]>
  weft.tie "V" alias %k : !weft.obj<real[N]>
}

// -----

weft.axis fixed @N "3"
weft.ties @net stores(%W: !weft.obj<real[N]> as "W") {
  %D = weft.equation "a.W"(%W : !weft.obj<real[N]>) -> !weft.obj<real[N]> {
  ^bb0(%i: !weft.obj<N>, %s: !weft.obj<real[N]>):
    %e = weft.read %s[%i] : (!weft.obj<real[N]>, !weft.obj<N>) -> !weft.obj<real>
    %d = weft.apply add(%e, %e) : (!weft.obj<real>, !weft.obj<real>) -> !weft.obj<real>
    weft.define %d at [%i] : !weft.obj<real>, !weft.obj<N>
  }
  // expected-error@+1 {{says that `a.W` takes 4 operations, but it takes 3 [claim.refuted]}}
  weft.tie "a.W" computed %D flops 4 : !weft.obj<real[N]>
}

// -----

weft.axis fixed @N "3"
weft.axis fixed @M "3"
weft.morphism @net(%x: !weft.obj<real[N]>) weights(%W: !weft.obj<real[N]>) -> (y: !weft.obj<real[N]>, z: !weft.obj<real[N]>) {
  weft.return %x, %W : !weft.obj<real[N]>, !weft.obj<real[N]>
}
// expected-error@+1 {{stores `W` as `'!weft.obj<real[M]>'`, but it is `'!weft.obj<real[N]>'` [cell.axis]}}
weft.ties @net stores(%W: !weft.obj<real[M]> as "W") {
  weft.tie "W" own %W : !weft.obj<real[M]>
}

// -----

weft.axis fixed @N "3"
weft.morphism @net(%x: !weft.obj<real[N]>) weights(%W: !weft.obj<real[N]>) -> (y: !weft.obj<real[N]>, z: !weft.obj<real[N]>) {
  weft.return %x, %W : !weft.obj<real[N]>, !weft.obj<real[N]>
}
weft.ties @net stores(%W: !weft.obj<real[N]> as "W") {
  // expected-error@+1 {{`net` has no occurrence of a weight `V` [cell.target]}}
  weft.tie "V" alias %W : !weft.obj<real[N]>
}

// -----

weft.axis fixed @N "3"
weft.morphism @f(%x: !weft.obj<real[N]>) weights(%W: !weft.obj<real[N]>) -> (y: !weft.obj<real[N]>, z: !weft.obj<real[N]>) {
  weft.return %x, %W : !weft.obj<real[N]>, !weft.obj<real[N]>
}
weft.morphism @g(%x: !weft.obj<real[N]>) -> (y: !weft.obj<real[N]>, z: !weft.obj<real[N]>, w: !weft.obj<real[N]>) {
  %y, %z = weft.box "a" @f(%x) : (!weft.obj<real[N]>) -> (!weft.obj<real[N]>, !weft.obj<real[N]>)
  %w, %v = weft.box "b" @f(%y) : (!weft.obj<real[N]>) -> (!weft.obj<real[N]>, !weft.obj<real[N]>)
  weft.return %w, %z, %v : !weft.obj<real[N]>, !weft.obj<real[N]>, !weft.obj<real[N]>
}
weft.morphism @net(%x: !weft.obj<real[N]>) weights(%W: !weft.obj<real[N]>) -> (y: !weft.obj<real[N]>, z: !weft.obj<real[N]>, w: !weft.obj<real[N]>) {
  %V, %U = weft.copy %W : !weft.obj<real[N]> -> !weft.obj<real[N]>, !weft.obj<real[N]>
  %y, %z, %w = weft.box "" @g(%x) ties ["a.W", "b.W"] (%V, %U : !weft.obj<real[N]>, !weft.obj<real[N]>)
      : (!weft.obj<real[N]>) -> (!weft.obj<real[N]>, !weft.obj<real[N]>, !weft.obj<real[N]>)
  weft.return %y, %z, %w : !weft.obj<real[N]>, !weft.obj<real[N]>, !weft.obj<real[N]>
}
// expected-error@+1 {{says nothing of weight `b.W` [weights.missing]}}
weft.ties @net stores(%W: !weft.obj<real[N]> as "W") {
  weft.tie "a.W" alias %W : !weft.obj<real[N]>
}
