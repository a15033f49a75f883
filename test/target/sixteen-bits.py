"""f16 and bf16 to and from f32, f64 and integers: every pattern of sixteen bits, and numbers around every tie, rounded
once; on processors with and without instructions for it, and without a compiler's library. Also one number for many
positions.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import subprocess
import sys
from pathlib import Path

import numpy as np
import weft_library

folder = Path(sys.argv[1])
PROGRAM = """
axis Short
axis Single
axis Double
axis Whole
axis Five = 5, Many
export morphism net (h: f16[Short], b: bf16[Short], x: f32[Single], d: f64[Double], n: i64[Whole])
    -> (hx: f32[Short], hd: f64[Short], bx: f32[Short], bd: f64[Short], xh: f16[Single], xb: bf16[Single],
        dh: f16[Double], db: bf16[Double], nh: f16[Whole], nb: bf16[Whole], hb: bf16[Short], bh: f16[Short],
        hmany: f16[Short, Many], bmany: bf16[Short, Many], hfive: f16[Short, Five], bfive: bf16[Short, Five])
{
  hmany[i, m: Many] = h[i]
  bmany[i, m: Many] = b[i]
  hfive[i, m: Five] = h[i]
  bfive[i, m: Five] = b[i]
  hx[i] = f32(h[i])
  hd[i] = f64(h[i])
  bx[i] = f32(b[i])
  bd[i] = f64(b[i])
  xh[i] = f16(x[i])
  xb[i] = bf16(x[i])
  dh[i] = f16(d[i])
  db[i] = bf16(d[i])
  nh[i] = f16(n[i])
  nb[i] = bf16(n[i])
  hb[i] = bf16(h[i])
  bh[i] = f16(b[i])
}
"""
(folder / "net.weft").write_text(PROGRAM)


def to_brain(values):
    """The bits of the nearest bf16, ties to even; exact, since doubles hold every quotient and every sum."""
    values = np.asarray(values, np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        _, exponent = np.frexp(values)
        unit = np.exp2(np.maximum(exponent, -125) - 8.0)
        rounded = np.where(np.isfinite(values), np.rint(values / unit) * unit, values)
        return (rounded.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)


def from_brain(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


patterns = np.arange(1 << 16, dtype=np.uint16)
h, b = patterns.view(np.float16), from_brain(patterns)
finite = np.concatenate([h.astype(np.float64), b.astype(np.float64)])
finite = np.unique(np.abs(finite[np.isfinite(finite)]))
ties = (finite[1:] + finite[:-1]) / 2
# Just beside ties by less than f32 tells apart, so that rounding twice shows; and beyond the largest.
near = np.concatenate([finite, ties, ties * (1 + 2.0 ** -40), ties * (1 - 2.0 ** -40), np.nextafter(ties, 0),
                       [65519.999, 65520, 65520.001, 2.0 ** 128 * (1 - 2.0 ** -9), 3.4e38, 1e39, 1e300, np.inf, np.nan, 5e-324,
                        2.0 ** -25, 2.0 ** -25 * (1 + 2.0 ** -50), 2.0 ** -134, 2.0 ** -134 * (1 + 2.0 ** -50)]])
d = np.concatenate([near, -near])
with np.errstate(over="ignore"):
    x = np.unique(d.astype(np.float32))
n = np.array([0, 1, -1, 2049, 2051, -65519, 65520, (1 << 24) + (1 << 16) + 1, (1 << 40) + (1 << 32) + 1,
              (1 << 40) + (1 << 32), -(1 << 40) - (1 << 32) - 1, (1 << 62) + (1 << 54) + 1], np.int64)
with np.errstate(over="ignore", invalid="ignore"):
    expected = {"hx": h.astype(np.float32), "hd": h.astype(np.float64), "bx": b, "bd": b.astype(np.float64),
                "xh": x.astype(np.float16), "dh": d.astype(np.float16), "nh": n.astype(np.float64).astype(np.float16),
                "bh": b.astype(np.float16), "hmany": np.repeat(h[:, None], 19, 1), "hfive": np.repeat(h[:, None], 5, 1)}
brains = {"bmany": np.repeat(patterns[:, None], 19, 1), "bfive": np.repeat(patterns[:, None], 5, 1),
          "xb": to_brain(x), "db": to_brain(d), "nb": to_brain(n.astype(np.float64)), "hb": to_brain(h)}
levels = ["v2", "v3", "host"] + ["v4"] * ("avx512vl" in Path("/proc/cpuinfo").read_text())
failures = 0


def expect(level, name, found, wanted):
    global failures
    nan = np.isnan(wanted)
    same = np.where(nan, np.isnan(found), (found == wanted) & (np.signbit(found) == np.signbit(wanted)))
    if not same.all():
        failures += 1
        at = np.flatnonzero(~same)[:5]
        print(f"{level}: {name}: {len(np.flatnonzero(~same))} differ, as {found[at]} for {wanted[at]} at {at}")


for level in levels:
    place = folder / level
    place.mkdir()
    weft_library.build(folder / "net.weft", "net", ("--cpu", level), place)
    asked = subprocess.run(["llvm-nm", "--undefined-only", place / "net.o"], capture_output=True, text=True).stdout
    if "hf" in asked or "bf" in asked:
        failures += 1
        print(f"{level}: the object asks for {asked}")
    found = weft_library.Library("net", place).call({"h": h, "b": patterns, "x": x, "d": d, "n": n}, {"Many": 19})
    for name, wanted in expected.items():
        expect(level, name, found[name], wanted)
    for name, bits in brains.items():
        expect(level, name, from_brain(found[name]), from_brain(bits))
sys.exit(failures != 0)
