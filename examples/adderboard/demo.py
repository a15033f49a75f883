#!/usr/bin/env python3
"""make demo, its second half: one transformer that adds, in 8, 4 and 2 weights, and the cells that say so."""
import argparse
import random
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from shown import command, heading

PROGRAM = HERE / "adderboard.weft"
NETWORKS = {"add_8": 8, "add_4": 4, "add_2": 2}
EDGES = [(0, 0), (0, 1), (9_999_999_999, 0), (9_999_999_999, 1), (9_999_999_999, 9_999_999_999),
         (5_000_000_000, 5_000_000_000), (1_111_111_111, 8_888_888_889), (1_234_567_890, 9_876_543_210),
         (1, 9_999_999_999)]


def digits(numbers, count):
    """Lowest first."""
    return np.array([[number // 10 ** place % 10 for place in range(count)] for number in numbers])


def pairs_to_add(count):
    """The edges, and the others drawn from a fixed seed."""
    drawn = random.Random(10)
    return EDGES + [(drawn.randrange(10 ** 10), drawn.randrange(10 ** 10)) for _ in range(count - len(EDGES))]


def sums(weft, network, pairs, folder):
    """What the network writes for each pair, as a number."""
    for name, side in (("a", 0), ("b", 1)):
        np.save(folder / f"{name}.npy", digits([pair[side] for pair in pairs], 10))
    # The weights are the constants that the program gives them; any seed draws them.
    command(weft, "run", PROGRAM, "--entry", network, "--init", "1", "--in", f"a={folder}/a.npy", "--in",
            f"b={folder}/b.npy", "--out", f"sum_of_them={folder}/sum.npy")
    return [sum(int(digit) * 10 ** place for place, digit in enumerate(row)) for row in np.load(folder / "sum.npy")]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--weft", default="build/bin/weft")
    options.add_argument("--out", default="build/demo", type=Path)
    options.add_argument("--pairs", default=10, type=int, help="how many sums")
    chosen = options.parse_args()
    folder = chosen.out.resolve()
    folder.mkdir(parents=True, exist_ok=True)

    heading("One transformer that adds numbers of ten digits, in 8, 4 and 2 weights")
    print(command(chosen.weft, "check", PROGRAM), end="")
    heading("The cells, as the compiler keeps them: one map from the stored weights to all others")
    ties = command(chosen.weft, "emit", PROGRAM, "--stage", "ties")
    print("\n".join(line for line in ties.splitlines() if line.startswith("//")))
    pairs, right = pairs_to_add(chosen.pairs), {}
    heading("Ten sums" if chosen.pairs == 10 else f"{chosen.pairs:,} sums")
    for network in NETWORKS:
        written = sums(chosen.weft, network, pairs, folder)
        right[network] = sum(a + b == found for (a, b), found in zip(pairs, written))
    for (a, b), found in list(zip(pairs, written))[:10]:
        print(f"  {a:>10} + {b:>10} = {found:>11}{'' if found == a + b else '  wrong'}")
    heading(", ".join(f"{right[network]:,} of {len(pairs):,} right with {count} weights"
                      for network, count in NETWORKS.items()))
    return 0 if all(count == len(pairs) for count in right.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
