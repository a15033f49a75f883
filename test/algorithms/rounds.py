"""rounds.weft against whole rounds of numpy, bit for bit: many nodes that change, few, one, and none."""
import sys

import numpy as np
import weft_runs

random = np.random.default_rng(6)
program = weft_runs.Program(sys.argv[1], "--real", "f64")
inf = np.inf


def rounds(step, state, most):
    """The state when nothing changes any more, or after so many rounds; and whether that was seen."""
    for _ in range(most):
        after = step(state)
        if np.array_equal(after, state, equal_nan=after.dtype.kind == "f"):
            return state, True
        state = after
    return state, False


def joined(ufunc, none, target, values, nodes):
    come = np.full(nodes, none, np.asarray(values).dtype)
    ufunc.at(come, target, values)
    return come


def check(nodes, source, target, w, ways):
    edges = {"source": source, "target": target}
    start = np.full(nodes, inf)
    start[:1] = 0

    def relax(d):
        return np.minimum(d, joined(np.minimum, inf, target, d[source] + w, nodes))

    for entry, most in (("shortest", nodes), ("five_rounds", 5), ("some_rounds", 250)):
        d, settled = rounds(relax, start, most)
        program.equal(entry, {"d": start, "w": w, **edges}, {"better": d, "converged": settled}, ways=ways)

    def narrow(d):
        return np.maximum(d, joined(np.maximum, -inf, target, np.minimum(d[source], w), nodes))

    d, settled = rounds(narrow, -start, nodes)
    program.equal("bottleneck", {"d": -start, "w": w, **edges}, {"better": d, "converged": settled}, ways=ways)
    opened, floor = random.random(len(w)) < 0.8, random.random(nodes) * 0.3

    def widen(d):
        value = np.where(w > floor[target], np.minimum(d[source], w), -inf)
        return np.maximum(d, joined(np.maximum, -inf, target[opened], value[opened], nodes))

    d, settled = rounds(widen, -start, nodes)
    program.equal("widest", {"d": -start, "w": w, "floor": floor, "open": opened, **edges},
                  {"better": d, "converged": settled}, ways=ways)

    begin = np.arange(nodes) == 0
    more, settled = rounds(lambda r: r | joined(np.logical_or, False, target, r[source], nodes), begin, nodes)
    program.equal("reach", {"reached": begin, **edges}, {"more": more, "converged": settled}, ways=ways)

    small = w / 64
    for entry, step in (("flows", lambda d: d + joined(np.add, 0.0, target, d[source] * small, nodes)),
                        ("forgets", lambda d: np.maximum(0.25, joined(np.minimum, inf, target, d[source] * small, nodes)))):
        ones = np.ones(nodes)
        d, settled = rounds(step, ones, nodes)
        program.close(entry, {"d": ones, "w": small, **edges}, {"more" if entry == "flows" else "other": d}, ways=ways,
                      tolerance=1e-12)


def both(count):
    return [weft_runs.COMPILED, weft_runs.REFERENCE][:1 if count > 20 else 2]


for nodes, edges in ((7, 20), (1, 3), (0, 0), (5, 0), (64, 200), (1_000, 3_000)):
    ends = np.zeros((2, 0), int) if not nodes else random.integers(0, nodes, (2, edges))
    check(nodes, *ends, random.random(edges), both(nodes))
# A line there and back: one node changes in a round, whatever the order of its edges.
for nodes in (12, 300):
    line = np.arange(nodes - 1)
    order = random.permutation(2 * len(line))
    check(nodes, np.concatenate([line, line + 1])[order], np.concatenate([line + 1, line])[order],
          np.ones(2 * len(line)), both(nodes))
# So many that they are swept: lines along the order of nodes and against it, which take more rounds than there may be, or
# just as many as there may be; cycles that never settle; sums that are no numbers; and much that changes at once.
for nodes in (251, 1_100, 2_500):
    for line in (np.arange(nodes), np.arange(nodes)[::-1], random.permutation(nodes)):
        for length in (nodes, 250, 251, 252):
            ways_along = line[line != 0][:min(length, nodes) - 1]
            path = np.concatenate([[0], ways_along])
            check(nodes, path[:-1], path[1:], random.random(len(path) - 1), both(nodes))
for nodes, edges in ((1_100, 1_500), (2_000, 20_000), (4_100, 9_000)):
    source, target = random.integers(0, nodes, (2, edges))
    weights = [random.random(edges), random.integers(-1, 9, edges).astype(float), np.ones(edges)]
    weights += [np.where(random.random(edges) < 0.001, what, weights[0]) for what in (-inf, inf, np.nan)]
    for w in weights:
        check(nodes, source, target, w, both(nodes))
# What is undefined spreads as it does in whole rounds.
w = random.random(300)
w[17] = np.nan
check(100, *random.integers(0, 100, (2, 300)), w, both(100))
