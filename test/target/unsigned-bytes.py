"""Bytes without a sign are never negative: converted, compared, summed, in vectors and one by one, as weights and as keys.

REQUIRES: weft
RUN: mkdir -p %t && %python %s %t
"""
import subprocess
import sys
from pathlib import Path

import numpy as np
import safetensors_file

FOLDER = Path(sys.argv[1])
PROGRAM = FOLDER / "bytes.weft"
PROGRAM.write_text("""
axis Byte, Key = 256, Out = 5
export morphism net (x: u8[Byte]) -> (half: real[Byte], wide: i64[Byte], above: bool[Byte], total: i64, most: u8,
                                      scaled: real[Out], counted: i64[Key])
  weights w: u8[Out, Key]
{
  half[b] = real(x[b]) / 2
  wide[b] = i64(x[b]) * 3 - 1
  above[b] = x[b] > 127
  total = sum[b](i64(x[b]))
  most = max[b](x[b])
  scaled[o] = sum[k](real(w[o, k]) * real(i64(k)))
  counted[k] = sum[b where i64(x[b]) == i64(k)](1)
}
""")
x = np.random.default_rng(5).permutation(np.arange(256, dtype=np.uint8).repeat(3))
w = np.random.default_rng(6).integers(0, 256, (5, 256)).astype(np.uint8)
np.save(FOLDER / "x.npy", x)
safetensors_file.write(str(FOLDER / "w.safetensors"), {"w": w})
wide = x.astype(np.int64)
WANTED = {"half": wide / 2, "wide": wide * 3 - 1, "above": x > 127, "total": wide.sum(), "most": x.max(),
          "scaled": w.astype(np.float64) @ np.arange(256), "counted": np.bincount(x, minlength=256)}
outputs = [word for name in WANTED for word in ("--out", f"{name}={FOLDER}/{name}.npy")]
for options in ([], ["--reference"], ["--threads", "2"]):
    subprocess.run(["weft", "run", PROGRAM, "--in", f"x={FOLDER}/x.npy", "--weights", FOLDER / "w.safetensors", *outputs,
                    *options], check=True)
    for name, wanted in WANTED.items():
        found = np.load(FOLDER / f"{name}.npy")
        assert np.allclose(found, wanted, 1e-6, 0), (options, name, found, wanted)
