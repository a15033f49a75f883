"""The layout keeps its invariants on 500 random programs of all constructs, each of their morphisms closed, by default,
and with everything open.

RUN: rm -rf %t && mkdir %t && cd %t && env PYTHONPATH=%root/test/differential:%root/test/oracle %python %s
REQUIRES: weft
"""
import subprocess
import sys
from pathlib import Path

import generator
from patience import patience

PROGRAMS = 500


def main():
    paths = []
    for seed in range(PROGRAMS):
        paths.append(f"{seed}.weft")
        Path(paths[-1]).write_text(generator.generate(seed).text())
    done = subprocess.run(["draw-invariants", *paths], capture_output=True, text=True, timeout=patience(600))
    drawn = int(done.stdout.split(" morphisms drawn")[0].rsplit("\n", 1)[-1] or 0)
    print(done.stdout[-4000:], done.stderr[-2000:])
    # Each program has an entry; most have more morphisms.
    return 1 if done.returncode or drawn < PROGRAMS else 0


if __name__ == "__main__":
    sys.exit(main())
