#!/usr/bin/env python3
"""Times compiled networks beside other systems, in one run, and prints one table. See docs/performance.md.

    bench.py [--weft PATH] [--work GROUP,GROUP…] [--name TEXT] [--list]
             [--threads N] [--rounds N] [--turn SECONDS] [--peers NAME,…] [--json FILE]
             [--check FILE | --record FILE]

`--work shapes` times random contractions instead, and fails when one is far from its bound. `--check` fails when a
work has fallen behind what the file says of this kind of processor; `--record` writes that file anew.
"""
import argparse
import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "oracle")]
sys.dont_write_bytecode = True
# The processes of the contestants find the same modules, and as many threads.
os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE), str(HERE.parent / "oracle")])
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weft", type=Path, default=HERE.parent.parent / "build" / "bin" / "weft")
    parser.add_argument("--work", default="", help="groups, separated by commas; unsaid, all")
    parser.add_argument("--name", default="", help="only works whose names contain this")
    parser.add_argument("--list", action="store_true", help="prints the works and their contestants")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--turn", type=float, default=0.1, help="seconds of a contestant's turn")
    parser.add_argument("--peers", default="", help="only these contestants beside ours")
    parser.add_argument("--check", type=Path, help="compares with the ratios in this file")
    parser.add_argument("--record", type=Path, help="writes the ratios of this run to this file")
    parser.add_argument("--json", type=Path, default=HERE / ".peers" / "results.json")
    return parser.parse_args()


def main():
    options = arguments()
    os.environ["PATH"] = os.pathsep.join([str(options.weft.resolve().parent), os.environ["PATH"]])
    os.environ["WEFT_BENCH_THREADS"] = str(options.threads)
    import contest
    import table
    import works
    groups = set(filter(None, options.work.split(",")))
    every = works.all_works()
    if groups == {"shapes"}:
        import shapes
        results, under = shapes.run(options.name)
        write(options.json, results)
        sys.exit(under > 0)
    unknown = groups - {work.group for work in every} - {"costs"}
    if unknown:
        sys.exit(f"there is no work {', '.join(sorted(unknown))}; there are "
                 + ", ".join(dict.fromkeys([*(work.group for work in every), "costs"])))
    chosen = [work for work in every if (not groups or work.group in groups) and options.name in work.name]
    if options.list:
        for work in chosen:
            print(f"{work.group:12} {work.name:28} {', '.join(work.contestants)}")
        return
    results = []

    def hold(work):
        return contest.hold(work, options.rounds, options.turn, set(filter(None, options.peers.split(","))))
    if chosen:
        print(table.HEAD)
    for work in chosen:
        results.append(hold(work))
        print(table.row(results[-1]), flush=True)
    if options.check or options.record:
        import ratios
        write(options.json, results)
        if options.record:
            return ratios.record(results, options.record)
        sys.exit(ratios.check(results, options.check, {f"{work.group}, {work.name}": work for work in chosen}, hold))
    if not groups or "costs" in groups:
        import costs
        print("\n" + costs.HEAD)
        for row in costs.rows():
            results.append(row)
            print(f"| {row['cost']} | {row['shown']} | {row['beside']} |", flush=True)
    write(options.json, results)


def write(path, results):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
