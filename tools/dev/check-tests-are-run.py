#!/usr/bin/env python3
"""Every file of test/ that says how to run it is found by lit: a folder's own configuration may hide some."""
import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2] / "test"
SAYS_HOW = re.compile(r"^(//|#|;)?\s*RUN: ", re.MULTILINE)
CORPORA = TESTS / "fuzz"  # copies of tests


def main():
    listed = subprocess.run(["lit", "--show-tests", TESTS], capture_output=True, text=True, check=True).stdout
    found = {line.split(" :: ")[1].strip() for line in listed.splitlines() if " :: " in line}
    hidden = [path.relative_to(TESTS) for path in sorted(TESTS.rglob("*"))
              if path.suffix in (".weft", ".mlir", ".test", ".py") and CORPORA not in path.parents
              and SAYS_HOW.search(path.read_text()) and str(path.relative_to(TESTS)) not in found]
    print("".join(f"test/{path} is never run\n" for path in hidden), end="")
    return 1 if hidden or not found else 0


if __name__ == "__main__":
    sys.exit(main())
