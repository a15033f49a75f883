"""The network IR of every program of the tests and the examples prints, parses back to the same, and verifies on its own.

REQUIRES: weft
RUN: %python %s %root %t
"""
import subprocess
import sys
from pathlib import Path

from patience import patience

ROOT, FOLDER = Path(sys.argv[1]), Path(sys.argv[2])
FOLDER.mkdir(parents=True, exist_ok=True)
# Pieces of programs, and what benchmarks have built.
LEFT_OUT = [ROOT / "test" / "fuzz", ROOT / "test" / "bench" / ".peers"]


def told(*words):
    return subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=patience(600))


seen, wrong = 0, []
for program in sorted(path for folder in ("test", "examples") for path in (ROOT / folder).rglob("*.weft")):
    if any(program.is_relative_to(folder) for folder in LEFT_OUT):
        continue
    printed = told("weft", "emit", program, "--stage", "network")
    # Many tests are of programs that are wrong on purpose.
    if printed.returncode == 1 and not program.is_relative_to(ROOT / "examples"):
        continue
    network = FOLDER / f"{seen}.mlir"
    network.write_text(printed.stdout)
    again = told("weft-opt", network)
    seen += 1
    if printed.returncode or again.returncode:
        wrong.append(f"{program.relative_to(ROOT)}: {printed.stderr or again.stderr}")
    elif again.stdout.rstrip() != printed.stdout.rstrip():
        wrong.append(f"{program.relative_to(ROOT)}: prints otherwise once it is read")
assert not wrong and seen > 80, "\n".join([*wrong, f"{seen} programs"])
