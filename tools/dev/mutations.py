#!/usr/bin/env python3
"""Breaks the compiler in small ways, one at a time, and shows that for each some test fails.

    tools/dev/mutations.py                 all of mutations.toml, about a minute each; says which are caught, and by what
    tools/dev/mutations.py wrong-remainder one
    tools/dev/mutations.py --dry-run       only whether each still has its place in the source

The sources are put back as they were, also after an interruption. A change that no test sees is a test to write.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIT = "/usr/lib/llvm-22/bin/lit"
# What the tests of mutations.toml run.
TARGETS = ["weft-tools", "differential-compare"]


def read(names):
    mutations = tomllib.loads((Path(__file__).parent / "mutations.toml").read_text())
    unknown = set(names) - mutations.keys()
    if unknown:
        sys.exit(f"no mutation {', '.join(sorted(unknown))}; there are {', '.join(mutations)}")
    return {name: mutations[name] for name in names or mutations}


def changed(mutation):
    """The source with the change, or None when its place is not found, or found twice."""
    text = (ROOT / mutation["file"]).read_text()
    return text.replace(mutation["from"], mutation["to"]) if text.count(mutation["from"]) == 1 else None


def first_failure(build, tests):
    """The first test of these folders that fails, by name."""
    with tempfile.NamedTemporaryFile() as report:
        subprocess.run([LIT, "-q", "--max-failures", "1", "-D", f"build={build}", "-D", "shrink=0", "--timeout", "1800",
                        "-o", report.name, *[ROOT / "test" / name for name in tests]], capture_output=True)
        results = json.loads(Path(report.name).read_text())["tests"]
    failed = [test["name"] for test in results if test["code"] in ("FAIL", "TIMEOUT", "UNRESOLVED")]
    return failed[0].removeprefix("weft :: ") if failed else ""


def judge(mutation, build):
    path, text = ROOT / mutation["file"], changed(mutation)
    before = path.read_text()
    try:
        path.write_text(text)
        done = subprocess.run(["ninja", "-C", build, *TARGETS], capture_output=True, text=True)
        if done.returncode:
            return "does not build:\n" + done.stdout[-2000:]
        found = first_failure(build, mutation["tests"])
        return f"caught by {found}" if found else "NOT CAUGHT"
    finally:
        path.write_text(before)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("names", nargs="*", help="of mutations.toml; none are all")
    options.add_argument("--build", default="build")
    options.add_argument("--dry-run", action="store_true")
    chosen = options.parse_args()
    mutations = read(chosen.names)
    lost = [name for name, mutation in mutations.items() if changed(mutation) is None]
    for name in lost:
        print(f"{name}: its place in {mutations[name]['file']} is gone, or not the only one")
    if lost or chosen.dry_run:
        print(f"{len(mutations) - len(lost)} of {len(mutations)} mutations have their place")
        return 1 if lost else 0
    missed = 0
    for name, mutation in mutations.items():
        verdict = judge(mutation, (ROOT / chosen.build).resolve())
        missed += not verdict.startswith("caught")
        print(f"{name}: {verdict}", flush=True)
    subprocess.run(["ninja", "-C", chosen.build, *TARGETS], capture_output=True)
    print(f"{len(mutations) - missed} of {len(mutations)} caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
