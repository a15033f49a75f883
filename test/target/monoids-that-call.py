"""Monoids whose operation, lift and lower call scalar morphisms, ones of the library too: folded, scanned, and beside
programs that do not use them.

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
import std.nn
axis Time, Node, Edge
morphism add (s, t: real) -> (r: real) { u = s + t  r = if u > 0 then u else u }
morphism half (x: real) -> (y: real) { y = add(x, 0) / 2 }
monoid counted {
  carrier (a: real, b: i64)
  unit (0, 0)
  f * g = (add(f.a, g.a), f.b + g.b)
  lift x = (add(x, half(x)), 1)
  lower r = half(r.a) + real(r.b)
}
monoid ramps { carrier (a: real)  unit 0  f * g = f.a + g.a  lift x = relu(x) }
morphism net (x: real[Time], dst: Node[Time]) -> (whole: real, running, window: real[Time], keyed: real[Node], ramp: real)
{
  whole = counted[t](x[t])
  running[t] = counted[s where s <= t](x[s])
  window[t] = counted[s where s <= t and t - s < 3](x[s])
  keyed[v] = counted[e where dst[e] == v](x[e])
  ramp = ramps[t](x[t])
}
morphism beside (x: real[Time]) -> (y: real) { y = sum[t](x[t]) }
""")
random = np.random.default_rng(2)
OUTPUTS = ["whole", "running", "window", "keyed", "ramp"]
for steps in (0, 1, 7, 100):
    x, dst = random.standard_normal(steps).astype(np.float32), random.integers(0, 5, steps)
    np.save(folder / "x.npy", x)
    np.save(folder / "dst.npy", dst)
    of = lambda values: 0.75 * values.sum() + len(values)
    expected = {"whole": of(x), "running": [of(x[:t + 1]) for t in range(steps)],
                "window": [of(x[max(0, t - 2):t + 1]) for t in range(steps)],
                "keyed": [of(x[dst == v]) for v in range(5)], "ramp": np.maximum(x, 0).sum()}
    for flags in ([], ["--reference"]):
        command = ["weft", "run", folder / "net.weft", "--entry", "net", "--size", "Node=5", "--in", f"x={folder}/x.npy", "--in",
                   f"dst={folder}/dst.npy", *flags]
        for name in OUTPUTS:
            command += ["--out", f"{name}={folder}/{name}.npy"]
        subprocess.run(command, check=True, timeout=patience(60))
        for name in OUTPUTS:
            assert np.allclose(np.load(folder / f"{name}.npy"), expected[name], rtol=1e-4, atol=1e-4), (name, steps, flags)
subprocess.run(["weft", "run", folder / "net.weft", "--entry", "beside", "--in", f"x={folder}/x.npy"], check=True,
               stdout=subprocess.DEVNULL, timeout=patience(60))
