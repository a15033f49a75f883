"""Results and errors do not depend on the number of threads, nor on which of them computes what and when: the same
bits, and the first error in order.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import ctypes
import sys
from pathlib import Path

import numpy as np
import weft_library
from weft_pool import Pool

folder = Path(sys.argv[1])
random = np.random.default_rng(11)
PROGRAM = """
import std.nn
axis Seq
axis Key = 48, Head = 6
axis Model = Head * Key
axis Hidden = 700, Wide = 4_000, Image = 61, Tap = 3, In = 7, Out = 40
axis Side = #Image - #Tap + 1

monoid every {
  carrier (holds: bool)
  unit (true)
  a * b = (a.holds and b.holds)
}
morphism block (x: real[Seq, Model]) -> (y: real[Seq, Model])
  weights Wq, Wk, Wv: real[Model, Head, Key]
{
  q[s, h, e] = sum[m](x[s, m] * Wq[m, h, e])
  k[s, h, e] = sum[m](x[s, m] * Wk[m, h, e])
  v[s, h, e] = sum[m](x[s, m] * Wv[m, h, e])
  c[s, h, e] = softmax[t where t <= s](sum[d](q[s, h, d] * k[t, h, d]) / sqrt(#Key), v[t, h, e])
  box mlp: map (dense[Model, Hidden] ; gelu_tanh[Hidden] ; dense[Hidden, Model] ; layer_norm[Model]) over Seq
  n = mlp(x)
  y[s, (h, e)] = n[s, (h, e)] + c[s, h, e]
}
// So many steps that each is a function of its own.
morphism attend (x: real[Seq, Model]) -> (y: real[Seq, Model])
{
  c[s, h, e] = softmax[t where t <= s](sum[d](x[s, (h, d)] * x[t, (h, d)]) / sqrt(#Key), x[t, (h, e)])
  y[s, (h, e)] = x[s, (h, e)] + c[s, h, e]
}
morphism four = attend ; attend ; attend ; attend
morphism deep = four ; four ; four ; four ; four
morphism convolution (x: real[In, Image, Image]) -> (y: real[Out, Side, Side])
  weights W: real[Out, In, Tap, Tap]
{ y[o, i, j] = max(sum[c, a: Tap, b: Tap](W[o, c, a, b] * x[c, i + a, j + b]), 0) }
morphism rows (x: real[Seq, Wide]) -> (top: real[Seq], mean: real[Wide], far: real[Seq, Seq], vector: real[Hidden])
  weights W: real[Hidden, Wide]
{
  top[s] = max[w](x[s, w] * cos(x[s, w]))
  mean[w] = sum[s](x[s, w]) / 3
  far[s, t] = min[w](abs(x[s, w] - x[t, w]))
  vector[h] = sum[w](W[h, w] * x[Seq(0), w])
}
// Factors from beyond the second cache that are read in place.
morphism beyond (x: real[Seq, In, Wide], w: real[Seq, Wide, Hidden]) -> (y: real[Seq, In, Hidden])
{ y[s, i, h] = sum[k](x[s, i, k] * w[s, k, h]) }
morphism integers (n: i64[Seq, Wide]) -> (m: i32[Seq, Wide], total: i64[Wide])
{
  m[s, w] = i32(n[s, w] * n[s, w] div 7)
  total[w] = sum[s](n[s, w] * 3)
}
morphism promised (x: real[Seq, Wide]) -> (y: real[Seq, Wide])
  requires every[s: Seq, w: Wide](x[s, w] < 100)
{ y[s, w] = exp(x[s, w]) }
"""
(folder / "threads.weft").write_text(PROGRAM)


class Shuffled:
    """One thread that says it is any of three, and takes pieces of the parts in any order."""
    threads = 3
    Body = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)
    Hook = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, Body, ctypes.c_void_p)

    class Parallel(ctypes.Structure):
        _fields_ = [("threads", ctypes.c_int64), ("pool", ctypes.c_void_p), ("parallel_for", ctypes.c_void_p)]

    def __init__(self):
        self.hook = self.Hook(self.run)
        self.kept = self.Parallel(self.threads, None, ctypes.cast(self.hook, ctypes.c_void_p))
        self.parallel = ctypes.byref(self.kept)

    def run(self, _, parts, body, data):
        cuts = np.unique(np.append(random.integers(0, parts, 9), (0, parts)))
        for piece in random.permutation(len(cuts) - 1):
            body(data, random.integers(self.threads), cuts[piece], cuts[piece + 1])


pools = [None, Shuffled()] + [Pool(threads, folder) for threads in (1, 2, 3, 8)]
failures = 0


def outcome(network, inputs, pool):
    network.lend(pool)
    arguments, results = network.prepare(inputs, {})
    for result in results.values():
        result.fill(0)
    status = network.function("call")(*arguments)
    site = network.function("last_error_site")(network.context)
    return (status, network.function("last_error")(network.context), site) if status else \
        {name: result.tobytes() for name, result in results.items()}


def alike(entry, inputs, status=0, flags=()):
    global failures
    if not (folder / f"{entry}.so").exists():
        weft_library.build(folder / "threads.weft", entry, flags, folder)
    network = weft_library.Library(entry, folder)
    shapes = {weight["name"]: [int(size) for size in weight["shape"]] for weight in network.weights}
    if shapes:
        network.bind({name: (random.standard_normal(shape) / shape[-1] ** 0.5).astype(np.float32)
                      for name, shape in shapes.items()}, folder / "weights.safetensors")
    alone, *others = [outcome(network, inputs, pool) for pool in pools]
    found = alone[0] if isinstance(alone, tuple) else 0
    if found != status:
        failures += 1
        print(f"{entry}: status {found} for {status}: {alone}")
    for pool, other in zip(pools[1:], others):
        if other != alone:
            failures += 1
            print(f"{entry}: another outcome with {type(pool).__name__} {pool.threads} threads: {[other, alone] if status else ''}")


def real(*shape):
    return random.standard_normal(shape).astype(np.float32)


for seq in (0, 1, 37, 200):
    alike("block", {"x": real(seq, 288)})
alike("deep", {"x": real(37, 288)})
alike("convolution", {"x": real(7, 61, 61)})
for seq in (1, 5, 150):
    alike("rows", {"x": real(seq, 4000)})
alike("beyond", {"x": real(3, 7, 4000), "w": real(3, 4000, 700)})
n = random.integers(-1000, 1000, (150, 4000))
alike("integers", {"n": n})
# Rows that overflow lie in several parts, and so does what is asked for.
for row in (140, 77, 76, 3):
    n[row, row] = 1 << 30
    alike("integers", {"n": n}, 17)
x = real(150, 4000)
alike("promised", {"x": x})
x[149, 1] = x[70, 5] = 200
alike("promised", {"x": x}, 19)
sys.exit(failures != 0)
