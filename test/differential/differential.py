#!/usr/bin/env python3
"""Random programs, compiled, against the reference: every one must give the same numbers, or the same named error.

A program that does not is made as small as it gets and printed. The same seeds give the same programs.
"""
import argparse
import collections
import concurrent.futures
import os
import sys
import tempfile
from pathlib import Path

from comparing import compare, kind, write
from generator import generate
from shrinking import shrink

BATCH = 20


def judge(tool, folder, seeds, options):
    programs = [generate(seed) for seed in seeds]
    verdicts = compare(tool, [write(program, folder, f"seed-{seed}") for seed, program in zip(seeds, programs)], options)
    # Where a comparison or `floor` stands on the edge, rounding to 32 bits falls to the other side: with 64 it must not.
    for i, (seed, program) in enumerate(zip(seeds, programs)):
        if program.real == "f32" and verdicts[i].get("detail", "").startswith("output"):
            program.real = "f64"
            verdicts[i] = compare(tool, [write(program, folder, f"seed-{seed}")], options)[0]
    # Parts that work may leave a weight of theirs without use when they are put together: that is said, not compiled.
    for verdict in verdicts:
        if kind(verdict) == ("invalid", "[weights.unused]"):
            verdict["verdict"] = "unused weights"
    return list(zip(seeds, verdicts))


def report(tool, folder, seed, verdict, options, budget):
    program = generate(seed)
    if budget:
        program, verdict = shrink(program, verdict, kind, lambda candidates: compare(
            tool, [write(candidate, folder, f"smaller-{i}") for i, candidate in enumerate(candidates)], options), budget)
    print(f"--- seed {seed}: {verdict['verdict']}: {verdict.get('detail', '')}\n    run {verdict.get('run', '')} "
          f"--real {program.real}\n{program.text()}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", default="build/bin/differential-compare")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--normal-form", action="store_true", help="evaluate the normal form instead of compiled code")
    parser.add_argument("--fold-algorithm", choices=["sequence", "chunks", "tree", "scan"],
                        help="how folds are computed wherever the laws license it")
    parser.add_argument("--shrink", type=int, default=150, help="how many smaller programs to try for each failure")
    parser.add_argument("--keep", help="a folder for the programs")
    chosen = parser.parse_args()
    options = ["--normal-form"] if chosen.normal_form else []
    if chosen.fold_algorithm:
        options.append(f"--fold-algorithm={chosen.fold_algorithm}")
    seeds = range(chosen.seed, chosen.seed + chosen.count)
    batches = [seeds[at: at + BATCH] for at in range(0, len(seeds), BATCH)]
    counts, failures, runs = collections.Counter(), [], collections.Counter()
    with tempfile.TemporaryDirectory() as temporary, concurrent.futures.ThreadPoolExecutor(chosen.jobs) as pool:
        folder = chosen.keep or temporary
        Path(folder).mkdir(parents=True, exist_ok=True)
        for judged in pool.map(lambda batch: judge(chosen.tool, folder, batch, options), batches):
            for seed, verdict in judged:
                counts[verdict["verdict"]] += 1
                runs["compared"] += verdict.get("compared", 0)
                runs["failing"] += verdict.get("failing", 0)
                runs["failing for another reason"] += verdict.get("otherwise", 0)
                if verdict["verdict"] not in ("same", "unused weights"):
                    failures.append((seed, verdict))
        for number, (seed, verdict) in enumerate(failures):
            report(chosen.tool, folder, seed, verdict, options, chosen.shrink if number < 10 else 0)
    # Programs that fail in several places are rare.
    if runs["failing for another reason"] > 2 + runs["failing"] // 10:
        failures.append("reasons differ too often")
    print(f"seeds {seeds.start} to {seeds.stop - 1}: {dict(counts)}, runs {dict(runs)}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
