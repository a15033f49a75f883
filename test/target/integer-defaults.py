"""What stands outside of a wire of few bits is a number like any other: it need not fit the wire's type, until it is put on one.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import subprocess
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
program = folder / "net.weft"
program.write_text("""
axis N, M = 9
morphism bare (x: i8[N], a, b: i8) -> (y: i64[N]) { y[i] = i64((x[i - 1] else a + b)) }
morphism summed (x: i8[N], v: i8[N, M], a, b: i8) -> (y: i64[M])
{
  y[m] = sum[i: N](i64((x[i - 1] else a + b)) * i64(v[i, m]))
}
morphism wired (x: i8[N], a, b: i8) -> (y: i64[N])
{
  w[i: N] = (x[i - 1] else a + b)
  y[i] = i64(w[i]) + 1
}
""")
numbers = np.random.default_rng(3)
x, v = numbers.integers(-128, 128, 40, np.int8), numbers.integers(-128, 128, (40, 9), np.int8)


def run(entry, inputs, *flags):
    words = []
    for name, value in inputs.items():
        np.save(folder / f"{name}.npy", value)
        words += ["--in", f"{name}={folder}/{name}.npy"]
    return subprocess.run(["weft", "run", program, "--entry", entry, *words, "--out", f"y={folder}/y.npy", *flags],
                          capture_output=True, text=True)


for a, b in ((100, 27), (100, 100), (-128, -128)):
    shifted = np.concatenate([[a + b], x[:-1].astype(np.int64)])
    given = {"x": x, "a": np.array(a, np.int8), "b": np.array(b, np.int8)}
    for flags in ((), ("--cpu", "v2"), ("--reference",)):
        for entry, inputs, wanted in (("bare", given, shifted), ("summed", {**given, "v": v}, shifted @ v)):
            done = run(entry, inputs, *flags)
            assert done.returncode == 0, (entry, flags, done.stderr)
            assert (np.load(folder / "y.npy") == wanted).all(), (entry, flags, a, b)
        done = run("wired", given, *flags)
        if -128 <= a + b <= 127:
            assert done.returncode == 0 and (np.load(folder / "y.npy") == shifted + 1).all(), (flags, done)
        else:
            assert done.returncode and "number.overflow" in done.stderr, (flags, done)
