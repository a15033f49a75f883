"""Division by a number that is known gives the same bits as division, in vectors too: the quotient rounded to nearest, with
zeros, infinities and NaN as they are. Where what is divided, or the quotient, is next to the subnormal numbers it may be off by
one unit.

RUN: %python %s
REQUIRES: weft
"""
import tempfile
from pathlib import Path

import numpy as np
from weft_runs import COMPILED, Program

DIVISORS = ["3", "5", "7", "10", "49", "-1000", "0.1", "0.3", "1e-3", "1e30", "1e-30", "sqrt(2)", "sqrt(32)", "3e-39", "2e38"]


def numbers(type, whole):
    random = np.random.default_rng(0)
    bits = random.integers(0, np.iinfo(whole).max, 200_000, dtype=whole, endpoint=True).view(type)
    largest, least = np.finfo(type).max, np.finfo(type).tiny
    edges = [0.0, -0.0, np.inf, -np.inf, np.nan, largest, -largest, least, -least, least / 8]
    with np.errstate(invalid="ignore"):
        return np.concatenate([bits, np.arange(-5000, 5000), edges]).astype(type)


with tempfile.TemporaryDirectory() as folder:
    source = Path(folder) / "divisions.weft"
    source.write_text("axis N\n" + "".join(
        f"morphism by_{i} (x: real[N]) -> (y: real[N]) {{ y[n] = x[n] / ({divisor}) }}\n" for i, divisor in enumerate(DIVISORS)))
    for real, type, whole in (("f32", np.float32, np.uint32), ("f64", np.float64, np.uint64)):
        program = Program(source, "--real", real)
        x = numbers(type, whole)
        for i, divisor in enumerate(DIVISORS):
            by = np.sqrt(type(divisor[5:-1])) if "sqrt" in divisor else type(divisor)
            with np.errstate(all="ignore"):
                expected = x / by
            found = program.run(f"by_{i}", {"x": x}, "y", way=COMPILED)
            assert found.dtype == type
            same = (found.view(whole) == expected.view(whole)) | (np.isnan(found) & np.isnan(expected))
            with np.errstate(all="ignore"):
                tiny = np.finfo(type).tiny
                near = (np.abs(x) < tiny * 2.0 ** np.finfo(type).nmant * 4) | (np.abs(expected) < tiny)
                near &= np.abs(found - expected) <= np.spacing(np.abs(expected))
            wrong = ~(same | near)
            assert not wrong.any(), (real, divisor, x[wrong][:3], found[wrong][:3], expected[wrong][:3])
