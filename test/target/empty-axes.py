"""An element of an open axis that turns out to be empty: the call says so, in vectors of elements too, and reads nothing by
what it finds there.

RUN: %python %s %t
REQUIRES: weft
"""
import subprocess
import sys
from pathlib import Path

import numpy as np
from patience import patience

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
(folder / "net.weft").write_text("""axis A
axis F = 70
morphism net (t: A[F, A], x: real[A, F], k: real[F, A]) -> (y, z: real[F])
{
  u[f, a] = t[f, a]
  y[f] = x[u[f, A(0)], f]
  z[f] = k[f, A(0)]
}
export net
""")
for size in (0, 1, 2):
    random = np.random.default_rng(size)
    given = {"t": random.integers(0, max(size, 1), (70, size)), "x": random.standard_normal((size, 70)).astype(np.float32),
             "k": random.standard_normal((70, size)).astype(np.float32)}
    for flags in ([], ["--threads", "2"], ["--reference"]):
        command = ["weft", "run", folder / "net.weft", "--out", f"y={folder}/y.npy", "--out", f"z={folder}/z.npy", *flags]
        for name, array in given.items():
            np.save(folder / f"{name}.npy", array)
            command += ["--in", f"{name}={folder}/{name}.npy"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=patience(60))
        if size == 0:
            assert done.returncode == 1 and "[index.range]" in done.stderr, (flags, done)
            continue
        assert done.returncode == 0, done.stderr
        y = given["x"][given["t"][:, 0], np.arange(70)]
        assert np.array_equal(np.load(folder / "y.npy"), y) and np.array_equal(np.load(folder / "z.npy"), given["k"][:, 0])
