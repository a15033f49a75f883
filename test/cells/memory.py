"""Weights are in memory once: a tied read-out uses one matrix both ways, and the pages of the weights' file are given
back as they are packed. The process's peak, less what it was before binding, is the stored weights and the
activations, and a tenth. Of weights that rows and columns slide along there is no matrix at all.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import ctypes
import mmap
import sys
from pathlib import Path

import numpy as np
import safetensors_file
import weft_library

folder = Path(sys.argv[1])
program = folder / "tied.weft"
program.write_text("""
import std.nn
axis Seq
axis Vocab = 24_000, Model = 512, Hidden = 2_048, Layer = 6
morphism embed (t: Vocab[Seq]) -> (x: real[Seq, Model]) weights token: real[Vocab, Model] { x[s, m] = token[t[s], m] }
morphism block (x: real[Seq, Model]) -> (y: real[Seq, Model]) weights up: real[Model, Hidden], down: real[Hidden, Model] {
  h[s, k] = sum[m](x[s, m] * up[m, k])
  y[s, m] = x[s, m] + sum[k](h[s, k] * down[k, m])
}
morphism untied = embed ; body: chain block over Layer ; head: map linear[Model, Vocab] over Seq
cell tie_head : untied => net { head.W[v, m] = embed.token[v, m] }
export net
""")
weft_library.build(str(program), "net", [], folder)
random = np.random.default_rng(3)
shapes = {"embed.token": (24_000, 512), "body.up": (6, 512, 2_048), "body.down": (6, 2_048, 512)}
weights = {name: random.standard_normal(shape, np.float32) / 50 for name, shape in shapes.items()}
safetensors_file.write(folder / "w.safetensors", weights)
tokens = np.array([5, 23_999, 0, 17], np.int64)
x = weights["embed.token"][tokens].astype(np.float64)
for layer in range(6):
    x = x + x @ weights["body.up"][layer].astype(np.float64) @ weights["body.down"][layer]
expected = x @ weights["embed.token"].T.astype(np.float64)
stored = sum(array.nbytes for array in weights.values())
del weights


def resident(what):
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith(what))


def peak(map_file, name="net", inputs={"t": tokens}):
    """Bytes at the most while the file is bound and the network called, less those before; and the answer."""
    net = weft_library.Library(name, folder)
    file = map_file()
    address = np.frombuffer(file, np.uint8)
    open("/proc/self/clear_refs", "w").write("5")
    before = resident("VmHWM")
    net.must(net.function("bind_weights")(net.context, weft_library.pointer(address), ctypes.c_size_t(address.nbytes)))
    answer = net.call(inputs, {})["y"]
    return resident("VmHWM") - before, answer, net, file


file = open(folder / "w.safetensors", "rb")
growth, answer, *kept = peak(lambda: mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
activations = answer.nbytes + kept[0].kept[1].nbytes
print(f"peak grew by {growth / (stored + activations):.2f} of weights once and activations")
assert np.abs(answer - expected).max() < 1e-3 * np.abs(expected).max()
assert growth <= 1.1 * (stored + activations), growth
# Memory that is no file, or that was written, is left alone.
heap = np.fromfile(folder / "w.safetensors", np.uint8)
copied = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
copied[-4:] = np.float32(0.25).tobytes()
for memory in (heap, copied):
    before = bytes(memoryview(memory))
    peak(lambda: memory)
    assert bytes(memoryview(memory)) == before

# A matrix of 4096 × 4096 would be 64 MiB.
program = folder / "sliding.weft"
program.write_text("""
axis N = 4_096, Tap = 9
morphism square (x: real[N]) -> (y: real[N]) weights W: real[N, N] { y[o] = sum[i](W[o, i] * x[i]) }
cell c_circulant : square => circulant weights k: real[N] { W[o, i] = k[N((o - i) mod #N)] }
cell c_band : square => band weights t: real[Tap] { W[o, i] = (t[o - i + 4] else 0) }
export morphism sliding = circulant ; band
""")
weft_library.build(str(program), "sliding", [], folder)
k, t = random.standard_normal(4096, np.float32), random.standard_normal(9, np.float32)
safetensors_file.write(folder / "s.safetensors", {"circulant.k": k, "band.t": t})
x = random.standard_normal(4096, np.float32)
file = open(folder / "s.safetensors", "rb")
growth, answer, *kept = peak(lambda: mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), "sliding", {"x": x})
around = np.fft.ifft(np.fft.fft(k.astype(np.float64)) * np.fft.fft(x.astype(np.float64))).real
expected = np.convolve(around, t.astype(np.float64))[4:4100]
assert np.abs(answer - expected).max() < 1e-3 * np.abs(expected).max()
assert growth < 4 << 20, growth
print(f"peak grew by {growth >> 10} KiB for two matrices of 64 MiB that are none")
