"""Every layer of std.nn against numpy in float64, compiled and by the reference, at sizes that divide nothing.

RUN: %python %s %t
REQUIRES: weft
"""
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import safetensors_file

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(7)
AXES = {"I": 5, "O": 7, "M": 9, "H": 3, "G": 2, "K": 4, "V": 6, "S": 11, "T": 13, "P": 3, "Two": 2, "E": 17, "N": 8,
        "Y": 7, "X": 9, "Yo": 4, "Xo": 5, "A": 3, "B": 3, "F": 14, "L": 7}
erf = np.vectorize(math.erf)


def normal(*axes):
    return random.standard_normal([AXES[axis] for axis in axes]).astype(np.float32)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def soften(scores, axis=-1):
    p = np.exp(scores - scores.max(axis, keepdims=True))
    return p / p.sum(axis, keepdims=True)


def attend(q, k, v, bias=0, mask=None):
    """q[..., s, d], k[..., t, d], v[..., t, e]."""
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1]) + bias
    return soften(scores if mask is None else np.where(mask, scores, -np.inf)) @ v


def heads(w, x, causal):
    q, k, v = (np.einsum("hem,sm->hse", w[f"W{c}"], x) + w[f"b{c}"][:, None] for c in "qkv")
    mask = np.tri(len(x), dtype=bool) if causal else None
    return np.einsum("mhe,hse->sm", w["Wo"], attend(q, k, v, mask=mask)) + w["bo"]


def windows(x, taps, out, stride, pad, fill):
    """x[..., y] as [..., out, tap] along the last axis."""
    padded = np.concatenate([np.full(x.shape[:-1] + (pad,), fill), x, np.full(x.shape[:-1] + (pad + taps,), fill)], -1)
    return np.stack([padded[..., stride * o: stride * o + taps] for o in range(out)], -2)


def windows2(x, taps, out, stride, pad, fill):
    rows = windows(np.swapaxes(x, -1, -2), taps[0], out[0], stride, pad, fill)       # [..., x, yo, a]
    return windows(np.moveaxis(rows, -3, -1), taps[1], out[1], stride, pad, fill)    # [..., yo, a, xo, b]


def convolve2(W, x, stride, pad):
    return np.einsum("oiab,iraqb->orq", W, windows2(x, W.shape[2:], (AXES["Yo"], AXES["Xo"]), stride, pad, 0.0))


def rotated(x):
    pairs = x.shape[1]
    angle = np.arange(len(x))[:, None] * 10_000.0 ** (-np.arange(pairs) / pairs)
    a, b = x[..., 0], x[..., 1]
    return np.stack([a * np.cos(angle) - b * np.sin(angle), a * np.sin(angle) + b * np.cos(angle)], -1)


def lstm(w, h, c, x):
    y = []
    for row in x:
        i, f, g, o = np.einsum("gei,i->ge", w["Wx"], row) + np.einsum("ged,d->ge", w["Wh"], h) + w["b"]
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        y.append(h)
    return np.array(y)


def gru(w, h, x):
    y = []
    for row in x:
        r, z, n = np.einsum("gei,i->ge", w["Wx"], row) + w["b"]
        hr, hz, hn = np.einsum("ged,d->ge", w["Wh"], h) + w["b_h"]
        r, z = sigmoid(r + hr), sigmoid(z + hz)
        h = (1 - z) * np.tanh(n + r * hn) + z * h
        y.append(h)
    return np.array(y)


def scatter(x, source, target):
    y = np.zeros_like(x)
    np.add.at(y, target, x[source])
    return y


norm = lambda x: (x - x.mean()) / np.sqrt(x.var() + 1e-5)
# The morphism, its inputs, and what its output is; weights by the last part of their paths.
CASES = [
    ("linear[I, O]", {"x": ("I",)}, lambda w, x: w["W"] @ x),
    ("dense[I, O]", {"x": ("I",)}, lambda w, x: w["W"] @ x + w["b"]),
    ("relu[M]", {"x": ("M",)}, lambda w, x: np.maximum(x, 0)),
    ("gelu[M]", {"x": ("M",)}, lambda w, x: 0.5 * x * (1 + erf(x / np.sqrt(2)))),
    ("gelu_tanh[M]", {"x": ("M",)}, lambda w, x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)))),
    ("sigmoid[M]", {"x": ("M",)}, lambda w, x: sigmoid(x)),
    ("silu[M]", {"x": ("M",)}, lambda w, x: x * sigmoid(x)),
    ("softplus[M]", {"x": ("M",)}, lambda w, x: np.log1p(np.exp(x))),
    ("layer_norm[M]", {"x": ("M",)}, lambda w, x: norm(x) * w["scale"] + w["shift"]),
    ("rms_norm[M]", {"x": ("M",)}, lambda w, x: x / np.sqrt((x * x).mean() + 1e-6) * w["scale"]),
    ("batch_norm[M]", {"x": ("M",)},
     lambda w, x: (x - w["mean"]) / np.sqrt(w["var"] + 1e-5) * w["scale"] + w["shift"]),
    ("attention[S, T, K, V]", {"q": ("S", "K"), "k": ("T", "K"), "v": ("T", "V")}, lambda w, q, k, v: attend(q, k, v)),
    ("attention_bias[S, T, K, V]", {"q": ("S", "K"), "k": ("T", "K"), "v": ("T", "V"), "bias": ("S", "T")},
     lambda w, q, k, v, bias: attend(q, k, v, bias)),
    ("causal_attention[S, K, V]", {"q": ("S", "K"), "k": ("S", "K"), "v": ("S", "V")},
     lambda w, q, k, v: attend(q, k, v, mask=np.tri(len(q), dtype=bool))),
    ("multi_head_attention[S, M, H, K]", {"x": ("S", "M")}, lambda w, x: heads(w, x, False)),
    ("causal_multi_head_attention[S, M, H, K]", {"x": ("S", "M")}, lambda w, x: heads(w, x, True)),
    ("grouped_attention[S, T, H, G, K, V]", {"q": ("S", "H", "G", "K"), "k": ("T", "H", "K"), "v": ("T", "H", "V")},
     lambda w, q, k, v: np.moveaxis(attend(np.moveaxis(q, 0, 2), np.moveaxis(k, 0, 1)[:, None],
                                           np.moveaxis(v, 0, 1)[:, None]), 2, 0)),
    ("rotary[S, P, Two]", {"x": ("S", "P", "Two")}, lambda w, x: rotated(x)),
    ("conv1d[I, O, F, L, A; stride = 2, pad = 1]", {"x": ("I", "F")},
     lambda w, x: np.einsum("oik,itk->ot", w["W"], windows(x, 3, 7, 2, 1, 0.0)) + w["b"][:, None]),
    ("conv2d[I, O, Y, X, Yo, Xo, A, B; stride = 2, pad = 1]", {"x": ("I", "Y", "X")},
     lambda w, x: convolve2(w["W"], x, 2, 1) + w["b"][:, None, None]),
    ("grouped_conv2d[G, I, O, Y, X, Yo, Xo, A, B; stride = 2, pad = 1]", {"x": ("G", "I", "Y", "X")},
     lambda w, x: np.stack([convolve2(w["W"][g], x[g], 2, 1) + w["b"][g][:, None, None] for g in range(2)])),
    ("max_pool1d[I, F, L, A; stride = 2, pad = 1]", {"x": ("I", "F")},
     lambda w, x: windows(x, 3, 7, 2, 1, -np.inf).max(-1)),
    ("max_pool2d[I, Y, X, Yo, Xo, A, B; stride = 2, pad = 1]", {"x": ("I", "Y", "X")},
     lambda w, x: windows2(x, (3, 3), (4, 5), 2, 1, -np.inf).max((-3, -1))),
    ("mean_pool1d[I, F, L, A; stride = 2, pad = 1]", {"x": ("I", "F")},
     lambda w, x: np.nanmean(windows(x, 3, 7, 2, 1, np.nan), -1)),
    ("mean_pool2d[I, Y, X, Yo, Xo, A, B; stride = 2, pad = 1]", {"x": ("I", "Y", "X")},
     lambda w, x: np.nanmean(windows2(x, (3, 3), (4, 5), 2, 1, np.nan), (-3, -1))),
    ("embedding[N, M]", {"t": "N"}, lambda w, t: w["table"][t]),
    ("scan[2] lstm[I, M] over S", {"h": ("M",), "c": ("M",), "x": ("S", "I")}, lstm),
    ("scan gru[I, M] over S", {"h": ("M",), "x": ("S", "I")}, gru),
    ("message_passing[N, E, M; gather = sum]", {"x": ("N", "M"), "source": ("N", ("E",)), "target": ("N", ("E",))},
     lambda w, x, source, target: scatter(x, source, target)),
]


def typed(axes):
    if isinstance(axes, str):
        return axes
    return f"{axes[0]}[{', '.join(axes[1])}]" if isinstance(axes[-1], tuple) else f"real[{', '.join(axes)}]"


def drawn(axes):
    if isinstance(axes, str):
        return random.integers(0, AXES[axes], ())
    if isinstance(axes[-1], tuple):
        return random.integers(0, AXES[axes[0]], [AXES[axis] for axis in axes[1]])
    return normal(*axes)


def run(program, output, weights, inputs, *words):
    command = ["weft", "run", program, "--out", f"{output}={folder}/y.npy", *words]
    if weights:
        safetensors_file.write(folder / "w.safetensors", weights)
        command += ["--weights", folder / "w.safetensors"]
    for name, value in inputs.items():
        np.save(folder / f"{name}.npy", value)
        command += ["--in", f"{name}={folder}/{name}.npy"]
    subprocess.run(command, check=True)
    return np.load(folder / "y.npy")


def check(diagram, inputs, oracle):
    program = folder / "layer.weft"
    program.write_text("import std.nn\n" + "".join(f"axis {name} = {size}\n" for name, size in AXES.items())
                       + f"export morphism layer = {diagram}\n")
    subprocess.run(["weft", "build", program, "-o", folder / "layer"], check=True)
    manifest = json.loads((folder / "layer.json").read_text())
    entry = manifest["entries"][0]
    values = {name: drawn(axes) for name, axes in inputs.items()}
    given = dict(zip((wire["name"] for wire in entry["inputs"]), values.values()))
    weights = {weight["name"]: random.uniform(0.1, 1, [int(size) for size in weight["shape"]]).astype(np.float32)
               for weight in manifest["weights"]}
    wide = {name.split(".")[-1]: value.astype(np.float64) for name, value in weights.items()}
    expected = oracle(wide, *(v.astype(np.float64) if v.dtype == np.float32 else v for v in values.values()))
    worst = {}
    for words in [], ["--reference"]:
        found = run(program, entry["outputs"][-1]["name"], weights, given, *words)
        worst[" ".join(words) or "compiled"] = np.abs(found - expected).max() if found.shape == expected.shape else np.inf
    if max(worst.values()) > 1e-5:
        print(f"{diagram}: {worst}")
        return 1
    return 0


sys.exit(sum(check(*case) for case in CASES) != 0)
