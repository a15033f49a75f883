"""The normal form raises what the program raises: nothing that is not evaluated fails, and of two errors the first is told.

REQUIRES: weft
RUN: mkdir -p %t && %python %s %t
"""
import subprocess
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(sys.argv[1])
PROGRAM = FOLDER / "net.weft"
PROGRAM.write_text("""
axis A, B, C = 3
// A fold that depends on nothing here is computed before, but not where its branch is not taken.
morphism guarded (x: real[A], z: real[B]) -> (y: real[C], w: real[B]) {
  y[c] = if #B > 0 then sum[k: A](x[k] * real(k mod #B)) + real(c) else 7
  w[b] = z[b]
}
// `first` is put in place of its only read, which comes after `second`.
morphism ordered (x: real[A], z: real[B]) -> (y: real[C], w: B[C]) {
  first[c: C] = z[B(0)]
  second[c: C] = B(c mod #B)
  y[c] = first[c] + sum[k](x[k])
  w = second
}
""")
np.save(FOLDER / "x.npy", np.ones(4, np.float32))


def run(entry, size, *options):
    np.save(FOLDER / "z.npy", np.ones(size, np.float32))
    done = subprocess.run(["weft", "run", PROGRAM, "--entry", entry, "--in", f"x={FOLDER}/x.npy", "--in",
                           f"z={FOLDER}/z.npy", "--out", f"y={FOLDER}/y.npy", *options], capture_output=True, text=True)
    return done.stderr if done.returncode else np.load(FOLDER / "y.npy").tolist()


for options in ((), ("--reference",)):
    assert run("guarded", 0, *options) == [7, 7, 7]
    assert run("guarded", 3, *options) == [3, 4, 5]
    assert run("ordered", 3, *options) == [5, 5, 5]
    assert "[index.range]" in run("ordered", 0, *options)
