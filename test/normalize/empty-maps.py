"""A map over an empty axis applies its body nowhere: what fails in it, and does not depend on the axis, raises nothing.

RUN: %python %s
"""
import tempfile
from pathlib import Path

import numpy as np
from weft_runs import COMPILED, REFERENCE, Program

TEXT = """axis Batch, Seq, Three = 3
morphism ratio (x: i64, n: i64, d: i64) -> (y: i64) { q = n div d  y = x + q }
morphism quotients = map ratio over Batch with (n, d)
morphism at (x: real, t: real[Seq], k: i64) -> (y: real) { v = t[Seq(k)]  y = x + v }
morphism picks = map at over Batch with (t, k)
morphism best (x: real, t: real[Seq]) -> (y: real) { m = argmax[s](t[s])  v = t[m]  y = x + v }
morphism bests = map best over Batch with t
morphism root (x: real, c: real) -> (y: real) requires c >= 0 { y = x * sqrt(c) }
morphism roots = map root over Batch with c
morphism step (s: i64, e: i64) -> (r: i64) { r = (s + 7) div e }
morphism loop (x: i64, e: i64) -> (y: i64) {
  box repeated: iterate step at most 3
  (n, done) = repeated(e, e)
  drop done
  y = x + n
}
morphism loops = map loop over Batch with e
morphism running (x: i64, z: i64, e: i64[Three]) -> (y: i64) {
  box folded: fold step over Three
  n = folded(z, e)
  y = x + n
}
morphism runnings = map running over Batch with (z, e)
morphism twice = map ratio over Seq with (n, d)
morphism nested = map twice over Batch with (n, d)
morphism fixed = map ratio over Three with (n, d)
"""

folder = tempfile.TemporaryDirectory()
path = Path(folder.name) / "maps.weft"
path.write_text(TEXT)
program = Program(str(path))
number = np.int64


def agrees(entry, good, expected, bad, empty):
    """`good` gives `expected`; `bad` is an error, and none where the map is over nothing."""
    program.equal(entry, good, {"y": expected})
    for way in (COMPILED, REFERENCE):
        refused = program.attempt(entry, bad, "y", flags=way)
        assert refused.returncode == 1 and "error" in refused.stderr, (entry, way, refused)
        nothing = program.attempt(entry, {**bad, **empty}, "y", flags=way)
        assert nothing.returncode == 0, (entry, way, nothing.stderr)
        assert np.load(Path(program.folder) / "out-y.npy").size == 0


some, none = np.arange(4), {"x": np.zeros(0, np.int64)}
agrees("quotients", {"x": some, "n": number(7), "d": number(2)}, some + 3, {"x": some, "n": number(7), "d": number(0)},
       none)
reals, nothing = np.arange(3, dtype=np.float32), {"x": np.zeros(0, np.float32)}
table = np.array([5, 6], np.float32)
agrees("picks", {"x": reals, "t": table, "k": number(1)}, reals + 6, {"x": reals, "t": table, "k": number(2)}, nothing)
agrees("bests", {"x": reals, "t": table}, reals + 6, {"x": reals, "t": table[:0]}, nothing)
agrees("roots", {"x": reals, "c": np.float32(4)}, reals * 2, {"x": reals, "c": np.float32(-1)}, nothing)
agrees("loops", {"x": some, "e": number(2)}, some + 6, {"x": some, "e": number(0)}, none)
agrees("runnings", {"x": some, "z": number(0), "e": np.array([7, 2, 1])}, some + (((0 + 7) // 7 + 7) // 2 + 7),
       {"x": some, "z": number(0), "e": np.array([7, 0, 1])}, none)
square = np.arange(6).reshape(2, 3)
for shape in ((0, 3), (2, 0), (0, 0)):
    agrees("nested", {"x": square, "n": number(7), "d": number(2)}, square + 3,
           {"x": square, "n": number(7), "d": number(0)}, {"x": np.zeros(shape, np.int64)})
refused = program.attempt("fixed", {"x": np.arange(3), "n": number(1), "d": number(0)}, "y")
assert refused.returncode == 1, refused
