"""A module that is optimised in parts: the same bytes on one core and on all, and the numbers of the reference.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
WIDTHS = [5 + 3 * i for i in range(8)]
program = folder / "net.weft"
axes = ", ".join(f"W{i} = {width}" for i, width in enumerate(WIDTHS))
layers = "\n  ; ".join(f"(layer_{i}: dense[W{i}, W{i + 1}] ; bend[W{i + 1}])" for i in range(len(WIDTHS) - 1))
program.write_text(f"""import std.nn
axis Batch, {axes}
morphism bend[N] (x: real[N]) -> (y: real[N]) {{ y[i] = exp(x[i] - max[j](x[j])) + tanh(x[i]) }}
export morphism net = map (
  {layers}) over Batch
""")


def build(cores):
    subprocess.run(["weft", "build", program, "-o", folder / "net"], check=True,
                   preexec_fn=lambda: os.sched_setaffinity(0, cores))
    return (folder / "net.o").read_bytes()


all_cores = os.sched_getaffinity(0)
objects = {build(cores) for cores in ({min(all_cores)}, all_cores)}
assert len(objects) == 1
text = subprocess.run(["weft", "emit", program, "--stage", "llvm"], capture_output=True, text=True, check=True).stdout
assert text.count("\n") > 12_000, "too small a module to be parted"

np.save(folder / "x.npy", np.random.default_rng(3).standard_normal((6, WIDTHS[0]), np.float32))
results = []
for flags in ((), ("--reference",)):
    subprocess.run(["weft", "run", program, "--init", "1", "--in", f"x={folder}/x.npy", "--out", f"y={folder}/y.npy", *flags],
                   check=True)
    results.append(np.load(folder / "y.npy"))
np.testing.assert_allclose(*results, rtol=1e-4)
