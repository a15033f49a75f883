"""What reads a running fold position by position gets it so: scratch memory holds the state, and not the state of every
position; the numbers are right over many blocks of positions, and the same with threads.

RUN: rm -rf %t && mkdir %t
RUN: weft build %S/Inputs/running.weft --entry gated -o %t/gated --shared
RUN: %python %s %S/Inputs/running.weft %t
REQUIRES: weft
"""
import ctypes
import subprocess
import sys
from pathlib import Path

import numpy as np
from patience import patience

program, folder = sys.argv[1], Path(sys.argv[2])
random = np.random.default_rng(11)


def run(entry, inputs, output, flags=()):
    named = []
    for name, array in inputs.items():
        np.save(folder / f"{name}.npy", array)
        named += ["--in", f"{name}={folder / name}.npy"]
    path = folder / "out.npy"
    subprocess.run(["weft", "run", program, "--entry", entry, *named, "--out", f"{output}={path}", *flags], check=True,
                   timeout=patience(60))
    return np.load(path)


for steps in (0, 1, 2, 31, 33, 200):
    q, k, g = (random.standard_normal((steps, 16)).astype(np.float32) for _ in range(3))
    v, state, expected = random.standard_normal((steps, 8)).astype(np.float32), np.zeros((16, 8)), np.zeros((steps, 8))
    g = np.tanh(g)
    for t in range(steps):
        state = g[t][:, None] * state + np.outer(k[t], v[t])
        expected[t] = q[t] @ state
    got = run("gated", {"q": q, "k": k, "g": g, "v": v}, "y")
    assert np.allclose(got, expected, rtol=1e-4, atol=1e-4), (steps, np.abs(got - expected).max(initial=0))
    assert np.array_equal(got, run("gated", {"q": q, "k": k, "g": g, "v": v}, "y", ["--threads", "3"]))
    x, z = random.integers(-9, 9, steps), random.integers(-9, 9, (steps, 8))
    for flags in ([], ["--threads", "3"]):
        got = run("least", {"x": x, "z": z}, "r", flags)
        assert np.array_equal(got, np.minimum.accumulate(z, 0) + (x % 3)[:, None]), steps

library = ctypes.CDLL(str(folder / "gated.so"))
library.gated_scratch_size.restype = ctypes.c_size_t
context = ctypes.c_void_p()
assert library.gated_create(ctypes.byref(context), 2) == 0
few, many = (library.gated_scratch_size(context, (ctypes.c_int64 * 1)(steps)) for steps in (100, 1_000_000))
assert few == many < 100_000, (few, many)
library.gated_destroy(context)
