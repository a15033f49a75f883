"""The functions that are polynomials here come within two units in the last place of the exact value, in vectors and
alone, over all finite numbers; at the edges they give what mathematics does. `expdiff` may give 0 for what is less than
2^-125.5. On this processor and on the plainest.

RUN: %python %s
REQUIRES: weft
"""
import math
import tempfile
from pathlib import Path

import numpy as np
from weft_runs import COMPILED, Program

LEAST = 2.0 ** -125.5  # of what expdiff gives, but for 0
WITHIN = {"exp": 2, "expdiff": 2, "tanh": 2, "erf": 2, "log": 2, "sqrt": 0.5, "sin": 2, "cos": 2, "atan": 2}
EXACT = {"exp": np.exp, "expdiff": lambda x: np.where(np.exp(x) < LEAST, 0, np.exp(x)), "tanh": np.tanh,
         "erf": np.vectorize(math.erf, otypes=[float]), "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos,
         "atan": np.arctan}
EDGES = {"exp": {np.inf: np.inf, -np.inf: 0, 0: 1, -200: 0, 200: np.inf},
         "expdiff": {np.inf: np.inf, -np.inf: 0, 0: 1, -200: 0, 88.8: np.inf, 89.9: np.inf, 200: np.inf},
         "tanh": {np.inf: 1, -np.inf: -1, 0: 0}, "erf": {np.inf: 1, -np.inf: -1, 0: 0, 1e-30: 1.1283792e-30},
         "log": {np.inf: np.inf, 0: -np.inf, 1: 0},
         "sqrt": {np.inf: np.inf, 0: 0}, "sin": {0: 0}, "cos": {0: 1}, "atan": {0: 0}}


def sample(name):
    """Every 20,011th float, and many where the function bends."""
    random = np.random.default_rng(1)
    numbers = np.arange(0, 0x7f800000, 20_011, dtype=np.uint32).view(np.float32)
    numbers = np.concatenate([numbers, -numbers, random.uniform(-12, 12, 60_000), random.uniform(-100, 100, 40_000)])
    numbers = numbers.astype(np.float32)
    if name in ("log", "sqrt"):
        numbers = np.abs(numbers)
    if name in ("sin", "cos"):
        numbers = numbers[np.abs(numbers) < 1e5]
    if name == "expdiff":  # one or the other at the very step
        numbers = numbers[np.abs(numbers - math.log(LEAST)) > 1e-4]
    return numbers


def units_off(found, exact):
    """How many units in the last place of the exact value, denormal ones included; infinities must agree."""
    with np.errstate(over="ignore"):
        rounded = exact.astype(np.float32)
    finite = np.isfinite(rounded) & np.isfinite(found)
    wrong = ~finite & (rounded != found)
    # Where the exact value is beyond the largest float by less than the tolerance, the largest float is as good.
    wrong &= ~(np.abs(found) == np.finfo(np.float32).max)
    assert not wrong.any(), (found[wrong][:3], exact[wrong][:3])
    unit = np.spacing(np.abs(rounded[finite])).astype(float)
    return np.abs(found[finite].astype(float) - exact[finite]) / unit


with tempfile.TemporaryDirectory() as folder:
    source = Path(folder) / "functions.weft"
    called = {name: "expdiff(x[i], 0)" if name == "expdiff" else f"{name}(x[i])" for name in WITHIN}
    source.write_text("axis N\n" + "".join(
        f"morphism f_{name} (x: real[N]) -> (y: real[N]) {{ y[i] = {call} }}\n" for name, call in called.items()))
    for cpu in ("host", "x86-64-v2"):
        program = Program(source, "--cpu", cpu)
        for name, limit in WITHIN.items():
            numbers = sample(name)
            with np.errstate(all="ignore"):
                exact = EXACT[name](numbers.astype(float))
            found = program.run(f"f_{name}", {"x": numbers}, "y", way=COMPILED)
            off = units_off(found, exact)
            print(f"{cpu}, {name}: {off.max():.2f} units in the last place")
            assert off.max() <= limit, (name, off.max(), numbers[np.isfinite(exact.astype(np.float32))][off.argmax()])
            for place, value in EDGES[name].items():
                alone = program.run(f"f_{name}", {"x": np.array([place], np.float32)}, "y", way=COMPILED)
                wanted = np.array([float(value)])
                assert np.float32(value) == alone[0] or units_off(alone, wanted).max() <= limit, (name, place, alone)
            unknown = np.full(33, np.nan, np.float32)
            assert np.isnan(program.run(f"f_{name}", {"x": unknown}, "y", way=COMPILED)).all()
