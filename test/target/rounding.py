"""Sums of many products round off much less than one number that takes them all: products of matrices with and without
weights, of any size, a convolution, attention.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import subprocess
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
PROGRAM = """
axis M = 33, N = 70, K = 3_000, T, Row = 6, Channel = 300, Tap = 3, Key = 16
morphism known (x: real[M, K], w: real[K, N]) -> (y: real[M, N]) { y[m, n] = sum[k](x[m, k] * w[k, n]) }
morphism open (x: real[M, T], w: real[T, N]) -> (y: real[M, N]) { y[m, n] = sum[t](x[m, t] * w[t, n]) }
morphism few (x: real[Tap, K], w: real[K, N]) -> (y: real[Tap, N]) { y[m, n] = sum[k](x[m, k] * w[k, n]) }
morphism image (x: real[Channel, Row, Row], w: real[N, Channel, Tap, Tap]) -> (y: real[N, Row, Row])
{
  y[o, r, c] = sum[i, k, l]((x[i, r + k - 1, c + l - 1] else 0) * w[o, i, k, l])
}
morphism attend (q: real[M, Key], k, v: real[T, Key]) -> (y: real[M, Key])
{
  y[m, e] = softmax[t](sum[d](q[m, d] * k[t, d]), v[t, e])
}
"""
program = folder / "net.weft"
program.write_text(PROGRAM)
numbers = np.random.default_rng(3)


def drawn(*shape):
    return (numbers.standard_normal(shape) + 0.25).astype(np.float32)


def run(entry, **inputs):
    words = []
    for name, value in inputs.items():
        np.save(folder / f"{name}.npy", value)
        words += ["--in", f"{name}={folder}/{name}.npy"]
    subprocess.run(["weft", "run", program, "--entry", entry, *words, "--out", f"y={folder}/y.npy"], check=True)
    return np.load(folder / "y.npy")


def in_one_number(x, w):
    """Each sum takes its terms one after the other."""
    total = np.zeros((len(x), w.shape[1]), np.float32)
    for k in range(len(w)):
        total = (total + np.float64(x[:, k, None]) * w[k]).astype(np.float32)
    return total


def check(what, found, exact, naive):
    error, naive_error = (np.sqrt(np.mean((value - exact) ** 2)) for value in (found, naive))
    assert error < 0.6 * naive_error, (what, error, naive_error)


for entry, rows in (("known", 33), ("open", 33), ("few", 3)):
    x, w = drawn(rows, 3000), drawn(3000, 70)
    check(entry, run(entry, x=x, w=w), x.astype(float) @ w, in_one_number(x, w))
x, w = drawn(300, 6, 6), drawn(70, 300, 3, 3)
windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), (1, 1), (1, 1))), (3, 3), axis=(1, 2))
terms, taps = windows.transpose(1, 2, 3, 4, 0).reshape(36, -1), w.transpose(2, 3, 1, 0).reshape(-1, 70)
shaped = lambda sums: sums.T.reshape(70, 6, 6)
check("image", run("image", x=x, w=w), shaped(terms.astype(float) @ taps), shaped(in_one_number(terms, taps)))
q, k, v = drawn(33, 16) * np.float32(0.1), drawn(4000, 16), drawn(4000, 16)
scores = q.astype(float) @ k.T.astype(float)
weights = np.exp(scores - scores.max(1, keepdims=True)).astype(np.float32)
exact = weights.astype(float) @ v / weights.sum(1, dtype=float, keepdims=True)
naive = in_one_number(weights, v) / weights.sum(1, dtype=float, keepdims=True)
check("attend", run("attend", q=q, k=k, v=v), exact, naive)
