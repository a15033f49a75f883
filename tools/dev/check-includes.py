#!/usr/bin/env python3
"""Includes go lib <- dialects <- compiler <- tools: a file includes only what stands at its level or below.

Of the libraries, `lib/runtime` includes nothing else of ours, and `weft-solver`, a process of its own, alone sees Z3.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEVELS = {"lib": 0, "dialects": 1, "compiler": 2, "tools": 3}
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')


def sources():
    for folder in LEVELS:
        for suffix in ("h", "cpp", "c", "td"):
            yield from (ROOT / folder).rglob(f"*.{suffix}")


def complaint(path, included):
    source, target = path.relative_to(ROOT).parts, included.split("/")
    if included.startswith("z3") and source[:2] != ("tools", "weft-solver"):
        return "only tools/weft-solver may include Z3"
    if target[0] not in LEVELS:
        return None
    if LEVELS[target[0]] > LEVELS[source[0]]:
        return f"{source[0]} must not know {target[0]}"
    if source[:2] == ("lib", "runtime") and target[:2] != ["lib", "runtime"]:
        return "lib/runtime includes nothing else of ours"
    return None


def main():
    found = 0
    for path in sources():
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            match = INCLUDE.match(line)
            why = match and complaint(path, match[1])
            if why:
                print(f"{path.relative_to(ROOT)}:{number}: {match[1]}: {why}")
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
