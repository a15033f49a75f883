"""Sums, maxima and shortest paths over edges sorted by their target."""
import functools

import numpy as np
from peers import plain_c
from works import PROGRAMS, Program, Work, keeps, normal

NODES, EDGES, FEATURES = 100_000, 1_000_000, 64


@functools.cache
def edges():
    generator = np.random.default_rng(7)
    source, target = generator.integers(0, NODES, EDGES), np.sort(generator.integers(0, NODES, EDGES))
    first = np.zeros(NODES + 1, np.int64)
    np.cumsum(np.bincount(target, minlength=NODES), out=first[1:])
    return source, target, first


def with_edges(name, values):
    source, target, _ = edges()
    return {name: values, "source": source, "target": target}


def reduced(ufunc, values, none):
    """Over the edges of each node; `none` for a node without."""
    _, target, _ = edges()
    heads = np.flatnonzero(np.diff(target, prepend=-1))
    result = np.full((NODES, *values.shape[1:]), none, np.float64)
    result[target[heads]] = ufunc.reduceat(values.astype(np.float64), heads)
    return result


def aggregation(entry, ufunc, none, function):
    source, _, first = edges()

    def scipy_sum(arrays, weights):
        from scipy.sparse import csr_matrix
        matrix = csr_matrix((np.ones(EDGES, np.float32), source, first), (NODES, NODES))
        return keeps(lambda: matrix @ arrays["x"])

    def numba_loop(arrays, weights):
        import numba
        most = none != 0

        @numba.njit(fastmath=not most)
        def run(x, first, source, y):
            for v in range(len(first) - 1):
                y[v] = none
                for e in range(first[v], first[v + 1]):
                    for f in range(x.shape[1]):
                        value = x[source[e], f]
                        y[v, f] = max(y[v, f], value) if most else y[v, f] + value
            return y
        y = np.empty((NODES, FEATURES), np.float32)
        return keeps(lambda: run(arrays["x"], first, source, y))

    contestants = {"numba": numba_loop} | ({"scipy": scipy_sum} if none == 0 else {})
    contestants["plain C"] = lambda arrays, weights: plain_c(
        function, [arrays["x"], first, source], np.empty((NODES, FEATURES), np.float32), [NODES])
    return Work("graph", f"{entry.removesuffix('_of')} over 10⁶ edges, width 64",
                Program(entry, PROGRAMS / "graphs.weft"),
                lambda: with_edges("x", normal(np.random.default_rng(3), NODES, FEATURES)),
                lambda arrays, weights: reduced(ufunc, arrays["x"][source], none), contestants,
                4 * EDGES * FEATURES, "read_256m_gbs", "GB/s")


def unsorted_sum():
    """The same sum over edges in any order: they are sorted first."""
    def shuffled():
        source, target, _ = edges()
        order = np.random.default_rng(5).permutation(EDGES)
        return {"x": normal(np.random.default_rng(3), NODES, FEATURES), "source": source[order], "target": target[order]}

    def exact(arrays, weights):
        order = np.argsort(arrays["target"], kind="stable")
        return reduced(np.add, arrays["x"][arrays["source"][order]], 0)

    def scipy_sum(arrays, weights):
        from scipy.sparse import coo_matrix
        ones, ends = np.ones(EDGES, np.float32), (arrays["target"], arrays["source"])
        return keeps(lambda: coo_matrix((ones, ends), (NODES, NODES)) @ arrays["x"])

    contestants = {"scipy": scipy_sum, "plain C": lambda arrays, weights: plain_c(
        "sorted_segment_sum", [arrays["x"], arrays["source"], arrays["target"]],
        np.empty((NODES, FEATURES), np.float32), [NODES, EDGES])}
    return Work("graph", "sum over 10⁶ edges in any order, width 64", Program("sum_of", PROGRAMS / "graphs.weft"),
                shuffled, exact, contestants, 4 * EDGES * FEATURES, "read_256m_gbs", "GB/s")


def shortest_paths():
    source, _, first = edges()

    def inputs():
        return with_edges("w", np.random.default_rng(3).random(EDGES, dtype=np.float32) + np.float32(0.01))

    def exact(arrays, weights):
        d = np.where(np.arange(NODES) == 0, 0, np.inf)
        while True:
            better = np.minimum(d, reduced(np.minimum, d[source] + arrays["w"].astype(np.float64), np.inf))
            if (better == d).all():
                return d
            d = better

    def scipy_dijkstra(arrays, weights):
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import dijkstra
        forward = csr_matrix((arrays["w"].astype(np.float64), source, first), (NODES, NODES)).T.tocsr()
        return keeps(lambda: dijkstra(forward, indices=0))

    def numba_loop(arrays, weights):
        import numba

        @numba.njit
        def run(w, first, source):
            d = np.full(len(first) - 1, np.inf, np.float32)
            d[0] = 0
            changed = True
            while changed:
                changed = False
                for v in range(len(d)):
                    best = d[v]
                    for e in range(first[v], first[v + 1]):
                        best = min(best, d[source[e]] + w[e])
                    changed |= best < d[v]
                    d[v] = best
            return d
        return keeps(lambda: run(arrays["w"], first, source))

    contestants = {"scipy": scipy_dijkstra, "numba": numba_loop, "plain C": lambda arrays, weights: plain_c(
        "shortest_paths", [arrays["w"], first, source], np.empty(NODES, np.float32), [NODES])}
    return Work("paths", "Bellman–Ford, 10⁶ edges", Program("shortest", PROGRAMS / "graphs.weft"), inputs, exact,
                contestants, 0, "", output="d")


def works():
    yield aggregation("sum_of", np.add, 0, "segment_sum")
    yield aggregation("max_of", np.maximum, -np.inf, "segment_max")
    yield unsorted_sum()
    yield shortest_paths()
