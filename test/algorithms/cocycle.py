"""Published and counted numbers of cocycles, against what cocycle.weft counts."""
import itertools
import math
import sys

import numpy as np
import weft_runs

program = weft_runs.Program(sys.argv[1])


def tables(base, values):
    every = itertools.product(range(values), repeat=base * base)
    return np.array(list(every)).reshape(-1, base, base)


def functions(base, values, first):
    return np.array([f for f in itertools.product(range(values), repeat=base) if f[0] in first])


def changed(f, sizes, ways=(weft_runs.COMPILED, weft_runs.REFERENCE)):
    """The coboundary of every function, which numpy writes in its own way."""
    base, values = f.shape[1], sizes["Value"]
    a, b = np.indices((base, base))
    expected = (f[:, a] + f[:, b] - f[:, (a + b) % base]) % values
    program.equal("coboundaries", {"f": f}, {"c": expected}, sizes=sizes, ways=ways)
    return expected


def distinct(some):
    return {table.tobytes() for table in np.ascontiguousarray(some)}


# The carry is a cocycle of the natural numbers; of the digits it is none, and what is amiss is the carry itself.
for base in (10, 2, 3, 7, 16):
    triples = itertools.product(range(base), repeat=3)
    broken = sum(((m + n) % base + s) // base != (m + s) // base + (n + (m + s) % base) // base for m, n, s in triples)
    assert base != 10 or broken == 450
    sizes = {"Digit": base, "Number": 3 * base}
    program.equal("count_broken", {}, {"naturals": 0, "digits": broken, "defects": 0}, sizes=sizes)
    program.equal("count_extension", {}, {"wrong": 0}, sizes={"Digit": base})

# As many cocycles, up to coboundaries, as the greatest common divisor.
for base, values in ((2, 2), (2, 3), (2, 4), (3, 3), (4, 2)):
    every, sizes = tables(base, values), {"Digit": base, "Value": values}
    yes = program.run("are_cocycles", {"c": every}, "yes", sizes=sizes)
    if len(every) < 1_000:
        plainly = program.run("are_cocycles", {"c": every}, "yes", sizes=sizes, way=weft_runs.REFERENCE)
        assert np.array_equal(yes, plainly)
    trivial = distinct(changed(functions(base, values, range(values)), sizes))
    assert trivial <= distinct(every[yes])
    assert yes.sum() == len(trivial) * math.gcd(base, values), (base, values, yes.sum(), len(trivial))

# Tables of carries that differ from the usual one by names of digits: b^(b - 2), of which few add three digits rightly.
for base, count, associative in ((4, 16, 6), (2, 1, 1), (3, 3, 3), (5, 125, 13)):
    a, b = np.indices((base, base))
    f = functions(base, base, [0])
    moved = (changed(f, {"Digit": base, "Value": base}) + (a + b) // base) % base
    moved = np.unique(moved, axis=0)
    assert len(moved) == count
    program.equal("are_cocycles", {"c": moved}, {"yes": np.ones(count, bool)}, sizes={"Value": base})
    for way in [weft_runs.COMPILED, weft_runs.REFERENCE][:1 if base > 2 else 2]:
        yes = program.run("are_associative", {"c": moved}, "yes", way=way)
        assert yes.sum() == associative, (base, way, yes.sum())
