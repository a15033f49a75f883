"""Programs with very many cells, occurrences and equations of one cell are checked, and built, in seconds and in less than a
gibibyte; cells composed without end are refused.

RUN: %python %s %t
REQUIRES: weft
"""
import resource
import subprocess
import sys
from pathlib import Path

from patience import patience

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
LAYER = """axis N = 4
morphism lin (x: real[N]) -> (y: real[N]) weights W: real[N, N], b: real[N] { y[o] = sum[i](W[o, i] * x[i]) + b[o] }
"""


def check(name, text, expected, seconds, command=("check",)):
    path = folder / f"{name}.weft"
    path.write_text(LAYER + text)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(["weft", *command, path], capture_output=True, text=True, timeout=patience(300))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    assert expected in done.stdout + done.stderr, (name, done.returncode, (done.stdout + done.stderr)[:500])
    assert took < patience(seconds) and used.ru_maxrss < patience(1 << 20), (name, f"{took:.1f} s, {used.ru_maxrss / 1024:.0f} MiB")
    print(f"{name}: {took:.1f} s, {used.ru_maxrss / 1024:.0f} MiB")


check("ten_thousand", "".join(f"cell c{i} : lin => g{i} weights k: real[N] {{ W[o, i] = k[o] * k[i] }}\n"
                              for i in range(10_000)) + "claim g9999 weights == 8\n", "g9999 weights == 8  proved", 15)

row = "cell c0 : lin => g0 weights k0: real[N] { b[o] = k0[o] }\n" + "".join(
    f"cell c{i} : g{i - 1} => g{i} weights k{i}: real[N] {{ k{i - 1}[o] = 2 * k{i}[o] }}\n" for i in range(1, 10_000))
check("in_a_row", row + "claim g9999 weights == 20\n", "g9999 weights == 20  proved", 15)

boxes = "morphism m1 = " + " ; ".join(["lin"] * 10) + "\n" + "".join(
    f"morphism m{k} = " + " ; ".join([f"m{k - 1}"] * 10) + "\n" for k in range(2, 6))
tied = "cell t : m5 => tied { " + "  ".join(f"m4_{i} = m4_1" for i in range(2, 11)) + " }\n"
check("occurrences", boxes + tied + "claim tied weights == 10_000 * 20\nexport tied\n", "tied weights == 200000  proved", 15)

same = "cell e : lin => lin { }\n"
check("deep", same + "".join(f"cell d{i} = d{i + 1} ; e\n" for i in range(20_000)) + "cell d20000 = e ; e\n",
      "cell e == lin", 5)
check("around", same + "".join(f"cell d{i} = d{i + 1} ; e\n" for i in range(1000)) + "cell d1000 = d0 ; e\n",
      "[cell.cycle]", 5)
check("doubling", same + "cell p0 = e * e\n" + "".join(f"cell p{i} = p{i - 1} * p{i - 1}\n" for i in range(1, 60)),
      "[limit]", 5)

rows = "".join(f"  W[{k}, i] = {k + 1} * v[i]\n" for k in range(500))
check("rows", "axis Wide = 500\nmorphism wide (x: real[Wide]) -> (y: real[Wide]) weights W: real[Wide, Wide] "
      "{ y[o] = sum[i](W[o, i] * x[i]) }\n"
      f"cell r : wide => rowed weights v: real[Wide] {{\n{rows}}}\nexport rowed\n",
      "", 10, ("build", "-o", folder / "rowed"))
assert (folder / "rowed.o").exists()
