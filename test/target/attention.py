"""Attention in blocks of rows: any mask gives what numpy gives in double, and scratch grows with the length of the
sequence, not with its square.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import ctypes
import subprocess
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
random = np.random.default_rng(5)
HEADS, KEY, GROUP = 3, 16, 2
MASKS = {
    "causal": ("t <= s", lambda s, t: t <= s),
    "before": ("t < s", lambda s, t: t < s),
    "later": ("t >= s", lambda s, t: t >= s),
    "window": ("t <= s and s - t < 5", lambda s, t: (t <= s) & (s - t < 5)),
    "band": ("s - t < 3 and t - s < 40", lambda s, t: (s - t < 3) & (t - s < 40)),
    "twice": ("2 * t <= s + 1", lambda s, t: 2 * t <= s + 1),
    "odd": ("(s + t) mod 2 == 0", lambda s, t: (s + t) % 2 == 0),
}
# `blend` is softmax by another name and in another form: the code comes from the algebra.
PROGRAM = f"""
axis Seq
axis Past
axis Head = {HEADS}, Key = {KEY}, Group = {GROUP}
monoid blend {{
  carrier (top: real, rest: real, mass: real) where mass >= 0
  unit (-inf, 0, 0)
  a * b = (n, expdiff(b.top, n) * b.rest + expdiff(a.top, n) * a.rest, b.mass * expdiff(b.top, n) + expdiff(a.top, n) * a.mass)
    where n = max(b.top, a.top)
  lift (score, value) = (score, value, 1)
  lower r = r.rest / r.mass
}}
morphism cross (q: real[Seq, Head, Key], k: real[Past, Head, Key], v: real[Past, Head, Key]) -> (y: real[Seq, Head, Key]) {{
  score[s, h, t] = sum[e](q[s, h, e] * k[t, h, e]) / 4
  y[s, h, e] = softmax[t](score[s, h, t], v[t, h, e])
}}
morphism renamed (q: real[Seq, Head, Key], k: real[Past, Head, Key], v: real[Past, Head, Key]) -> (y: real[Seq, Head, Key]) {{
  score[s, h, t] = sum[e](q[s, h, e] * k[t, h, e]) / 4
  y[s, h, e] = blend[t](score[s, h, t], v[t, h, e])
}}
morphism grouped (q: real[Seq, Group, Head, Key], k: real[Past, Head, Key], v: real[Past, Head, Key]) -> (y: real[Seq, Group, Head, Key]) {{
  score[s, g, h, t] = sum[e](q[s, g, h, e] * k[t, h, e]) / 4
  y[s, g, h, e] = softmax[t](score[s, g, h, t], v[t, h, e])
}}
""" + "".join(f"""
morphism {name} (q: real[Seq, Head, Key], k: real[Seq, Head, Key], v: real[Seq, Head, Key]) -> (y: real[Seq, Head, Key]) {{
  score[s, h, t] = sum[e](q[s, h, e] * k[t, h, e]) / 4 + real(t - s) / 10
  y[s, h, e] = softmax[t where {mask}](score[s, h, t], v[t, h, e])
}}
""" for name, (mask, _) in MASKS.items())


def attention(q, k, v, mask=None):
    """The heads of q that share those of k stand side by side; no key at all gives 0 / 0."""
    s, t = np.arange(len(q))[:, None], np.arange(len(k))[None]
    score = np.einsum("sghe,the->sght", q.astype(np.float64), k) / 4
    if mask:
        score += ((t - s) / 10)[:, None, None]
        score = np.where(mask(s, t)[:, None, None], score, -np.inf)
    with np.errstate(all="ignore"):
        weight = np.exp(score - score.max(-1, keepdims=True, initial=-np.inf))
        return np.einsum("sght,the->sghe", weight, v) / weight.sum(-1)[..., None]


def run(name, **inputs):
    words = ["weft", "run", folder / "net.weft", "--entry", name, "--out", f"y={folder}/y.npy"]
    for wire, value in inputs.items():
        np.save(folder / f"{wire}.npy", value)
        words += ["--in", f"{wire}={folder}/{wire}.npy"]
    subprocess.run(words, check=True)
    return np.load(folder / "y.npy")


def check(name, rows, keys, mask=None):
    groups = GROUP if name == "grouped" else 1
    q = random.standard_normal((rows, groups, HEADS, KEY), np.float32)
    k, v = random.standard_normal((2, keys, HEADS, KEY), np.float32)
    found = run(name, q=q if name == "grouped" else q[:, 0], k=k, v=v).reshape(q.shape)
    wanted = attention(q, k, v, mask)
    if not np.allclose(found, wanted, atol=2e-6, rtol=2e-5, equal_nan=True):
        print(f"{name}, {rows} rows, {keys} keys: differs by {np.nanmax(abs(found - wanted))}")
        return 1
    return 0


def scratch(rows):
    library = ctypes.CDLL(str(folder / "causal.so"))
    library.causal_scratch_size.restype = ctypes.c_size_t
    context = ctypes.c_void_p()
    library.causal_create(ctypes.byref(context), 2)
    return library.causal_scratch_size(context, (ctypes.c_int64 * 1)(rows))


(folder / "net.weft").write_text(PROGRAM)
failures = sum(check(name, rows, rows, mask) for name, (_, mask) in MASKS.items() for rows in (1, 150))
failures += sum(check(name, rows, keys) for name in ("cross", "renamed", "grouped")
                for rows, keys in ((0, 5), (40, 100), (100, 0)))
subprocess.run(["weft", "build", folder / "net.weft", "--entry", "causal", "-o", folder / "causal", "--shared"], check=True)
if scratch(8192) > 2.1 * scratch(4096):
    print(f"scratch grows from {scratch(4096)} to {scratch(8192)} bytes when the sequence doubles")
    failures += 1
sys.exit(failures > 0)
