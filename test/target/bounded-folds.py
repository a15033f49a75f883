"""Folds between bounds that say more (a window of what is marked, a distance), prefixes in branches: as numpy's, and so many
elements as the bounds leave, at lengths that the whole axis for each position would take minutes.

RUN: %python %s %t
REQUIRES: weft
"""
import sys
from pathlib import Path

import numpy as np
from weft_runs import COMPILED, REFERENCE, Program

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
(folder / "net.weft").write_text("""axis N
axis D = 16
morphism marked (x: real[N], m: bool[N]) -> (y: real[N]) { y[i] = max[j where j <= i and i - j < 5 and m[j]](x[j]) }
morphism near (x: real[N]) -> (y, z: real[N])
{
  y[i] = max[j where abs(i - j) < 5](x[j])
  z[i] = sum[j where 3 >= abs(j - i) and j != i](x[j])
}
morphism latest (x: real[N], m: bool[N]) -> (y: real[N])
{
  y[i] = if any[j where j <= i](m[j]) then last[j where j <= i and m[j]](x[j]) else 0
}
morphism greatest (x: real[N]) -> (y: real[N]) { y[i] = if x[i] > 0 then x[argmax[j where j <= i](x[j])] else 0 }
morphism halved (q, k: real[N, D]) -> (y: real[N, N], z: real[N])
{
  y[s, t] = if t <= s then exp(sum[d](q[s, d] * k[t, d]) / 4) else 0.0
  z[s] = logsumexp[t](if t <= s then sum[d](q[s, d] * k[t, d]) else -inf)
}
""")
program, random = Program(str(folder / "net.weft")), np.random.default_rng(6)


def windows(x, before, behind, missing):
    """x at i - before … i + behind, for each i."""
    wide = np.concatenate([np.full(before, missing), x, np.full(behind, missing)])
    return np.stack([wide[k:k + len(x)] for k in range(before + behind + 1)])


for length in (7, 0, 1, 64, 1_000, 300_000):
    ways = (COMPILED, REFERENCE) if length <= 64 else (COMPILED,)
    x, m = random.standard_normal(length).astype(np.float32), random.random(length) < 0.4
    program.equal("marked", {"x": x, "m": m}, {"y": windows(np.where(m, x, -np.inf), 4, 0, -np.inf).max(0)}, ways=ways)
    sums = windows(x.astype(float), 3, 3, 0).sum(0) - x
    program.close("near", {"x": x}, {"y": windows(x, 4, 4, -np.inf).max(0), "z": sums}, ways=ways)
    place = np.maximum.accumulate(np.where(m, np.arange(length), -1)) if length else np.zeros(0, int)
    program.equal("latest", {"x": x, "m": m}, {"y": np.where(place >= 0, x[place] if length else 0, 0)}, ways=ways)
    highest = np.maximum.accumulate(x) if length else x
    program.equal("greatest", {"x": x}, {"y": np.where(x > 0, highest, 0)}, ways=ways)
    if length <= 1_000:
        q, k = (random.standard_normal((length, 16)).astype(np.float32) for _ in range(2))
        scores = q.astype(float) @ k.T
        causal = np.tril(np.ones((length, length), bool))
        with np.errstate(divide="ignore"):
            z = np.log(np.where(causal, np.exp(scores), 0).sum(1))
        program.close("halved", {"q": q, "k": k}, {"y": np.where(causal, np.exp(scores / 4), 0), "z": z}, ways=ways)
