"""Contractions of few rows, few columns or few terms, in every layout, with weights and without, with what follows them
and without, by several operations, on three levels of processors and by two threads: as numpy computes them in float64.

REQUIRES: weft
RUN: rm -rf %t && mkdir %t && %python %s %t
"""
import itertools
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import safetensors_file

FOLDER = Path(sys.argv[1])
draw, numbers = random.Random(5), np.random.default_rng(7)
FEW, MANY = (1, 2, 3, 5, 7, 9, 12), (16, 17, 40, 67, 130, 700)
# A result beyond the caches is written a few rows at a time.
FAR = (1200, 4000, 5)
# What is folded of x and w, as Weft writes it, and as numpy does, over the axis K of [M, N, K].
OPERATIONS = {"product": ("sum[k]({x} * {w})", lambda x, w: (x * w).sum(-1)),
              "distance": ("sum[k](({x} - {w}) * ({x} - {w}))", lambda x, w: ((x - w) ** 2).sum(-1)),
              "nearest": ("min[k]({x} + {w})", lambda x, w: (x + w).min(-1)),
              "largest": ("max[k]({x} * {w})", lambda x, w: (x * w).max(-1))}
AFTER = {"": lambda y, c: y, " + c{i}[n]": lambda y, c: y + c, "relu": lambda y, c: np.maximum(y + c, 0)}

wires, weights, equations, values, wanted = [], [], [], {}, {}
axes = []
sizes = [(m, n, k) for m, n, k in itertools.product(FEW + MANY, repeat=3) if m in FEW or n in FEW or k in FEW]
for i, (m, n, k) in enumerate([*draw.sample(sizes, 60), FAR]):
    batch = draw.choice((0, 0, 0, 3)) if (m, n, k) != FAR else 0
    axes.append(f"M{i} = {m}, N{i} = {n}, K{i} = {k}" + f", B{i} = {batch}" * bool(batch))
    x_turned, w_turned, constant = (draw.random() < 0.4 for _ in range(3))
    text, compute = OPERATIONS[draw.choice(("product", "product", *OPERATIONS))]
    many, at = (f"B{i}, ", "b, ") if batch else ("", "")
    x_axes, x_at = (f"K{i}, M{i}", "k, m") if x_turned else (f"M{i}, K{i}", "m, k")
    w_axes, w_at = (f"N{i}, K{i}", "n, k") if w_turned else (f"K{i}, N{i}", "k, n")
    after = draw.choice(list(AFTER))
    wires.append(f"x{i}: real[{many}{x_axes}]")
    (weights if constant else wires).append(f"w{i}: real[{many}{w_axes}]")
    if after:
        wires.append(f"c{i}: real[N{i}]")
    fold = text.format(x=f"x{i}[{at}{x_at}]", w=f"w{i}[{at}{w_at}]")
    result = f"max({fold} + c{i}[n], 0)" if after == "relu" else fold + after.format(i=i)
    equations.append(f"y{i}[{at}m, n] = {result}")
    lead = (batch,) * bool(batch)
    x, w = numbers.standard_normal((*lead, m, k), np.float32), numbers.standard_normal((*lead, k, n), np.float32)
    c = numbers.standard_normal(n, np.float32)
    values |= {f"x{i}": x.swapaxes(-1, -2) if x_turned else x, f"w{i}": w.swapaxes(-1, -2) if w_turned else w}
    values |= {f"c{i}": c} if after else {}
    wide_x, wide_w = x.astype(float)[..., :, None, :], w.astype(float).swapaxes(-1, -2)[..., None, :, :]
    wanted[f"y{i}"] = AFTER[after](compute(wide_x, wide_w), c.astype(float)), (*lead, m, n), many, k

outputs = ", ".join(f"{name}: real[{many}M{name[1:]}, N{name[1:]}]" for name, (_, _, many, _) in wanted.items())
program = FOLDER / "thin.weft"
program.write_text(f"axis {', '.join(axes)}\n\nexport morphism net ({', '.join(wires)}) -> ({outputs})\n"
                   f"  weights {', '.join(weights)}\n{{\n  " + "\n  ".join(equations) + "\n}\n")
bound = {wire.split(":")[0] for wire in weights}
names = {wire.split(":")[0] for wire in weights}


def write(element):
    """The options that name the files of weights and wires, written with such elements."""
    arrays = {name: np.ascontiguousarray(value, element) for name, value in values.items()}
    safetensors_file.write(str(FOLDER / "w.safetensors"), {name: arrays[name] for name in names})
    words = ["--weights", FOLDER / "w.safetensors"]
    for name in arrays.keys() - names:
        np.save(FOLDER / f"{name}.npy", arrays[name])
        words += ["--in", f"{name}={FOLDER}/{name}.npy"]
    return words + [word for name in wanted for word in ("--out", f"{name}={FOLDER}/{name}.npy")]


for options in (["--cpu", "host"], ["--cpu", "v3"], ["--cpu", "v2"], ["--threads", "2", "--real", "f64"]):
    files = write(np.float64 if "f64" in options else np.float32)
    done = subprocess.run(["weft", "run", program, *files, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[:2000]
    for name, (result, shape, _, terms) in wanted.items():
        found, result = np.load(FOLDER / f"{name}.npy"), np.broadcast_to(result, shape)
        assert found.shape == shape and np.allclose(found, result, 1e-4, 1e-5 * terms), (options, name, shape, terms)
