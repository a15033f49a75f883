"""Folds over pairs of elements run in the tiles of matrix products, whatever the two operations: equal to numpy at
sizes that fill no tile, with NaN and infinities, and as tiles by the profile.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import subprocess
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
random = np.random.default_rng(7)
# `shortest` and `nearer` are a user's: no name is known. `later` has no licence to reorder, and keeps the order.
PROGRAM = """
axis M, N, K
monoid shortest on real {
  unit inf
  x * y = if y < x then y else x
}
monoid nearer {
  carrier (d: real)
  unit inf
  x * y = min(x, y)
  lift x = abs(x)
  lower r = 2 * r
}
morphism ways (x: real[M, K], w: real[K, N]) -> (minplus, maxtimes, bottleneck, distance, near: real[M, N]) {
  minplus[m, n]    = min[k](x[m, k] + w[k, n])
  maxtimes[m, n]   = max[k](x[m, k] * w[k, n])
  bottleneck[m, n] = max[k](min(w[k, n], x[m, k]))
  distance[m, n]   = sum[k]((x[m, k] - w[k, n]) * (x[m, k] - w[k, n]))
  near[m, n]       = nearer[k](w[k, n] - x[m, k])
}
morphism behind (x: real[M, K], w: real[K, M]) -> (y: real[M, M]) {
  y[m, n] = min[k where real(k) <= real(m) + 2](x[m, k] + w[k, n])
}
morphism dilation (x: real[K], w: real[N, M]) -> (y: real[K, M]) {
  y[k, m] = max[n]((x[i64(k) + i64(n) - 1] else -inf) + w[n, m])
}
"""


def run(entry, outputs, **inputs):
    words = ["weft", "run", folder / "net.weft", "--entry", entry]
    for wire, value in inputs.items():
        np.save(folder / f"{wire}.npy", value)
        words += ["--in", f"{wire}={folder}/{wire}.npy"]
    for wire in outputs:
        words += ["--out", f"{wire}={folder}/{wire}.npy"]
    subprocess.run(words, check=True)
    return [np.load(folder / f"{wire}.npy") for wire in outputs]


def matrices(m, n, k, special):
    x, w = random.standard_normal((m, k)).astype(np.float32), random.standard_normal((k, n)).astype(np.float32)
    for matrix, values in zip((x, w), special):
        for value in values:
            if matrix.size:
                matrix.flat[random.integers(matrix.size)] = value
    return x, w


def differs(name, found, wanted):
    if np.allclose(found, wanted, rtol=1e-5, atol=1e-5, equal_nan=True):
        return 0
    print(f"{name}: differs at {np.argwhere(~np.isclose(found, wanted, rtol=1e-5, atol=1e-5, equal_nan=True))[:5]}")
    return 1


def all_ways(m, n, k, special):
    x, w = matrices(m, n, k, special)
    a, b = x[:, :, None].astype(np.float64), w[None].astype(np.float64)
    with np.errstate(all="ignore"):
        wanted = [(a + b).min(1, initial=np.inf), (a * b).max(1, initial=-np.inf),
                  np.minimum(a, b).max(1, initial=-np.inf), ((a - b) ** 2).sum(1), 2 * np.abs(b - a).min(1, initial=np.inf)]
    names = ["minplus", "maxtimes", "bottleneck", "distance", "near"]
    found = run("ways", names, x=x, w=w)
    return sum(differs(f"{name} {m} {n} {k} {special}", *pair) for name, *pair in zip(names, found, wanted))


def masked(m, k):
    x, w = matrices(m, m, k, ((np.inf,), ()))
    seen = np.arange(k)[None, :, None] <= np.arange(m)[:, None, None] + 2
    wanted = np.where(seen, x[:, :, None] + w[None], np.inf).min(1, initial=np.inf)
    return differs("masked", run("behind", ["y"], x=x, w=w)[0], wanted)


def dilated():
    x, w = random.standard_normal(50).astype(np.float32), random.standard_normal((3, 40)).astype(np.float32)
    around = np.pad(x, 1, constant_values=-np.inf)
    wanted = np.max([around[n:n + 50, None] + w[n][None] for n in range(3)], 0)
    return differs("dilation", run("dilation", ["y"], x=x, w=w)[0], wanted)


def tiles():
    said = subprocess.run(["weft", "bench", folder / "net.weft", "--entry", "ways", "--profile", "--size", "M=64", "--size",
                           "N=64", "--size", "K=64"], check=True, capture_output=True, text=True).stdout
    if said.count("tiles") == 5:
        return 0
    print(f"not all in tiles:\n{said}")
    return 1


(folder / "net.weft").write_text(PROGRAM)
nothing, odd = ((), ()), ((np.inf, 0), (np.inf, -np.inf))
failures = sum(all_ways(*sizes, special) for sizes, special in (
    ((1, 1, 1), nothing), ((37, 41, 29), nothing), ((37, 41, 29), odd), ((8, 64, 0), nothing), ((16, 130, 70), ((), (np.nan,))),
    ((16, 130, 70), ((-np.inf, np.nan), ()))))
sys.exit(failures + masked(21, 30) + dilated() + tiles() > 0)
