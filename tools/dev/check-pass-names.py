#!/usr/bin/env python3
"""From a pass's flag one can name its file and its test.

`weft-drop-identities` in compiler/normalize/Passes.td is compiler/normalize/DropIdentities.cpp and
test/normalize/drop-identities.mlir.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASS = re.compile(r'def\s+(\w+)\s*:\s*(?:\w+Pass|Pass)<"([^"]+)"')


def problems():
    for passes in sorted((ROOT / "compiler").rglob("Passes.td")):
        folder = passes.parent.relative_to(ROOT / "compiler")
        for _, flag in PASS.findall(passes.read_text()):
            if not flag.startswith("weft-"):
                yield f"{passes.relative_to(ROOT)}: the flag `{flag}` does not begin with weft-"
                continue
            name = flag.removeprefix("weft-")
            file = passes.parent / ("".join(word.capitalize() for word in name.split("-")) + ".cpp")
            test = ROOT / "test" / folder / f"{name}.mlir"
            for wanted in (file, test):
                if not wanted.exists():
                    yield f"`{flag}`: {wanted.relative_to(ROOT)} is missing"


def main():
    found = list(problems())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
