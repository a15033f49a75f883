"""segments.weft against plain loops: keys that come sorted and not, in range and not, sizes 0 and 1."""
import sys

import numpy as np
import weft_runs

random = np.random.default_rng(11)
program = weft_runs.Program(sys.argv[1], "--real", "f64")


def fold(monoid, begin, count, elements):
    """`elements`: (key, value), in order."""
    made = [begin] * count
    for key, value in elements:
        if 0 <= key < count:
            made[key] = monoid(made[key], value)
    return made


def add(a, b):
    return a + b


def aggregate(nodes, target, source, w, x):
    edges = range(len(w))
    rows = [(target[e], x[source[e]] * w[e]) for e in edges]
    return {
        "total": np.array(fold(add, np.zeros(x.shape[1]), nodes, rows)).reshape(nodes, x.shape[1]),
        "most": np.array(fold(np.maximum, np.full(x.shape[1], -np.inf), nodes,
                              [(target[e], x[source[e]]) for e in edges])).reshape(nodes, x.shape[1]).T,
        "path": np.array(fold(lambda y, p: p[0] * y + p[1], 0.0, nodes,
                              [(target[e], (w[e], x[source[e], 0])) for e in edges]), float),
        "late": np.array(fold(lambda _, b: b, 0.0, nodes, [(target[e], w[e]) for e in edges]), float),
        "count": np.bincount(target, minlength=nodes).astype(np.int64)}


def attend(nodes, target, source, score, x):
    y = np.full((nodes, x.shape[1]), np.nan)
    for v in range(nodes):
        own = [e for e in range(len(score)) if target[e] == v]
        if own:
            p = np.exp(score[own] - score[own].max())
            y[v] = p @ x[source[own]] / p.sum()
    return y


def check(nodes, edges, features, in_order):
    def ends():
        made = random.integers(0, nodes, edges)
        return np.sort(made) if in_order else made
    source, target = random.integers(0, nodes, edges), ends()
    w, x = random.normal(size=edges), random.normal(size=(nodes, features))
    lists, every = {"source": source, "target": target}, range(edges)
    program.close("aggregate", {"x": x, "w": w, **lists}, aggregate(nodes, target, source, w, x), tolerance=1e-12)
    rows = random.normal(size=(nodes, 64))
    wide = aggregate(nodes, target, source, np.ones(edges), rows)
    program.close("wide", {"x": rows, **lists}, {"total": wide["total"], "most": wide["most"].T}, tolerance=1e-12)

    links = 5
    ids, small = random.integers(-3 * (edges % 2), nodes + 3, edges), random.integers(-5, 6, edges).astype(np.int8)
    if in_order:
        ids = np.sort(ids)
    through, kind = random.integers(0, links, edges), random.integers(0, nodes, links)
    valid = random.random(edges) < 0.7
    some = w[(small == 3) | (small == 4)].sum()
    first = []
    for v in range(nodes):
        own = [e for e in range(1, edges) if valid[e] and kind[through[e]] == v]
        first.append(own[0] if own else 0)
    program.close("keys", {"w": w, "id": ids, "small": small, "through": through, "kind": kind, "valid": valid}, {
        "by_id": np.array(fold(add, 0.0, nodes, zip(ids, w)), float),
        "by_small": some + np.array(fold(add, 0.0, nodes, zip(small, w)), float),
        "by_kind": np.array(fold(lambda y, a: a * y + a, 0.0, nodes, [(kind[through[e]], w[e]) for e in every]), float),
        "by_place": np.array(fold(add, 0.0, nodes, [((2 * e + 1) % 5, w[e]) for e in every]), float),
        "first_valid": np.array(first, np.int64)}, sizes={"Node": nodes}, tolerance=1e-12)
    z = np.zeros(nodes)
    for e in every:
        for f in every:
            if target[f] == source[e]:
                z[source[e]] += w[e] * w[f] + 1.0
    program.close("both", {"w": w, "valid": valid, **lists}, {
        "y": np.array(fold(add, 0.0, nodes, [(target[e], w[e]) for e in every if valid[e] and w[e] > 0]), float) -
        np.array(fold(add, 0.0, nodes, [(source[e], w[e]) for e in every if valid[e]]), float), "z": z},
        sizes={"Node": nodes}, tolerance=1e-12)

    trials = [(random.normal(size=edges), random.normal(size=(nodes, features)), random.integers(0, nodes, edges),
               ends()) for _ in range(3)]
    program.close("all_attend", dict(zip(("score", "x", "source", "target"), map(np.array, zip(*trials)))), {
        "y": np.array([attend(nodes, target, source, score, x) for score, x, source, target in trials])}, tolerance=1e-12)

    values = random.normal(size=nodes)
    rounds, still = values, False
    for _ in range(5):
        last = rounds
        rounds = np.maximum(last, fold(max, -np.inf, nodes, [(target[e], last[source[e]]) for e in every]))
        still = (rounds == last).all()
        if still:
            break
    program.equal("settle", {"x": values, **lists}, {"y": rounds, "converged": still})

    lengths = np.abs(w)
    d = values
    for _ in range(nodes):
        last, d = d, np.minimum(d, fold(min, np.inf, nodes, [(target[e], d[source[e]] + lengths[e]) for e in every]))
    program.equal("distances", {"d": values, "w": lengths, **lists}, {"better": d, "converged": (last == d).all()})

    at, step, steps = ends(), random.integers(0, nodes, nodes), []
    there = at
    for _ in range(4):
        steps.append(fold(add, 0.0, nodes, zip(there, w)))
        there = step[there]
    program.close("walks", {"at": at, "w": w, "step": step}, {"at_node": np.array(steps, float), "next": there},
                  sizes={"Step": 4}, tolerance=1e-12)


for in_order in (True, False):
    for nodes, edges, features in ((7, 40, 3), (5, 1, 1), (1, 9, 20), (40, 7, 9)):
        check(nodes, edges, features, in_order)
    source, target = random.integers(0, 9, 30), random.integers(0, 9, 30)
    graph = {"source": source, "target": np.sort(target) if in_order else target, "w": random.normal(size=30)}
    rows = random.normal(size=(9, 64))
    program.close("network", {"x": rows}, {"y": aggregate(9, graph["target"], source, graph["w"], rows)["total"]},
                  weights=graph, tolerance=1e-12)

# Sources that come in no order are checked where they are read.
for wrong in (-1, 3, 1 << 40):
    for target in ([0, 1, 2], [2, 0, 1]):
        program.refused("wide", {"x": np.zeros((3, 64)), "source": np.array([1, wrong, 0]), "target": np.array(target)},
                        "total most", "index.range")
none = np.zeros(0, np.int64)
x = random.normal(size=(3, 64))
program.equal("wide", {"x": x, "source": none, "target": none},
              {"total": np.zeros((3, 64)), "most": np.full((3, 64), -np.inf)})
program.equal("wide", {"x": x[:0], "source": none, "target": none},
              {"total": np.zeros((0, 64)), "most": np.zeros((0, 64))})
