"""Truth values that a caller gives are bytes, and all bytes but 0 are true: in equations, folds, scans and machines.

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
(folder / "net.weft").write_text("""axis N
morphism turn (s, a: bool) -> (t, o: bool) { t = s != a  o = t }
morphism last (s, a: bool) -> (t: bool) { t = s != a }
export morphism net (a: bool[N], x: real[N]) -> (count: i64, opposite, same: bool[N], chosen: real[N], end, odd: bool, steps: bool[N])
{
  count = sum[n](if a[n] then 1 else 0)
  opposite[n] = not a[n]
  same[n] = a[n]
  chosen[n] = if a[n] then x[n] else 0
  begin = false
  box turns: scan turn over N
  box turned: fold last over N
  (end, steps) = turns(begin, a)
  odd = turned(begin, a)
}
""")
for size in (0, 1, 5, 80, 333):
    byte = np.random.default_rng(size).choice([0, 0, 1, 2, 128, 255], size).astype(np.uint8)
    true, x = byte != 0, np.arange(size, dtype=np.float32)
    turned = np.cumsum(true) % 2 == 1
    expected = {"count": true.sum(), "opposite": ~true, "same": true, "chosen": np.where(true, x, 0), "steps": turned,
                "end": turned[-1] if size else False, "odd": turned[-1] if size else False}
    np.save(folder / "a.npy", byte.view(bool))
    np.save(folder / "x.npy", x)
    for flags in ([], ["--reference"], ["--threads", "2"]):
        command = ["weft", "run", folder / "net.weft", "--in", f"a={folder}/a.npy", "--in", f"x={folder}/x.npy", *flags]
        for name in expected:
            command += ["--out", f"{name}={folder}/{name}.npy"]
        subprocess.run(command, check=True, timeout=patience(60))
        for name, values in expected.items():
            got = np.load(folder / f"{name}.npy")
            assert np.array_equal(got, values), (name, size, flags)
            assert got.dtype != bool or got.view(np.uint8).max(initial=0) <= 1, name
