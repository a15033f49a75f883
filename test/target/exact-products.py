"""Sums of products of small integers, which go as sums of reals: the greatest that there may be, sums that do not fit, open
axes, convolutions with a border, indices, weights. As numpy has it in 64 bits.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
PROGRAM = """
axis M, N, K, Just = 1_024, Row = 9, Column = 13, X = 3, Y = 5, Tap = 3, Digit = 10, Left, Right, Out = 21
axis Places = #Left + #Right
axis Time
morphism just (a: i8[M, Just], b: i8[Just, N]) -> (y: i32[M, N]) { y[m, n] = sum[k](i32(a[m, k]) * i32(b[k, n])) }
morphism open (a: u8[M, K], b: i8[K, N]) -> (y: i64[M, N]) { y[m, n] = sum[k](i64(a[m, k]) * i64(b[k, n])) }
morphism tight (a: i8[M, K], b: i8[K, N]) -> (y: i16[M, N]) { y[m, n] = sum[k](i16(a[m, k]) * i16(b[k, n])) }
morphism row (a: i16[Just], b: i16[Just, N]) -> (y: i64[N]) { y[n] = sum[k](i64(a[k]) * i64(b[k, n])) }
morphism narrowed (a: i16[M, K], b: i8[K, N]) -> (y: i32[M, N]) { y[m, n] = sum[k](i32(i8(a[m, k])) * i32(b[k, n])) }
morphism shifted (a: u8[M, K], b: i8[K, N], c: bool[K]) -> (y: i32[M, N], z: i64[M, N])
{
  y[m, n] = sum[k]((i32(a[m, k]) - 3) * (i32(b[k, n]) + 5) * 2)
  z[m, n] = 3 * sum[k where c[k]](7 * max(i64(a[m, k]) - 90, 0) * i64(b[k, n]))
}
morphism triangle (a: i16[M, M], b: i8[M, N]) -> (y: i64[M, N]) { y[m, n] = sum[k where k <= m](i64(a[m, k]) * i64(b[k, n])) }
morphism apart (a: i8[M, K], b: i8[N, K]) -> (y: i32[M, N]) { y[m, n] = sum[k]((i32(a[m, k]) - i32(b[n, k])) * (i32(a[m, k]) - i32(b[n, k]))) }
morphism bent (a: i8[M, K], b: i8[K, N]) -> (y: i64[M, N]) { y[m, n] = sum[k]((i64(a[m, k]) div i64(b[k, n])) * i64(b[k, n])) }
morphism point (a: i8[K], b: i8[K]) -> (y: i32) { y = sum[k](i32(a[k]) * i32(b[k])) }
morphism image (x: u8[X, Row, Column], w: i8[Y, X, Tap, Tap]) -> (y: i32[Y, Row, Column])
{
  y[o, r, c] = sum[i, k, l](i32((x[i, r + k - 1, c + l - 1] else u8(7))) * i32(w[o, i, k, l]))
}
morphism digits (x: Digit[Left], y: Digit[Right]) -> (z: i64[Places])
{
  z[k: Places] = sum[i](x[i] * (y[k - i] else Digit(0)))
}
morphism bound (a: i8[M, Just]) -> (y: real[M, Out], z: i32[Out, Out])
  weights w: i8[Out, Just], v: u8[Just, Out]
{
  y[m, n] = 0.5 * real(sum[k](i32(a[m, k]) * i32(w[n, k])))
  z[i, j] = sum[k](i32(w[i, k]) * i32(v[k, j]))
}
morphism step (s: i8[Just], x: i8[Just], w: i8[Just, Just]) -> (t: i8[Just], y: i32[Just])
{
  y[i] = sum[k](i32(w[i, k]) * i32(s[k])) + i32(x[i])
  t[i] = i8(y[i] mod 7)
}
morphism states (s0: i8[Just], x: i8[Time, Just], w: i8[Just, Just]) -> (s: i8[Just], y: i32[Time, Just])
{
  box steps: scan step over Time with w
  (s, y) = steps(s0, x, w)
}
"""
program = folder / "net.weft"
program.write_text(PROGRAM)
numbers = np.random.default_rng(3)


def drawn(kind, *shape):
    limits = np.iinfo(kind)
    return numbers.integers(limits.min, limits.max, shape, kind, endpoint=True)


def run(entry, inputs, outputs, *flags, wrong=None):
    words = []
    for name, value in inputs.items():
        np.save(folder / f"{name}.npy", value)
        words += ["--in", f"{name}={folder}/{name}.npy"]
    for name in outputs:
        words += ["--out", f"{name}={folder}/{name}.out.npy"]
    done = subprocess.run(["weft", "run", program, "--entry", entry, *words, *flags], capture_output=True, text=True)
    if wrong:
        assert done.returncode and wrong in done.stderr, (entry, done)
        return done.stderr
    assert done.returncode == 0, (entry, done.stderr)
    return [np.load(folder / f"{name}.out.npy") for name in outputs]


def same(entry, inputs, **wanted):
    for flags in (("--cpu", "v2"), ("--threads", "2")):
        for value, (name, right) in zip(run(entry, inputs, wanted, *flags), wanted.items()):
            assert (value == right).all(), (entry, flags, name, value, right)


def wide(*arrays):
    return (array.astype(np.int64) for array in arrays)


for rows, columns in ((1, 7), (33, 70)):
    # All products the greatest that there is: 2^24, the last that f32 surely holds.
    least = np.full((rows, 1024), -128, np.int8)
    same("just", {"a": least, "b": np.full((1024, columns), -128, np.int8)}, y=np.full((rows, columns), 1 << 24))
    a, b = drawn(np.int8, rows, 1024), drawn(np.int8, 1024, columns)
    same("just", {"a": a, "b": b}, y=np.matmul(*wide(a, b)))
    for terms in (0, 3000):
        a, b = drawn(np.uint8, rows, terms), drawn(np.int8, terms, columns)
        same("open", {"a": a, "b": b}, y=np.matmul(*wide(a, b)))
a, b = drawn(np.int16, 1024), drawn(np.int16, 1024, 37)
a[:3], b[:3] = -32768, -32768
same("row", {"a": a, "b": b}, y=np.matmul(*wide(a, b)))
a, b = drawn(np.int8, 1001), drawn(np.int8, 1001)
same("point", {"a": a, "b": b}, y=np.dot(*wide(a, b)))

# 32767 is not reached, and then passed: the message says where.
a, b = np.full((2, 3), 127, np.int8), np.full((3, 2), 86, np.int8)
b[0, 0] = 82
a[1] = 1
same("tight", {"a": a, "b": b}, y=np.matmul(*wide(a, b)))
b[2, 0] = 87
b[1, 0] = 90
told = run("tight", {"a": a, "b": b}, ["y"], wrong="number.overflow")
assert ":7:73: " in told and "the value does not fit `i16`" in told, told
# Factors that are more than elements; masks.
a, b, c = drawn(np.uint8, 9, 150), drawn(np.int8, 150, 23), numbers.random(150) < 0.5
wide_a, wide_b = wide(a, b)
same("shifted", {"a": a, "b": b, "c": c}, y=2 * np.matmul(wide_a - 3, wide_b + 5),
     z=21 * np.matmul(np.maximum(wide_a - 90, 0)[:, c], wide_b[c]))
a, b = drawn(np.int16, 40, 40), drawn(np.int8, 40, 23)
same("triangle", {"a": a, "b": b}, y=np.matmul(np.tril(a.astype(np.int64)), b.astype(np.int64)))
a, b = drawn(np.int8, 9, 150), drawn(np.int8, 23, 150)
same("apart", {"a": a, "b": b}, y=((a.astype(np.int64)[:, None] - b) ** 2).sum(2))
a, b = drawn(np.int8, 9, 30), np.abs(drawn(np.int8, 30, 23) // 2) + 1
same("bent", {"a": a, "b": b.astype(np.int8)}, y=(a.astype(np.int64)[:, :, None] // b * b).sum(1))
b[3, 4] = 0
run("bent", {"a": a, "b": b.astype(np.int8)}, ["y"], wrong="number.divide")

# A factor that does not fit is no product's business, but an error.
for largest in (127, 128):
    a, b = np.full((2, 3), largest, np.int16), drawn(np.int8, 3, 5)
    if largest == 127:
        same("narrowed", {"a": a, "b": b}, y=np.matmul(*wide(a, b)))
    else:
        run("narrowed", {"a": a, "b": b}, ["y"], wrong="the value does not fit `i8`")

x, w = drawn(np.uint8, 3, 9, 13), drawn(np.int8, 5, 3, 3, 3)
around = np.pad(x.astype(np.int64), ((0, 0), (1, 1), (1, 1)), constant_values=7)
windows = np.lib.stride_tricks.sliding_window_view(around, (3, 3), axis=(1, 2))
same("image", {"x": x, "w": w}, y=np.einsum("ircab,oiab->orc", windows, w.astype(np.int64)))
left, right = numbers.integers(0, 10, 45), numbers.integers(0, 10, 31)
same("digits", {"x": left, "y": right}, z=np.append(np.convolve(left, right), 0))

# Weights, one of them read twice; one of them in each step of a scan.
a, w, v = drawn(np.int8, 6, 1024), drawn(np.int8, 21, 1024), drawn(np.uint8, 1024, 21)
header = json.dumps({name: {"dtype": kind, "shape": list(value.shape), "data_offsets": [at, at + value.size]}
                     for name, kind, value, at in (("w", "I8", w, 0), ("v", "U8", v, w.size))}).encode()
(folder / "net.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + w.tobytes() + v.tobytes())
for level in ("v2", "host"):
    y, z = run("bound", {"a": a}, ["y", "z"], "--cpu", level, "--weights", folder / "net.safetensors")
    assert (y == 0.5 * np.matmul(*wide(a, w.T))).all(), level
    assert (z == np.matmul(*wide(w, v))).all(), level
s, x, w = drawn(np.int8, 1024), drawn(np.int8, 4, 1024), drawn(np.int8, 1024, 1024)
state, rows = s, []
for element in x:
    rows.append(np.matmul(*wide(w, state)) + element)
    state = (rows[-1] % 7).astype(np.int8)
same("states", {"s0": s, "x": x, "w": w}, s=state, y=np.stack(rows))
