"""running.weft against plain loops and numpy in float64, at sizes from nothing to a thousand."""
import sys

import numpy as np
import weft_runs

random = np.random.default_rng(4)
program = weft_runs.Program(sys.argv[1], "--real", "f64")
inf = np.inf


def best_stretch(x):
    best = here = -inf
    for value in x:
        here = max(here, 0) + value
        best = max(best, here)
    return best


def applied(factors, summands):
    value = 0.0
    for factor, summand in zip(factors, summands):
        value = factor * value + summand
    return value


for length in (64, 0, 1, 7, 1_000):
    # The interpreter takes the prefixes one by one.
    ways = [weft_runs.COMPILED, weft_runs.REFERENCE][:1 if length > 64 else 2]
    bits = random.integers(0, 2, length)
    number, residues = 0, []
    for bit in bits:
        number = 2 * number + int(bit)
        residues.append(number % 3)
    program.equal("automaton", {"bit": bits}, {"residue": np.array(residues, int), "end": number % 3}, ways=ways)
    program.equal("moore", {"bit": bits}, {"divisible": np.array(residues) == 0, "end": number % 3})

    x = random.normal(size=length) + 10
    prefixes = [x[:t + 1] for t in range(length)]
    squares = np.sum((x - x.mean()) ** 2) if length else 0
    x -= 10
    whole = {"best": best_stretch(x), "running": [best_stretch(x[:t + 1]) for t in range(length)],
             "middle": x.mean() if length else 0, "squares": squares, "spread": x.var() if length else np.nan,
             "spreads": [x[:t + 1].var() for t in range(length)]}
    program.close("statistics", {"x": x}, {name: np.array(value, float) for name, value in whole.items()},
                  ways=ways, tolerance=1e-11)

    # Laws are about numbers: what is infinite or none meets the unit's zero, and stays.
    a, b = random.normal(size=length), random.normal(size=length)
    a[length // 3:length // 2] = inf
    a[length // 2:length // 2 + 1] = np.nan
    program.close("to_come", {"a": a, "b": b}, {"y": np.array([applied(a[t:], b[t:]) for t in range(length)], float)},
                  ways=ways)

# The same inputs give the same bits, whatever was reassociated.
x = random.normal(size=1_001)
names = "best running middle squares spread spreads"
for first, again in zip(*(program.run("statistics", {"x": x}, names) for _ in range(2))):
    assert first.tobytes() == again.tobytes()

# An index that is none is found wherever it stands, and named.
bits = np.zeros(9_001, int)
bits[[5_000, 9_000]] = 2, -1
for way in (weft_runs.COMPILED, weft_runs.REFERENCE):
    done = program.attempt("moore", {"bit": bits}, "end", flags=way)
    assert done.returncode != 0 and "[index.range]" in done.stderr and "5000" in done.stderr, done.stderr

# What a loop within a loop keeps its state in is memory that threads share.
for places, kept in ((1, 1), (3, 7), (16, 40)):
    x = random.integers(0, 30, places)
    program.equal("settle", {"x": x, "a": np.zeros(kept)}, {"y": np.full(places, 40), "settled": np.ones(places, bool)})
    added = random.integers(0, 9, (places, kept))
    program.equal("rows", {"s": x, "x": added}, {"y": x + added.sum(1)})
