"""Integers that leave their type where nothing asks for them: a branch that is not taken raises no error, in vectors and
scans too, and a wire that is written does.

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
morphism guarded (t: i64[N]) -> (y: i64[N], z: i32[N])
{
  y[n] = if t[n] > 100_000 then 0 else i64(t[n] * t[n] * t[n]) mod 5
  z[n] = if t[n] > 1000 then 7 else i32(t[n] * t[n])
}
morphism written (t: i64[N]) -> (y: i64[N])
{
  s[n] = t[n] * t[n]
  y[n] = if n < 2 then 1 else s[n]
}
""")
small = np.array([2, 7, 3, 900] * 10, dtype=np.int64)
huge = np.array([2**40, 7, 2000, 2**62] * 10, dtype=np.int64)
for name, values in (("small", small), ("huge", huge)):
    np.save(folder / f"{name}.npy", values)


def run(entry, given, *flags):
    outputs = [f"--out={wire}={folder}/{wire}.npy" for wire in ("y", "z")[: 2 if entry == "guarded" else 1]]
    return subprocess.run(["weft", "run", folder / "net.weft", "--entry", entry, "--in", f"t={folder}/{given}.npy", *outputs, *flags],
                          capture_output=True, text=True, timeout=patience(60))


for flags in ([], ["--threads", "2"], ["--reference"]):
    for given, t in (("small", small), ("huge", huge)):
        done = run("guarded", given, *flags)
        assert done.returncode == 0, (flags, given, done.stderr)
        cubes = [0 if int(v) > 100_000 else int(v) ** 3 % 5 for v in t]
        squares = [7 if int(v) > 1000 else int(v) ** 2 for v in t]
        assert np.load(folder / "y.npy").tolist() == cubes, (flags, given)
        assert np.load(folder / "z.npy").tolist() == squares, (flags, given)
    assert run("written", "small", *flags).returncode == 0
    done = run("written", "huge", *flags)
    assert done.returncode == 1 and "[number.overflow]" in done.stderr, (flags, done)

# A sum is exact whatever comes on the way; what it comes to fits.
(folder / "sums.weft").write_text("""axis N
export morphism net (t: i64[N], k: i8[N]) -> (y: i64, z: i8) { y = sum[i](t[i])  z = sum[i](k[i]) }
""")
most = 2**63 - 1
np.save(folder / "k.npy", np.array([100, 100, -100], np.int8))
for t, fits in (([most, 1, -1], True), ([most, most, -most], True), ([-most - 1, -5, 5], True), ([most, 1, 0], False)):
    np.save(folder / "t.npy", np.array(t))
    for flags in ([], ["--threads", "2"], ["--reference"]):
        done = subprocess.run(["weft", "run", folder / "sums.weft", "--in", f"t={folder}/t.npy", "--in", f"k={folder}/k.npy",
                               "--out", f"y={folder}/y.npy", *flags], capture_output=True, text=True, timeout=patience(60))
        assert (done.returncode == 0) == fits, (t, flags, done.stderr)
        assert np.load(folder / "y.npy") == sum(t) if fits else "[number.overflow]" in done.stderr, (t, flags)
