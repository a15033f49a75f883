#!/usr/bin/env python3
"""Files have under 400 lines and names that say something: warns of longer ones, refuses names that say nothing."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SUFFIXES = {".cpp", ".h", ".td", ".py", ".c", ".weft"}
EMPTY_NAME = re.compile(r"(^|/)(utils?|helpers?|common|misc|manager)([./]|$)", re.IGNORECASE)


def main():
    listed = subprocess.run(["git", "-C", ROOT, "ls-files"], capture_output=True, text=True, check=True)
    refused = 0
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if EMPTY_NAME.search(name):
            print(f"{name}: name the thing inside")
            refused += 1
        if path.suffix in SUFFIXES and path.exists():
            lines = len(path.read_text(errors="replace").splitlines())
            if lines > 400:
                print(f"{name}: {lines} lines, split by idea")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
