"""lifts.weft against numpy."""
import sys

import numpy as np
import weft_runs

random = np.random.default_rng(3)
program = weft_runs.Program(sys.argv[1], "--real", "f64")


def drawn(length):
    return {"b": random.random(length) < 0.5, "l": random.integers(-9, 9, length),
            "s": random.integers(-9, 9, length).astype("i4"), "y": random.integers(0, 4, length),
            "k": random.integers(0, 2, length), "x": random.normal(size=length),
            "z": random.integers(-4, 4, length).astype("f4")}


def plainly(b, l, s, y, k, x, z):
    high = k == 1
    return {"a": b.sum(), "c": (l % 3).sum(), "d": (s * s + 1).sum(dtype="i4"), "e": (y == 1).sum(),
            "g": (y + 1).sum(), "h": ~b.any(), "i": l.sum() / 1.0, "j": (x * x + 1).sum(),
            "o": (z * z + 1).sum(dtype="f4"), "p": (l * l + 1).sum(), "q": x[high].sum() / high.sum(),
            "t": (np.arange(len(b)) ** 2 + 1).sum()}


for length in (1, 7, 64, 300):
    given = drawn(length)
    given["k"][0] = 1
    wanted = {name: np.array(value) for name, value in plainly(**given).items()}
    program.close("given", given, wanted, tolerance=1e-12)
    program.close("beside", {"x": given["x"]}, {"a": np.array(np.cos(given["x"].sum()))}, tolerance=1e-9)
    some = {"b": given["b"], "y": given["y"]}
    program.close("framed", some, {"a": wanted["a"], "c": wanted["e"]}, tolerance=0)
program.close("literal", {}, {"a": np.array(20, "i4"), "b": np.array(8), "c": np.array(40.0)}, tolerance=0)
