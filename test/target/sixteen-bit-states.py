"""Numbers of sixteen bits that are kept over loops: states of scans, folds and iterations, running sums, extremes. On all
levels of processors as by the reference, and without a compiler's library.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import subprocess
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
PROGRAM = """
axis T, C = 5
morphism step (s: bf16[C], x: bf16[C]) -> (t: bf16[C], y: bf16[C]) {
  t[c] = bf16(real(s[c]) * 0.5 + real(x[c]))
  y[c] = bf16(real(t[c]) * real(s[0]))
}
morphism alone (k: bf16, x: bf16) -> (q: bf16, y: f16) {
  q = bf16(real(k) + real(x))
  y = f16(real(k) * 2)
}
morphism half (s: f16[C], k: f16) -> (t: f16[C], q: f16) {
  t[c] = f16(real(s[c]) * 0.5)
  q = f16(min(real(k), real(s[0])))
}
morphism highest (s: bf16, x: bf16) -> (t: bf16) { t = bf16(max(real(s), real(x))) }
export morphism net (x: bf16[T, C], s0: bf16[C], k0: bf16, h: f16[C], h0: f16)
  -> (s: bf16[C], k: bf16, y: bf16[T, C], ky: f16[T], hs: f16[C], hk: f16, settled: bool, top: bf16, best: bf16[C],
      running: bf16[T], most: bf16[T])
{
  first[t] = x[t, 0]
  box r: scan step over T
  (s, y) = r(s0, x)
  box a: scan alone over T
  (k, ky) = a(k0, first)
  box i: iterate half at most 40
  (hs, hk, settled) = i(h, h0)
  box f: fold highest over T
  top = f(k0, first)
  best[c] = bf16(max[t](real(x[t, c])))
  running[t] = bf16(sum[u where u <= t](real(x[u, 0])))
  most[t] = max[c](x[t, c])
}
"""
OUTPUTS = ("s", "k", "y", "ky", "hs", "hk", "settled", "top", "best", "running", "most")
program = folder / "net.weft"
program.write_text(PROGRAM)
numbers = np.random.default_rng(3)


def brain(shape):
    """Sums of a few of these are exact, so that the order of a sum does not show."""
    return (numbers.integers(-8, 9, shape).astype(np.float32).view(np.uint32) >> 16).astype(np.uint16).view("V2")


values = {"x": brain((37, 5)), "s0": brain(5), "k0": brain(()), "h": numbers.standard_normal(5).astype(np.float16),
          "h0": np.array(3, np.float16)}
given = []
for name, value in values.items():
    np.save(folder / f"{name}.npy", value)
    given += ["--in", f"{name}={folder}/{name}.npy"]


def run(*flags):
    outputs = [word for name in OUTPUTS for word in ("--out", f"{name}={folder}/{name}.out.npy")]
    done = subprocess.run(["weft", "run", program, *given, *outputs, *flags], capture_output=True, text=True)
    assert done.returncode == 0, (flags, done.stderr)
    return {name: np.load(folder / f"{name}.out.npy") for name in OUTPUTS}


wanted = run("--reference")
assert wanted["settled"] and not wanted["hs"].any()
for level in ("v2", "v3", "host"):
    subprocess.run(["weft", "build", program, "-o", folder / level, "--cpu", level], check=True)
    asked = subprocess.run(["llvm-nm", "--undefined-only", folder / f"{level}.o"], capture_output=True, text=True).stdout
    assert "hf" not in asked and "bf" not in asked, (level, asked)
    found = run("--cpu", level)
    for name in OUTPUTS:
        assert found[name].tobytes() == wanted[name].tobytes(), (level, name, found[name], wanted[name])
