"""Quotients and remainders of products, whose exact values need more than 64 bits: as Python's integers, of all signs and
sizes, compiled, with threads and by the reference; nothing undefined is left in the object for the linker.

RUN: %python %s %t
REQUIRES: weft
"""
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
from patience import patience

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
(folder / "net.weft").write_text("""axis Time
export morphism net (x, y, z: i64[Time]) -> (rest, quotient, shifted, generated: i64[Time])
{
  rest[t] = (x[t] * y[t]) mod z[t]
  quotient[t] = (x[t] * y[t]) div z[t] mod 1_000_003
  shifted[t] = (x[t] * y[t] - z[t]) mod 2_305_843_009_213_693_951
  generated[t] = (x[t] * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) mod 4_611_686_018_427_387_904
}
""")
pick = random.Random(1)


def drawn():
    bits = pick.choice([3, 20, 40, 61, 62, 63])
    return pick.randint(-(1 << bits), (1 << bits) - 1)


least, greatest = -(1 << 63), (1 << 63) - 1
x = [least, least, least, least, greatest, 0] + [drawn() for _ in range(500)]
y = [least, greatest, 1, -1, greatest, 5] + [drawn() for _ in range(500)]
z = [least, least, -1, greatest, greatest, least] + [drawn() or 1 for _ in range(500)]
expected = {"rest": [a * b % c for a, b, c in zip(x, y, z)], "quotient": [a * b // c % 1000003 for a, b, c in zip(x, y, z)],
            "shifted": [(a * b - c) % ((1 << 61) - 1) for a, b, c in zip(x, y, z)],
            "generated": [(a * 6364136223846793005 + 1442695040888963407) % (1 << 62) for a in x]}


def run(*flags):
    command = ["weft", "run", folder / "net.weft", *flags]
    for name, values in (("x", x), ("y", y), ("z", z)):
        np.save(folder / f"{name}.npy", np.array(values, np.int64))
        command += ["--in", f"{name}={folder}/{name}.npy"]
    for name in expected:
        command += ["--out", f"{name}={folder}/{name}.npy"]
    return subprocess.run(command, capture_output=True, text=True, timeout=patience(60))


for flags in ([], ["--reference"], ["--threads", "2"]):
    done = run(*flags)
    assert done.returncode == 0, done.stderr
    for name, values in expected.items():
        assert [int(value) for value in np.load(folder / f"{name}.npy")] == values, (name, flags)
z[7] = 0
assert "[number.divide]" in run().stderr
subprocess.run(["weft", "build", folder / "net.weft", "-o", folder / "net"], check=True, timeout=patience(60))
symbols = subprocess.run(["/usr/lib/llvm-22/bin/llvm-nm", "-u", folder / "net.o"], capture_output=True, text=True, check=True).stdout
assert "div" not in symbols and "mod" not in symbols, symbols
