"""Structured ties against numpy: each runs in its structure, on sizes where that is cheaper, and gives what the
dense weight gives; in both meanings of `real`.

RUN: %python %s %t
REQUIRES: weft
"""
import subprocess
import sys
from pathlib import Path

import numpy as np
import safetensors_file
from patience import patience

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(5)

PROGRAM = """
axis Batch, Model = 96, Rank = 4, Outer = 12, Inner = 8, Layer = 3, Odd = 37, Tap = 5
axis Wide = Outer * Inner, Turned = Pairs * Two, Pairs = 48, Two = 2
axis Diagonal = 2 * #Model - 1, Slant = #Model + 2 * #Odd
morphism layer (x: real[Batch, Model]) -> (y: real[Batch, Model]) weights W: real[Model, Model], b: real[Model] {
  y[s, o] = sum[i](W[o, i] * x[s, i]) + b[o]
}
morphism wide (x: real[Batch, Wide]) -> (y: real[Batch, Wide]) weights W: real[Wide, Wide] {
  y[s, o] = sum[i](W[o, i] * x[s, i])
}
morphism narrow (x: real[Batch, Odd]) -> (y: real[Batch, Model]) weights W: real[Model, Odd] {
  y[s, o] = sum[i](W[o, i] * x[s, i])
}
morphism gated (x: real[Batch, Model]) -> (y: real[Batch, Model]) weights W, V: real[Model, Model] {
  y[s, o] = sum[i](W[o, i] * x[s, i]) * sum[i](V[o, i] * x[s, i]) + x[s, o]
}
cell c1 : layer => low_rank weights A: real[Model, Rank], B: real[Rank, Model] { W[o, i] = sum[r](A[o, r] * B[r, i]) }
cell c2 : low_rank => scaled weights g: real[Model] { A[o, r] = g[o] * A[o, r] / 2 }
cell c3 : layer => difference weights A: real[Model, Rank], B: real[Rank, Model], d: real[Model] {
  W[o, i] = (if o == i then d[o] else 0) - sum[r](A[o, r] * B[r, i])
}
cell c4 : layer => diagonal weights d: real[Model] { W[o, i] = if o == i then d[o] else 0 }
cell c5 : wide => kronecker weights P: real[Outer, Outer], Q: real[Inner, Inner] { W[(a, b), (c, d)] = P[a, c] * Q[b, d] }
cell c6 : wide => blocks weights D: real[Outer, Inner, Inner] { W[(a, b), (c, d)] = if a == c then D[a, b, d] else 0 }
cell c7 : narrow => int8 weights q: i8[Model, Odd], scale: real[Model] { W[o, i] = scale[o] * real(q[o, i]) }
cell c8 : narrow => bytes weights q: u8[Model, Odd], zero: real { W[o, i] = (real(q[o, i]) - zero) / 64 }
cell c9 : narrow => half weights h: f16[Model, Odd] { W[o, i] = real(h[o, i]) }
cell c10 : gated => gated_once weights A: real[Model, Rank], B: real[Rank, Model] { W[o, i] = sum[r](A[o, r] * B[r, i]) }
morphism deep = body: chain low_rank over Layer
morphism deep_kronecker = body: chain kronecker over Layer
morphism deep_int8_untied (x: real[Batch, Model]) -> (y: real[Batch, Model]) { box body: chain layer over Layer   y = body(x) }
morphism turning (x: real[Batch, Turned]) -> (y: real[Batch, Turned]) weights W: real[Turned, Turned] {
  y[s, o] = sum[i](W[o, i] * x[s, i])
}
cell t1 : layer => circulant weights k: real[Model] { W[o, i] = k[Model((o - i) mod #Model)] }
cell t2 : layer => hankel weights k: real[Model] { W[o, i] = k[Model((3 - o - i) mod #Model)] }
cell t3 : layer => toeplitz weights t: real[Diagonal] { W[o, i] = t[Diagonal(i - o + #Model - 1)] }
cell t4 : narrow => slanted weights t: real[Slant] { W[o, i] = t[Slant(o + 2 * i)] }
cell t5 : layer => band weights k: real[Tap], g: real[Model] { W[o, i] = g[o] * (k[o - i + 2] else 0) }
cell t12 : layer => steady weights k: real[Tap], g: real[Model] { W[o, i] = g[o] * (k[o + 0 * i] else 0) }
cell t6 : layer => causal weights k: real[Model] { W[o, i] = (k[o - i] else 0) }
cell t7 : layer => around weights k: real[Tap] { W[o, i] = (k[o - i] else 0.5) }
cell t8 : narrow => small_band weights k: i8[Tap], scale: real { W[o, i] = scale * real(k[Tap((o + 3 * i) mod #Tap)]) }
cell t9 : wide => block_circulant weights k: real[Outer, Outer, Inner] {
  W[(a, b), (c, d)] = k[a, c, Inner((b - d) mod #Inner)]
}
morphism deep_circulant = body: chain circulant over Layer
cell t10 : turning => rotated weights angle: real[Pairs] {
  W[(p, a), (q, b)] = if p == q then (if a == b then cos(angle[p]) else real(a - b) * sin(angle[p])) else 0
}
cell t11 : layer => half_rank weights A: f16[Model, Rank], B: real[Rank, Model] {
  W[o, i] = sum[r](real(A[o, r]) * tanh(B[r, i]))
}
axis Row = 7, Column = 9, Up = 3, Across = 5, Channel = 4, Paint = 3
axis Image = Row * Column, Canvas = Paint * Row * Column, Picture = Channel * Row * Column
morphism filtered (x: real[Batch, Image]) -> (y: real[Batch, Image]) weights W: real[Image, Image] {
  y[s, o] = sum[i](W[o, i] * x[s, i])
}
cell f1 : filtered => planar weights k: real[Up, Across] {
  W[(a, b), (c, d)] = (k[c - a + 1, d - b + 2] else 0)
}
morphism painted (x: real[Batch, Canvas]) -> (y: real[Batch, Picture]) weights W: real[Picture, Canvas] {
  y[s, o] = tanh(sum[i](W[o, i] * x[s, i]))
}
cell f2 : painted => convolved weights k: real[Channel, Paint, Up, Across] {
  W[(o, a, b), (p, c, d)] = (k[o, p, a - c + 1, d - b + 2] else 0)
}
morphism grid (x: real[Batch, Row, Column]) -> (y: real[Batch, Row, Column]) weights W: real[Row, Column, Row, Column] {
  y[s, a, b] = sum[c, d](W[a, b, c, d] * x[s, c, d])
}
cell f3 : grid => grid_bytes weights k: i8[Up, Across], scale: real {
  W[a, b, c, d] = scale * real((k[c - a + 1, b - d + 2] else 0))
}
morphism deep_planar = body: chain planar over Layer
morphism deep_rotated = body: chain rotated over Layer
morphism deep_half = body: chain half_rank over Layer
cell c11 : deep_int8_untied => deep_int8 weights q: i8[Layer, Model, Model], scale: real[Layer, Model] {
  body[l].W[o, i] = scale[l, o] * real(q[l, o, i])
}
"""
program = folder / "structured.weft"
program.write_text(PROGRAM)
M, R, O, I, L, ODD = 96, 4, 12, 8, 3, 37


def check(entry, weights, x, expected):
    # One row is another kernel than several.
    for real, kind, bound in [("f32", np.float32, 2e-5) if len(x) > 1 else ("f64", np.float64, 1e-12)]:
        cast = {n: w.astype(kind) if w.dtype == np.float64 else w for n, w in weights.items()}
        safetensors_file.write(str(folder / "w.safetensors"), cast)
        np.save(folder / "x.npy", x.astype(kind))
        subprocess.run(["weft", "run", str(program), "--entry", entry, "--real", real, "--weights",
                        str(folder / "w.safetensors"), "--in", f"x={folder / 'x.npy'}", "--out",
                        f"y={folder / 'y.npy'}"], check=True, timeout=patience(60))
        y = np.load(folder / "y.npy")
        error = np.abs(y - expected).max() / max(1, np.abs(expected).max())
        assert y.shape == expected.shape and error < bound, (entry, real, error)
    print(f"{entry}: fine")


def draw(*shape):
    return random.standard_normal(shape)


def dense(W, b=0.0):
    return lambda x: x @ W.T + b


A, B, b, g, d = draw(M, R), draw(R, M), draw(M), draw(M), draw(M)
for rows in (1, 5):
    x = draw(rows, M)
    check("low_rank", {"A": A, "B": B, "b": b}, x, dense(A @ B, b)(x))
    check("scaled", {"A": A, "B": B, "b": b, "g": g}, x, dense((g[:, None] * A / 2) @ B, b)(x))
    check("difference", {"A": A, "B": B, "b": b, "d": d}, x, dense(np.diag(d) - A @ B, b)(x))
    check("diagonal", {"d": d, "b": b}, x, x * d + b)
    P, Q, D = draw(O, O), draw(I, I), draw(O, I, I)
    check("kronecker", {"P": P, "Q": Q}, x, dense(np.kron(P, Q))(x))
    block = np.zeros((O, I, O, I))
    for i in range(O):
        block[i, :, i, :] = D[i]
    check("blocks", {"D": D}, x, dense(block.reshape(M, M))(x))
    narrow = draw(rows, ODD)
    q, u = random.integers(-128, 128, (M, ODD), dtype=np.int8), random.integers(0, 256, (M, ODD), dtype=np.uint8)
    scale = draw(M)
    check("int8", {"q": q, "scale": scale}, narrow, dense(scale[:, None] * q.astype(float))(narrow))
    check("bytes", {"q": u, "zero": np.array(7.5)}, narrow, dense((u.astype(float) - 7.5) / 64)(narrow))
    h = draw(M, ODD).astype(np.float16)
    check("half", {"h": h}, narrow, dense(h.astype(float))(narrow))
    V = draw(M, M)
    check("gated_once", {"A": A, "B": B, "V": V}, x, dense(A @ B)(x) * dense(V)(x) + x)
    y = x
    As, Bs, bs = draw(L, M, R) / 8, draw(L, R, M) / 8, draw(L, M)
    for l in range(L):
        y = dense(As[l] @ Bs[l], bs[l])(y)
    check("deep", {"body.A": As, "body.B": Bs, "body.b": bs}, x, y)
    Ps, Qs, y = draw(L, O, O) / 3, draw(L, I, I) / 3, x
    for l in range(L):
        y = dense(np.kron(Ps[l], Qs[l]))(y)
    check("deep_kronecker", {"body.P": Ps, "body.Q": Qs}, x, y)
    q, scale, y = random.integers(-128, 128, (L, M, M), dtype=np.int8), draw(L, M) / 500, x
    for l in range(L):
        y = dense(scale[l][:, None] * q[l].astype(float), bs[l])(y)
    check("deep_int8", {"q": q, "scale": scale, "body.b": bs}, x, y)
    k, t, n = draw(M), draw(2 * M - 1), np.arange(M)
    check("circulant", {"k": k, "b": b}, x, dense(k[(n[:, None] - n) % M], b)(x))
    check("hankel", {"k": k, "b": b}, x, dense(k[(3 - n[:, None] - n) % M], b)(x))
    check("toeplitz", {"t": t, "b": b}, x, dense(t[n - n[:, None] + M - 1], b)(x))
    slant, odd = draw(M + 2 * ODD), np.arange(ODD)
    check("slanted", {"t": slant}, narrow, dense(slant[n[:, None] + 2 * odd])(narrow))
    taps, apart = draw(5), n[:, None] - n

    def at(values, places, otherwise=0.0):
        inside = (places >= 0) & (places < len(values))
        return np.where(inside, values[np.clip(places, 0, len(values) - 1)], otherwise)

    check("band", {"k": taps, "g": g, "b": b}, x, dense(g[:, None] * at(taps, apart + 2), b)(x))
    check("steady", {"k": taps, "g": g, "b": b}, x, dense(g[:, None] * at(taps, n[:, None] + 0 * n), b)(x))
    check("causal", {"k": k, "b": b}, x, dense(at(k, apart), b)(x))
    check("around", {"k": taps, "b": b}, x, dense(at(taps, apart, 0.5), b)(x))
    few = random.integers(-128, 128, 5, dtype=np.int8)
    check("small_band", {"k": few, "scale": np.array(0.25)}, narrow,
          dense(0.25 * few[(n[:, None] + 3 * odd) % 5].astype(float))(narrow))
    blocks, inner = draw(O, O, I), np.arange(I)
    whole = blocks[:, :, (inner[:, None] - inner) % I].transpose(0, 2, 1, 3).reshape(M, M)
    check("block_circulant", {"k": blocks}, x, dense(whole)(x))
    ks, y = draw(L, M) / 10, x
    for l in range(L):
        y = dense(ks[l][apart % M], bs[l])(y)
    check("deep_circulant", {"body.k": ks, "body.b": bs}, x, y)
    angle, turned = draw(M // 2), np.zeros((M, M))
    for p, a in enumerate(angle):
        turned[2 * p: 2 * p + 2, 2 * p: 2 * p + 2] = [[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]]
    check("rotated", {"angle": angle}, x, dense(turned)(x))
    up, across = np.arange(7), np.arange(9)
    image, k = draw(rows, 63), draw(3, 5)

    def filter_of(k, flip_up=1, flip_across=1):
        """The dense matrix of taps that slide in two directions."""
        a, b = (flip_up * (up - up[:, None]) + 1), (flip_across * (across - across[:, None]) + 2)
        inside = ((a >= 0) & (a < 3))[:, None, :, None] & ((b >= 0) & (b < 5))[None, :, None, :]
        taps = k[..., np.clip(a, 0, 2)[:, None, :, None], np.clip(b, 0, 4)[None, :, None, :]]
        return np.where(inside, taps, 0)

    check("planar", {"k": k}, image, dense(filter_of(k).reshape(63, 63))(image))
    taps, canvas = draw(4, 3, 3, 5), draw(rows, 189)
    whole = filter_of(taps, flip_up=-1).transpose(0, 2, 3, 1, 4, 5).reshape(252, 189)
    check("convolved", {"k": taps}, canvas, np.tanh(dense(whole)(canvas)))
    few = random.integers(-128, 128, (3, 5), dtype=np.int8)
    check("grid_bytes", {"k": few, "scale": np.array(0.25)}, image.reshape(-1, 7, 9),
          dense(0.25 * filter_of(few.astype(float), flip_across=-1).reshape(63, 63))(image).reshape(-1, 7, 9))
    ks, y = draw(L, 3, 5) / 4, image
    for l in range(L):
        y = dense(filter_of(ks[l]).reshape(63, 63))(y)
    check("deep_planar", {"body.k": ks}, image, y)
    angles, y = draw(L, M // 2), x
    for angle in angles:
        y = y.reshape(-1, M // 2, 2)
        y = np.stack([np.cos(angle) * y[..., 0] - np.sin(angle) * y[..., 1],
                      np.sin(angle) * y[..., 0] + np.cos(angle) * y[..., 1]], -1).reshape(-1, M)
    check("deep_rotated", {"body.angle": angles}, x, y)
    halves, y = (draw(L, M, R) / 8).astype(np.float16), x
    for l in range(L):
        y = dense(halves[l].astype(float) @ np.tanh(Bs[l]), bs[l])(y)
    check("deep_half", {"body.A": halves, "body.B": Bs, "body.b": bs}, x, y)
    half = draw(M, R).astype(np.float16)
    check("half_rank", {"A": half, "B": B, "b": b}, x, dense(half.astype(float) @ np.tanh(B), b)(x))
