"""Sums over neighbourhoods that reach over the border: whatever stands for what is outside, in any order of axes, with
strides, few channels and many, alone and one behind the other, as numpy computes them in float64.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import subprocess
import sys
from pathlib import Path

import numpy as np
import safetensors_file

folder = Path(sys.argv[1])
random = np.random.default_rng(11)

# (channels, height, width, results, taps, stride, padding, what is outside). The first has tiles inside the image; the
# second has channels so far apart that rows outside read one number, or is copied so that they lie side by side; the
# third is all border.
SHAPES = [(3, 23, 41, 20, 7, 2, 3, "0"), (19, 17, 18, 33, 3, 1, 1, "2.5"), (40, 3, 2, 17, 3, 1, 1, "-1"),
          (300, 9, 16, 16, 3, 2, 1, "0.5"), (1, 30, 30, 64, 5, 1, 2, "1"), (70, 31, 33, 8, 1, 2, 0, "3"),
          (32, 11, 9, 40, 3, 2, 1, "-2")]
ORDERS = {"planar": ("i, r, c", "o, r, c"), "last": ("r, c, i", "r, c, o"), "mixed": ("r, i, c", "c, o, r")}

# A chain whose state has its axes arranged, the sum of two paths, and windows behind a convolution.
CHAIN = """
axis In = 5, Wide = 24, H = 13, V = 14, Half = 7, T = 3, Depth = 3
morphism conv[I, O] (x: real[I, H, V]) -> (y: real[O, H, V])
  weights W: real[O, I, T, T], b: real[O]
{
  z[o, r: H, c: V] = sum[i, k: T, l: T](W[o, i, k, l] * (x[i, r + k - 1, c + l - 1] else 0)) + b[o]
  y[o, r, c] = max(z[o, r, c], 0)
}
morphism block (x: real[Wide, H, V]) -> (y: real[Wide, H, V])
{
  box own: conv[Wide, Wide]
  y = x + own(x)
}
export morphism net (x: real[In, H, V]) -> (y: real[Wide, Half, Half], m: real[Wide, H])
{
  box first: conv[In, Wide]
  box rest: chain block over Depth
  h = rest(first(x))
  y[o, r: Half, c: Half] = max[k: T, l: T]((h[o, 2 * r + k - 1, 2 * c + l - 1] else 0))
  m[o, r] = mean[c](h[o, r, c])
}
"""


def run(source, arrays, weights, outputs):
    words = ["weft", "run", source]
    for wire, value in arrays.items():
        np.save(folder / f"{wire}.npy", value)
        words += ["--in", f"{wire}={folder}/{wire}.npy"]
    safetensors_file.write(folder / "weights.safetensors", weights)
    words += ["--weights", folder / "weights.safetensors"]
    for wire in outputs:
        words += ["--out", f"{wire}={folder}/out-{wire}.npy"]
    subprocess.run(words, check=True)
    return [np.load(folder / f"out-{wire}.npy") for wire in outputs]


def normal(*shape):
    return random.standard_normal(shape).astype(np.float32)


def convolved(x, w, stride, padding, outside, height, width):
    wide = np.pad(x.astype(np.float64), ((0, 0), (padding, padding + stride), (padding, padding + stride)),
                  constant_values=outside)
    taps = w.shape[-1]
    result = np.zeros((w.shape[0], height, width))
    for k in range(taps):
        for l in range(taps):
            part = wide[:, k:k + stride * height:stride, l:l + stride * width:stride][:, :height, :width]
            result += np.einsum("oi,irc->orc", w[:, :, k, l].astype(np.float64), part)
    return result


def compare(name, found, wanted):
    scale = np.abs(wanted).max()
    error = np.abs(found - wanted).max() / scale
    assert found.shape == wanted.shape and error < 2e-6, (name, found.shape, wanted.shape, error)


for channels, height, width, results, taps, stride, padding, outside in SHAPES:
    out_height, out_width = ((size + 2 * padding - taps) // stride + 1 for size in (height, width))
    x, w = normal(channels, height, width), normal(results, channels, taps, taps)
    wanted = convolved(x, w, stride, padding, float(outside), out_height, out_width)
    for order, (read, written) in ORDERS.items():
        at = ", ".join({"i": "i", "r": f"{stride} * r + k - {padding}", "c": f"{stride} * c + l - {padding}"}[a]
                       for a in read.split(", "))
        sizes = {"i": "I", "r": "H", "c": "V", "o": "O"}
        outer = {"o": "O", "r": "P", "c": "Q"}
        (folder / "net.weft").write_text(f"""
axis I = {channels}, H = {height}, V = {width}, O = {results}, T = {taps}, P = {out_height}, Q = {out_width}
export morphism conv (x: real[{', '.join(sizes[a] for a in read.split(', '))}])
  -> (y: real[{', '.join(outer[a] for a in written.split(', '))}])
  weights W: real[O, I, T, T]
{{
  y[{written}] = sum[i, k: T, l: T](W[o, i, k, l] * (x[{at}] else {outside}))
}}
""")
        axes = ["irc".index(a) for a in read.split(", ")]
        [found] = run(folder / "net.weft", {"x": np.ascontiguousarray(x.transpose(axes))}, {"W": w}, ["y"])
        compare((channels, order), found, wanted.transpose(["orc".index(a) for a in written.split(", ")]))

(folder / "chain.weft").write_text(CHAIN)
x = normal(5, 13, 14)
weights = {"first.W": normal(24, 5, 3, 3), "first.b": normal(24),
           "rest.own.W": 0.1 * normal(3, 24, 24, 3, 3), "rest.own.b": normal(3, 24)}
h = np.maximum(convolved(x, weights["first.W"], 1, 1, 0, 13, 14) + weights["first.b"][:, None, None], 0)
for w, b in zip(weights["rest.own.W"], weights["rest.own.b"]):
    h = h + np.maximum(convolved(h, w, 1, 1, 0, 13, 14) + b[:, None, None], 0)
padded = np.pad(h, ((0, 0), (1, 2), (1, 2)))
windows = np.max([padded[:, k:k + 14:2, l:l + 14:2][:, :7, :7] for k in range(3) for l in range(3)], axis=0)
y, m = run(folder / "chain.weft", {"x": x}, weights, ["y", "m"])
compare("windows", y, windows)
compare("mean", m, h.mean(axis=2))
print("as numpy")
