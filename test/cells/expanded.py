"""Ties against numpy: a network with ties, its weights as stored, gives what the network without them gives with its
weights written out; compiled and by the reference.

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
random = np.random.default_rng(11)

PROGRAM = """
import std.nn
axis Seq
axis Vocab = 11, Layer = 3, Head = 2, Key = 4, Rank = 2, N = 6, Out = 5, Outer = 2, Inner = 3
axis Model = Head * Key, Both = N + Out, Wide = Outer * Inner
morphism embed (t: Vocab[Seq]) -> (x: real[Seq, Model]) weights token: real[Vocab, Model] { x[s, m] = token[t[s], m] }
morphism attention (x: real[Seq, Model]) -> (y: real[Seq, Model])
  weights Wq: real[Model, Head, Key], Wo: real[Head, Key, Model]
{
  q[s, h, e] = sum[m](x[s, m] * Wq[m, h, e])
  y[s, m] = x[s, m] + sum[h, e](q[s, h, e] * Wo[h, e, m])
}
morphism block (x: real[Seq, Model]) -> (y: real[Seq, Model]) {
  box norm: map layer_norm[Model] over Seq
  box attn: attention
  y = x + attn(norm(x))
}
morphism net = embed ; body: chain block over Layer ; head: map linear[Model, Vocab] over Seq
morphism square (x: real[N]) -> (y: real[N]) weights W: real[N, N] { y[o] = sum[i](W[o, i] * x[i]) }
morphism affine_map (x: real[N]) -> (y: real[Out]) weights W: real[Out, N], b: real[Out] {
  y[o] = sum[i](W[o, i] * x[i]) + b[o]
}
morphism summed (x: real[Both]) -> (y: real) weights w: real[Both] { y = sum[i](w[i] * x[i]) }
morphism twice = first: square ; second: square
morphism many = body: chain square over Layer
morphism rows = map affine_map over Seq
morphism own_rows = each affine_map over Layer
morphism wide (x: real[Wide]) -> (y: real[Wide]) weights W: real[Wide, Wide] { y[o] = sum[i](W[o, i] * x[i]) }

cell c_head : net => n_head { head.W[v, m] = embed.token[v, m] }
cell c_lora : n_head => n_lora weights A: real[Layer, Model, Rank], B: real[Layer, Rank, Head, Key] {
  body[l].attn.Wq[m, h, e] = body[l].attn.Wq[m, h, e] + sum[r](A[l, m, r] * B[l, r, h, e])
}
cell c_albert : net => n_albert { body[l] = body[0] }
cell c_turned : attention => attention_turned { Wo[h, e, m] = Wq[m, h, e] }
cell c_whisker : net => n_whisker { body[l].attn = c_turned }
cell c_toeplitz : square => s_toeplitz weights k: real[N] { W[o, i] = k[N((o - i) mod #N)] }
cell c_diagonal : square => s_diagonal weights d: real[N] { W[o, i] = if o == i then d[o] else 0 }
cell c_symmetric : square => s_symmetric weights S: real[N, N] { W[o, i] = (S[o, i] + S[i, o]) / 2 }
cell c_int8 : affine_map => a_int8 weights q: i8[Out, N], scale: real[Out] { W[o, i] = scale[o] * real(q[o, i]) }
cell c_constants : affine_map => a_constants weights v: real[N] {
  W[0, i] = v[i]   W[1, i] = 2 * W[0, i]   W[2, i] = -W[1, i]   W[3, i] = 0   W[4, i] = 0.5
  b = 1
}
cell c_transposed : twice => t_transposed { second.W[o, i] = first.W[i, o] }
cell c_box : twice => t_box { second = first }
cell c_layers : many => m_layers { body[0] = body[0]  body[1].W[o, i] = body[0].W[i, o]  body[2].W[o, i] = body[2].W[o, i] }
cell c_twice : many => m_twice { body[0] = c_toeplitz  body[1] = c_toeplitz  body[2].W = body[2].W }
cell c_new : many => m_new weights U: real[N, N] { body[l].W = U }
axis Pair = 2
morphism small (x: real[Pair]) -> (y: real[Pair]) weights W: real[Pair, Pair] { y[o] = tanh(sum[i](W[o, i] * x[i])) }
morphism small_deep = body: chain small over Layer
cell c_cases : small_deep => d_cases weights u: real[Pair] { body[l].W[0, i] = u[i]  body[l].W[1, i] = 2 * u[i] }
cell c_rows : affine_map => a_scaled weights g: real { b[o] = g * b[o] }
morphism r_scaled = map a_scaled over Seq
morphism o_scaled = each a_scaled over Layer
cell c_each : own_rows => o_shared { affine_map[l].W[o, i] = affine_map[1].W[o, i] }
cell c_sum : summed => s_sum weights a: real[N], b: real[Out] { w[N i] = a[i]  w[Out j] = b[j] }
cell c_kron : wide => w_kron weights P: real[Outer, Outer], Q: real[Inner, Inner] { W[(a, b), (c, d)] = P[a, c] * Q[b, d] }
cell c_where : affine_map => a_where weights u: real[Out] { W[o, i] = n * u[o] where n = real(i) + 1 }
morphism tied_inside (x: real[N]) -> (y: real[N]) weights W: real[N, N], k: real[N] {
  y[o] = sum[i](W[o, i] * x[i])
  tie W[o, i] = k[N((o + i) mod #N)]
}
claim n_head weights == 11*8 + 3*(16 + 64 + 64)
claim n_albert weights == 2*11*8 + 16 + 64 + 64
claim s_toeplitz weights == 6
claim m_layers weights == 72
"""
program = folder / "ties.weft"
program.write_text(PROGRAM)
N, OUT, LAYER = 6, 5, 3


def draw(*shape):
    return random.standard_normal(shape).astype(np.float32)


def run(entry, weights, inputs, output="y", flags=()):
    safetensors_file.write(str(folder / "w.safetensors"), weights)
    command = ["weft", "run", str(program), "--entry", entry, "--weights", str(folder / "w.safetensors"), *flags]
    for name, value in inputs.items():
        np.save(folder / f"{name}.npy", value)
        command += ["--in", f"{name}={folder / name}.npy"]
    subprocess.run([*command, "--out", f"{output}={folder / 'out.npy'}"], check=True, timeout=patience(60))
    return np.load(folder / "out.npy")


def compare(tied, untied, stored, written_out, inputs, output="y"):
    expected = run(untied, written_out, inputs, output, ["--reference"])
    for flags in (["--reference"], []):
        got = run(tied, stored, inputs, output, flags)
        error = np.abs(got - expected).max() / max(1, np.abs(expected).max())
        assert got.shape == expected.shape and error < 1e-5, (tied, flags, error)
    print(f"{tied}: fine")


x = {"x": draw(N)}
tokens = {"t": np.array([1, 5, 10, 0], np.int64)}
full = {"embed.token": draw(11, 8), "head.W": draw(11, 8), "body.norm.scale": draw(3, 8), "body.norm.shift": draw(3, 8),
        "body.attn.Wq": draw(3, 8, 2, 4), "body.attn.Wo": draw(3, 2, 4, 8)}
without = lambda weights, *names: {name: value for name, value in weights.items() if name not in names}

compare("n_head", "net", without(full, "head.W"), full | {"head.W": full["embed.token"]}, tokens)
A, B = draw(3, 8, 2), draw(3, 2, 2, 4)
lora = full["body.attn.Wq"] + np.einsum("lmr,lrhe->lmhe", A, B)
compare("n_lora", "net", without(full, "head.W") | {"A": A, "B": B},
        full | {"head.W": full["embed.token"], "body.attn.Wq": lora}, tokens)
one = {name: value[0] if name.startswith("body") else value for name, value in full.items()}
compare("n_albert", "net", one, {name: np.stack([value] * 3) if name.startswith("body") else value
                                 for name, value in one.items()}, tokens)
compare("n_whisker", "net", without(full, "body.attn.Wo"),
        full | {"body.attn.Wo": np.moveaxis(full["body.attn.Wq"], 1, 3)}, tokens)

k, i = draw(N), np.arange(N)
compare("s_toeplitz", "square", {"k": k}, {"W": k[(i[:, None] - i) % N]}, x)
compare("tied_inside", "square", {"k": k}, {"W": k[(i[:, None] + i) % N]}, x)
compare("s_diagonal", "square", {"d": k}, {"W": np.diag(k)}, x)
S = draw(N, N)
compare("s_symmetric", "square", {"S": S}, {"W": (S + S.T) / 2}, x)
q, scale, b = random.integers(-128, 128, (OUT, N)).astype(np.int8), draw(OUT), draw(OUT)
compare("a_int8", "affine_map", {"q": q, "scale": scale, "b": b}, {"W": scale[:, None] * q, "b": b}, x)
v = draw(N)
compare("a_constants", "affine_map", {"v": v},
        {"W": np.stack([v, 2 * v, -2 * v, 0 * v, 0 * v + np.float32(0.5)]), "b": np.ones(OUT, np.float32)}, x)
u = draw(OUT)
compare("a_where", "affine_map", {"u": u, "b": b}, {"W": u[:, None] * (i + 1).astype(np.float32), "b": b}, x)
compare("t_transposed", "twice", {"first.W": S}, {"first.W": S, "second.W": np.ascontiguousarray(S.T)}, x)
compare("t_box", "twice", {"first.W": S}, {"first.W": S, "second.W": S}, x)
W2 = draw(N, N)
compare("m_layers", "many", {"body.W": S, "body.W.2": W2}, {"body.W": np.stack([S, S.T, W2])}, x)
k2 = draw(N)
toeplitz = lambda line: line[(i[:, None] - i) % N]
compare("m_twice", "many", {"body.k": k, "body.k.1": k2, "body.W": W2}, {"body.W": np.stack([toeplitz(k), toeplitz(k2), W2])}, x)
u2 = draw(2)
compare("d_cases", "small_deep", {"u": u2}, {"body.W": np.stack([np.stack([u2, 2 * u2])] * 3)}, {"x": draw(2)})
compare("m_new", "many", {"U": W2}, {"body.W": np.stack([W2] * 3)}, x)
W, g, many = draw(OUT, N), draw(), {"x": draw(4, N)}
compare("r_scaled", "rows", {"a_scaled.W": W, "a_scaled.b": b, "a_scaled.g": np.array(g)},
        {"affine_map.W": W, "affine_map.b": g * b}, many)
layers = {"x": draw(LAYER, N)}
W3, b3, g3 = draw(LAYER, OUT, N), draw(LAYER, OUT), draw(LAYER)
compare("o_scaled", "own_rows", {"a_scaled.W": W3, "a_scaled.b": b3, "a_scaled.g": g3},
        {"affine_map.W": W3, "affine_map.b": g3[:, None] * b3}, layers)
compare("o_shared", "own_rows", {"affine_map.W": W, "affine_map.b": b3},
        {"affine_map.W": np.stack([W] * 3), "affine_map.b": b3}, layers)
compare("s_sum", "summed", {"a": v, "b": b}, {"w": np.concatenate([v, b])}, {"x": draw(N + OUT)})
P, Q = draw(2, 2), draw(3, 3)
compare("w_kron", "wide", {"P": P, "Q": Q}, {"W": np.kron(P, Q).astype(np.float32)}, x)
