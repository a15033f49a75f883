"""What is made of weights alone and an open size (a quotient, a mask, a sum over an open axis) is made by the call, and not
when weights are bound, where that size is not known.

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
(folder / "net.weft").write_text("""
axis Seq, N = 4, Pos = 64
axis Half = #Seq div 2
morphism lin (x: real[Seq, N]) -> (y: real[Seq, N]) weights W: real[N, N] { y[s, o] = sum[i](W[o, i] * x[s, i]) }
cell scaled : lin => lin_scaled weights V: real[N, N] { W[o, i] = V[o, i] / #Seq }
morphism net (x: real[Seq, N]) -> (quotient, within, chosen, pooled, all, halves, first: real[Seq, N])
  weights W: real[N, N], P: real[Pos, N]
{
  k[o, i] = W[o, i] / #Seq
  quotient[s, o] = sum[i](k[o, i] * x[s, i])
  within[s, o] = sum[i](W[o, i] / #Seq * x[s, i])
  c[o, i] = if #Seq > 2 then W[o, i] else 1
  chosen[s, o] = sum[i](c[o, i] * x[s, i])
  m[d] = sum[t: Seq](P[Pos(t), d])
  pooled[s, o] = x[s, o] * tanh(m[o])
  z = sum[t: Seq, i: N](real(t) * W[0, i])
  all[s, o] = x[s, o] + z
  h[o, i] = W[o, i] + sum[t: Half](real(t) * W[i, o])
  halves[s, o] = sum[i](h[o, i] * x[s, i])
  best = argmax[t: Seq](P[Pos(t), 0])
  first[s, o] = x[s, o] + P[Pos(best), o]
}
""")
OUTPUTS = ["quotient", "within", "chosen", "pooled", "all", "halves", "first"]


def run(entry, outputs, *flags):
    command = ["weft", "run", folder / "net.weft", "--entry", entry, "--init", "1", "--in", f"x={folder}/x.npy", *flags]
    for name in outputs:
        command += ["--out", f"{name}={folder}/{name}.npy"]
    subprocess.run(command, check=True, timeout=patience(60))
    return {name: np.load(folder / f"{name}.npy") for name in outputs}


for steps in (1, 2, 3, 7):
    np.save(folder / "x.npy", np.random.default_rng(steps).standard_normal((steps, 4)).astype(np.float32))
    for entry, outputs in (("net", OUTPUTS), ("lin_scaled", ["y"])):
        compiled, reference = run(entry, outputs), run(entry, outputs, "--reference")
        for name in outputs:
            assert np.allclose(compiled[name], reference[name], rtol=1e-5, atol=1e-6), (entry, name, steps)
said = subprocess.run(["weft", "check", "--explain", "--entry", "lin_scaled", folder / "net.weft"], capture_output=True,
                      text=True, check=True, timeout=patience(60)).stdout
assert "evaluated by each call, for it depends on an open size" in said, said
