"""Three hundred random contractions: what share each reaches of what its bound allows, on the machine at hand.

The bound of a shape is the longer of two times: its multiply-adds at the core's rate, and its bytes, each read or
written once, at the rate of the cache that they all fit in. Rates are the best seen in the same run. Tensors lie side by
side in large pages: in small ones it is chance which of them take each other's place in the caches.
"""
import contextlib
import ctypes
import mmap
import os
import random
import sys
from dataclasses import dataclass

import numpy as np
from contest import ceilings, cores
from peers import native
from table import time
from weft_library import Library, build, pointer, pointers
from works import BUILT

COUNT, SEED = 300, 7
FLOOR = 0.6
SHORT = 1e-6  # seconds of a call of which its interface is a good part
TRIES = 3     # one after the other for what is under the floor: another guest may have had the core for some time


@dataclass
class Shape:
    """`y[b, m, n] = sum[k](x[b, m, k] * w[b, k, n])`, without b when it is 1; either factor may lie the other way."""
    b: int
    m: int
    n: int
    k: int
    constant: bool       # w is a weight
    x_turned: bool
    w_turned: bool

    def text(self):
        batch = f"{self.b} × " if self.b > 1 else ""
        turned = " xᵀ" * self.x_turned + " wᵀ" * self.w_turned
        return f"{batch}{self.m}×{self.n}×{self.k}{turned}{', constant' if self.constant else ''}"

    def flops(self):
        return 2 * self.b * self.m * self.n * self.k

    def bytes(self):
        """Each read once; what is written takes twice as long, in the first cache and, fetched before, beyond it."""
        return 4 * self.b * (self.m * self.k + self.k * self.n + 2 * self.m * self.n)

    def program(self):
        many = self.b > 1
        batch, at = ("B, ", "b, ") if many else ("", "")
        x = f"real[{batch}{'K, M' if self.x_turned else 'M, K'}]", f"x[{at}{'k, m' if self.x_turned else 'm, k'}]"
        w = f"real[{batch}{'N, K' if self.w_turned else 'K, N'}]", f"w[{at}{'n, k' if self.w_turned else 'k, n'}]"
        wires, weights = ("", f"\n  weights w: {w[0]}") if self.constant else (f", w: {w[0]}", "")
        axes = ", ".join(f"{name} = {size}" for name, size in (("B", self.b), ("M", self.m), ("N", self.n), ("K", self.k)))
        return f"""axis {axes}

export morphism product (x: {x[0]}{wires}) -> (y: real[{batch}M, N]){weights}
{{
  y[{at}m, n] = sum[k]({x[1]} * {w[1]})
}}
"""


def size(generator, most):
    """Any order of magnitude alike; half of them round numbers."""
    exact = int(2 ** generator.uniform(0, np.log2(most)))
    return exact if generator.random() < 0.5 else max(1, exact // 16 * 16)


def shapes():
    generator, made = random.Random(SEED), []
    while len(made) < COUNT:
        batch = size(generator, 32) if generator.random() < 0.25 else 1
        shape = Shape(batch, size(generator, 4096), size(generator, 4096), size(generator, 4096),
                      generator.random() < 0.5, generator.random() < 0.2, generator.random() < 0.4)
        if 2e4 <= shape.flops() <= 4e8 and shape.bytes() <= 64 << 20:
            made.append(shape)
    return made


class Machine:
    def __init__(self):
        self.rates = {}
        self.look()

    def look(self):
        for name, value in ceilings().items():
            self.rates[name] = max(self.rates.get(name, 0), value)

    def bound(self, shape):
        """Seconds that no code could be below."""
        size = shape.bytes()
        rate = "read_256k_gbs" if size <= 512 << 10 else "read_8m_gbs" if size <= 16 << 20 else "read_256m_gbs"
        return max(shape.flops() / self.rates["fma_gflops"], size / self.rates[rate]) * 1e-9


class LargePages:
    """Memory that arrays are moved to."""
    PAGE, LINE = 2 << 20, 64

    def __init__(self, size):
        memory = mmap.mmap(-1, size + self.PAGE)
        with contextlib.suppress(OSError):  # a system without large pages
            memory.madvise(mmap.MADV_HUGEPAGE)
        self.bytes = np.frombuffer(memory, np.uint8)
        self.bytes = self.bytes[-pointer(self.bytes).value % self.PAGE:]
        self.bytes.fill(0)
        self.used = 0

    def moved(self, array):
        end = self.used + array.nbytes
        place = self.bytes[self.used:end].view(array.dtype).reshape(array.shape)
        place[...] = array
        self.used = end + -end % self.LINE
        return place


class Timed:
    libraries = {}

    def __init__(self, shape, number, memory):
        folder, is_built = BUILT / f"shape-{number}", number in self.libraries
        if not is_built:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "product.weft").write_text(shape.program())
            build(folder / "product.weft", "product", [], folder)
            self.libraries[number] = Library("product", folder)
        self.library = self.libraries[number]
        generator, batch = np.random.default_rng(3), [shape.b] * (shape.b > 1)
        x = generator.standard_normal([*batch, *sorted((shape.m, shape.k))], dtype=np.float32)
        w = generator.standard_normal([*batch, *sorted((shape.k, shape.n))], dtype=np.float32)
        x = x.reshape([*batch, shape.k, shape.m] if shape.x_turned else [*batch, shape.m, shape.k])
        w = w.reshape([*batch, shape.n, shape.k] if shape.w_turned else [*batch, shape.k, shape.n])
        if shape.constant and not is_built:
            self.library.bind({"w": w}, folder / "w.safetensors")
        (context, sizes, _, _, _, room), _ = self.library.prepare({"x": x} if shape.constant else {"x": x, "w": w}, {})
        given, scratch, results = self.library.kept
        memory.used = 0
        self.arguments = (context, sizes, pointers([memory.moved(array) for array in given]),
                          pointers([memory.moved(array) for array in results.values()]),
                          pointer(memory.moved(scratch)), room)
        self.library.kept = ()

    def seconds(self, lasting=0.02):
        call = ctypes.cast(self.library.function("call"), ctypes.c_void_p)
        calls, best, spent = 1, float("inf"), 0
        while spent < lasting:
            took = native().repeat_weft(call, *self.arguments, ctypes.c_int64(calls))
            if took < 0:
                sys.exit(f"{self.shape.text()}: {self.library.function('last_error')(self.library.context).decode()}")
            spent += took
            best = min(best, took / calls)
            calls = max(calls, min(1 << 16, int(1e-3 / max(best, 1e-8))))
        return best


def run(name=""):
    """Prints the shapes from the worst on, and gives those under the floor."""
    os.sched_setaffinity(0, cores())
    machine, memory = Machine(), LargePages(256 << 20)
    left, best = {number: shape for number, shape in enumerate(shapes()) if name in shape.text()}, {}
    for _ in range(TRIES):
        for number, shape in left.items():
            best[shape.text()] = min(best.get(shape.text(), np.inf), Timed(shape, number, memory).seconds())
            if number % 20 == 19:
                machine.look()
        left = {number: shape for number, shape in left.items()
                if machine.bound(shape) < FLOOR * best[shape.text()]}
    rows = sorted(((machine.bound(shape) / best[shape.text()], best[shape.text()], shape) for shape in shapes()
                   if shape.text() in best), key=lambda row: row[0])
    print("| shape (M×N×K) | time | share of its bound |\n|---|---|---|")
    for share, seconds, shape in rows:
        print(f"| {shape.text()} | {time(seconds)} | {100 * share:.0f} %{' (short)' if seconds < SHORT else ''} |")
    counted = [row for row in rows if row[1] >= SHORT]
    under = [row for row in counted if row[0] < FLOOR]
    if counted:
        shares = [row[0] for row in counted]
        print(f"{len(counted)} shapes of 1 µs and more: median {100 * shares[len(shares) // 2]:.0f} %, "
              f"{len(under)} under {100 * FLOOR:.0f} %")
    return [{"shape": shape.text(), "seconds": seconds, "share": share} for share, seconds, shape in rows], len(under)
