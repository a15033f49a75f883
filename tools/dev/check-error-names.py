#!/usr/bin/env python3
"""Every registered error has a test that breaks it and a section in docs/errors.md, and there are no others.

A test is any file below test/ that expects the name, or quotes it in brackets as messages end.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REGISTER = ROOT / "lib" / "source" / "ErrorNames.def"
NAME = re.compile(r'^\s*\w+\(\s*"?([a-z][a-z0-9.-]*)"?', re.MULTILINE)


def tested():
    for path in (ROOT / "test").rglob("*"):
        if path.is_file() and path.suffix in (".weft", ".mlir", ".test", ".py", ".cpp", ".c"):
            text = path.read_text(errors="replace")
            yield from re.findall(r"\[([a-z]+(?:\.[a-z-]+)?)\]", text)
            yield from re.findall(r'"([a-z]+(?:\.[a-z-]+)?)"', text)


def main():
    registered = set(NAME.findall(REGISTER.read_text()))
    sections = set(re.findall(r"^## `([a-z.-]+)`", (ROOT / "docs" / "errors.md").read_text(), re.MULTILINE))
    named = set(tested())
    problems = [f"`{name}` has no test below test/" for name in sorted(registered - named)]
    problems += [f"`{name}` has no section in docs/errors.md" for name in sorted(registered - sections)]
    problems += [f"docs/errors.md has a section `{name}`, which is not registered"
                 for name in sorted(sections - registered)]
    print("\n".join(problems))
    return 1 if problems or not registered else 0


if __name__ == "__main__":
    sys.exit(main())
