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

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(5)

PROGRAM = """
axis Batch, Model = 96, Rank = 4, Outer = 12, Inner = 8, Layer = 3, Odd = 37
axis Wide = Outer * Inner
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
                        f"y={folder / 'y.npy'}"], check=True, timeout=60)
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
