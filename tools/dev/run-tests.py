#!/usr/bin/env python3
"""Runs the two kinds of tests, GoogleTest by ctest and everything else by lit, and sums them.

The last line is `N passed, N failed`; the exit status is 1 when anything failed or nothing ran.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LLVM_BIN = Path("/usr/lib/llvm-22/bin")


def run_ctest(build, jobs, report):
    subprocess.run(["ctest", "--test-dir", build, "-j", str(jobs), "--output-on-failure", "--progress",
                    "--timeout", "900", "--output-junit", report], check=False,
                   env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0:allow_user_poisoning=0"})
    if not Path(report).exists():
        return 0, ["ctest wrote no report"]
    cases = xml.parse(report).getroot().findall("testcase")
    failed = [case.get("name") for case in cases if case.get("status") == "fail"]
    return sum(case.get("status") == "run" for case in cases), failed


def run_lit(build, jobs, long, filters, report):
    command = [LLVM_BIN / "lit", "-s", "-v", "-j", str(jobs), "--timeout", "3600" if long else "900",
               "--order", "smart", "-D", f"build={build}", "-o", report]
    if long:
        command += ["-D", "long=1"]
    if filters:
        command += ["--filter", filters]
    subprocess.run(command + [ROOT / "test"], check=False)
    if not Path(report).exists():
        return 0, ["lit wrote no report"]
    tests = json.loads(Path(report).read_text())["tests"]
    passed = sum(test["code"] in ("PASS", "XFAIL", "FLAKYPASS") for test in tests)
    skipped = ("PASS", "XFAIL", "FLAKYPASS", "UNSUPPORTED", "EXCLUDED", "SKIPPED")
    return passed, [test["name"] for test in tests if test["code"] not in skipped]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--build", default="build")
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    options.add_argument("--long", action="store_true")
    options.add_argument("--filter", default="", help="only lit tests whose path matches")
    chosen = options.parse_args()
    build = Path(chosen.build).resolve()

    with tempfile.TemporaryDirectory() as folder:
        units, broken_units = run_ctest(build, chosen.jobs, f"{folder}/ctest.xml")
        files, broken_files = run_lit(build, chosen.jobs, chosen.long, chosen.filter, f"{folder}/lit.json")
    failed = broken_units + broken_files
    for name in failed:
        print("failed:", name)
    passed = units + files
    print(f"{passed} passed, {len(failed)} failed", flush=True)
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
