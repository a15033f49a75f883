"""Elements that lie side by side along another index than those of the result: turned in squares, of all types, of sizes
that squares divide and that they do not, open and fixed, with what else is computed; as numpy has it.

REQUIRES: weft
RUN: rm -rf %t && mkdir %t && %python %s %t
"""
import subprocess
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(sys.argv[1])
SIZES = (3, 8, 9, 16, 23)
numbers = np.random.default_rng(11)
fixed = "".join(f"axis I{size} = {size}, J{size} = {size}\n" for size in SIZES)
program = FOLDER / "turned.weft"
program.write_text(fixed + """
axis I, J, Seven = 7
morphism whole (x: i32[I, J], u: u8[I, J], h: f16[I, J], d: f64[I, J], t: bool[I, J], e: Seven[I, J])
  -> (xt: i32[J, I], ut: u8[J, I], ht: f16[J, I], dt: f64[J, I], tt: bool[J, I], et: Seven[J, I])
{
  xt[j, i] = x[i, j]
  ut[j, i] = u[i, j]
  ht[j, i] = h[i, j]
  dt[j, i] = d[i, j]
  tt[j, i] = t[i, j]
  et[j, i] = e[i, j]
}
morphism mixed (x: real[Seven, I, J], y: real[I, Seven, J], v: real[J], w: real[I], z: real[J, Seven, I])
  -> (one: real[J, Seven, I], two: real[Seven, J, I], three: real[J, I])
{
  one[j, k, i] = x[k, i, j] * v[j] + z[j, k, i]
  two[k, j, i] = if v[j] > 0 then x[k, i, j] - y[i, k, j] else w[i]
  three[j, i] = exp(x[2, i, j]) / sqrt(1 + w[i] * w[i])
}
// Weights of a block of rows take the memory of their scores: none of them may be computed twice.
axis Query = 1_013, Memory = 1_021, Key = 16, Value = 9
morphism attend (q: real[Query, Key], k: real[Memory, Key], v: real[Memory, Value], bias: real[Memory, Query]) -> (y: real[Query, Value])
{
  score[s, t] = sum[d](q[s, d] * k[t, d])
  top[s] = max[t](score[s, t])
  w[s, t] = exp(score[s, t] - top[s]) * bias[t, s]
  y[s, e] = sum[t](w[s, t] * v[t, e])
}
morphism shift (x: i8[I, J]) -> (y: i8[J, I]) { y[j, i] = x[i, j] + 1 }
""" + "".join(f"""
morphism fixed_{i}_{j} (x: real[I{i}, J{j}], c: real[J{j}]) -> (y: real[J{j}, I{i}], z: real[J{j}, Seven, I{i}])
{{
  y[j, i] = x[i, j]
  z[j, k, i] = 2 * x[i, j] - c[j] * real(k)
}}""" for i in SIZES for j in SIZES))


def run(entry, inputs, outputs, *flags):
    words = []
    for name, value in inputs.items():
        np.save(FOLDER / f"{name}.npy", value)
        words += ["--in", f"{name}={FOLDER}/{name}.npy"]
    for name in outputs:
        words += ["--out", f"{name}={FOLDER}/{name}.out.npy"]
    return subprocess.run(["weft", "run", program, "--entry", entry, *words, *flags], capture_output=True, text=True)


def check(entry, inputs, wanted, *flags):
    done = run(entry, inputs, wanted, *flags)
    assert done.returncode == 0, (entry, flags, done.stderr)
    for name, right in wanted.items():
        found = np.load(FOLDER / f"{name}.out.npy")
        assert found.shape == right.shape and np.allclose(found, right, 1e-5, 1e-6 * max(1, np.abs(right).max(initial=0))), (entry, flags, name, right.shape)


def reals(*shape):
    return numbers.standard_normal(shape).astype(np.float32)


for i, j in ((0, 5), (8, 8), (33, 70), (16, 250), (129, 31)):
    x, u = numbers.integers(-9999, 9999, (i, j), np.int32), numbers.integers(0, 256, (i, j), np.uint8)
    h, d = reals(i, j).astype(np.float16), numbers.standard_normal((i, j))
    t, e = numbers.random((i, j)) < 0.5, numbers.integers(0, 7, (i, j))
    whole = {"x": x, "u": u, "h": h, "d": d, "t": t, "e": e}
    a, b, v, w, z = reals(7, i, j), reals(i, 7, j), reals(j), reals(i), reals(j, 7, i)
    one = a.transpose(2, 0, 1) * v[:, None, None] + z
    two = np.where(v[:, None] > 0, a.transpose(0, 2, 1) - b.transpose(1, 2, 0), w)
    three = np.exp(a[2].T) / np.sqrt(1 + w * w)
    for flags in (["--cpu", "host"], ["--cpu", "v2"], ["--threads", "2"]):
        check("whole", whole, {f"{name}t": value.T for name, value in whole.items()}, *flags)
        check("mixed", {"x": a, "y": b, "v": v, "w": w, "z": z}, {"one": one, "two": two, "three": three}, *flags)

for i, j in ((i, j) for i in SIZES for j in SIZES if (i + j) % 2):
    x, c = reals(i, j), reals(j)
    z = (2 * x.T)[:, None] - c[:, None, None] * np.arange(7)[:, None]
    check(f"fixed_{i}_{j}", {"x": x, "c": c}, {"y": x.T, "z": z}, "--cpu", "v3")

q, k, v, bias = 0.3 * reals(1013, 16), reals(1021, 16), reals(1021, 9), reals(1021, 1013)
score = q.astype(np.float64) @ k.T
right = np.exp(score - score.max(1, keepdims=True)) * bias.T @ v
for flags in (["--cpu", "v3"], ["--cpu", "v2"], ["--threads", "2"]):
    check("attend", {"q": q, "k": k, "v": v, "bias": bias}, {"y": right}, *flags)

# What does not fit is an error there too.
x = np.zeros((40, 40), np.int8)
check("shift", {"x": x}, {"y": x + 1})
x[35, 3] = 127
done = run("shift", {"x": x}, ["y"])
assert done.returncode and "number.overflow" in done.stderr and "does not fit `i8`" in done.stderr, done.stderr
