"""Products with factors from beyond the second cache that are no weights: of few rows, read in place in a few streams, and of
more rows, packed some panels at a time; columns that fill no panel, two summed indices, batches, what follows; as numpy
computes them in float64.

REQUIRES: weft
RUN: rm -rf %t && mkdir %t && %python %s %t
"""
import subprocess
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(sys.argv[1])
numbers = np.random.default_rng(13)
program = FOLDER / "far.weft"
program.write_text("""
axis One = 1, Seven = 7, Forty = 40, Many = 130, Even = 2_048, Odd = 1_111, Terms = 1_500, Outer = 300, Inner = 5, B = 3
morphism row (x: real[Terms], w: real[Terms, Odd]) -> (y: real[Odd]) { y[n] = sum[k](x[k] * w[k, n]) }
morphism rows (x: real[Seven, Terms], w: real[Terms, Even], c: real[Even]) -> (y: real[Seven, Even])
{
  y[m, n] = max(sum[k](x[m, k] * w[k, n]) + c[n], 0)
}
morphism column (x: real[Terms, Odd], w: real[Terms]) -> (y: real[Odd]) { y[m] = sum[k](x[k, m] * w[k]) }
morphism distances (x: real[Seven, Terms], w: real[Terms, Odd]) -> (y: real[Seven, Odd])
{
  y[m, n] = sum[k]((x[m, k] - w[k, n]) * (x[m, k] - w[k, n]))
}
morphism double (x: real[Seven, Outer, Inner], w: real[Outer, Inner, Odd]) -> (y: real[Seven, Odd])
{
  y[m, n] = sum[i, j](x[m, i, j] * w[i, j, n])
}
morphism batches (x: real[B, Seven, Terms], w: real[B, Terms, Odd]) -> (y: real[B, Seven, Odd])
{
  y[b, m, n] = sum[k](x[b, m, k] * w[b, k, n])
}
morphism packed (x: real[Many, Terms], w: real[Terms, Odd]) -> (y: real[Many, Odd]) { y[m, n] = sum[k](x[m, k] * w[k, n]) }
morphism even (x: real[Many, Terms], w: real[Terms, Even]) -> (y: real[Many, Even]) { y[m, n] = sum[k](x[m, k] * w[k, n]) }
morphism few (x: real[Forty, Outer, Inner], w: real[Outer, Inner, Even], c: real[Even]) -> (y: real[Forty, Even])
{
  y[m, n] = sum[i, j](x[m, i, j] * w[i, j, n]) - c[n]
}
""")


def check(entry, inputs, right):
    words = []
    for name, value in inputs.items():
        np.save(FOLDER / f"{name}.npy", value)
        words += ["--in", f"{name}={FOLDER}/{name}.npy"]
    for flags in (["--cpu", "host"], ["--cpu", "v3"], ["--cpu", "v2"], ["--threads", "2"]):
        done = subprocess.run(["weft", "run", program, "--entry", entry, *words, "--out", f"y={FOLDER}/y.npy", *flags],
                              capture_output=True, text=True)
        assert done.returncode == 0, (entry, flags, done.stderr)
        found = np.load(FOLDER / "y.npy")
        assert found.shape == right.shape, (entry, flags)
        error = np.abs(found - right).max() / np.abs(right).max()
        assert error < 1e-6, (entry, flags, error)


def reals(*shape):
    return numbers.standard_normal(shape, np.float32)


def wide(array):
    return array.astype(np.float64)


x, w = reals(1500), reals(1500, 1111)
check("row", {"x": x, "w": w}, wide(x) @ wide(w))
check("column", {"x": w, "w": x}, wide(x) @ wide(w))
x, c = reals(7, 1500), reals(2048)
check("distances", {"x": x, "w": w}, ((wide(x)[:, :, None] - w) ** 2).sum(1))
check("double", {"x": x.reshape(7, 300, 5), "w": w.reshape(300, 5, 1111)}, wide(x) @ wide(w))
w = reals(1500, 2048)
check("rows", {"x": x, "w": w, "c": c}, np.maximum(wide(x) @ wide(w) + c, 0))
x = reals(40, 1500)
check("few", {"x": x.reshape(40, 300, 5), "w": w.reshape(300, 5, 2048), "c": c}, wide(x) @ wide(w) - c)
x = reals(130, 1500)
check("even", {"x": x, "w": w}, wide(x) @ wide(w))
w = reals(1500, 1111)
check("packed", {"x": x, "w": w}, wide(x) @ wide(w))
x, w = reals(3, 7, 1500), reals(3, 1500, 1111)
check("batches", {"x": x, "w": w}, wide(x) @ wide(w))
