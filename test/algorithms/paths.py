"""Dijkstra, searches by queue and plain loops: what paths.weft must equal, ties and unreachable nodes included."""
import heapq
import sys
from collections import deque

import clrs_graphs
import numpy as np
import weft_runs

random = np.random.default_rng(3)
program = weft_runs.Program(sys.argv[1], "--real", "f64")
inf = np.inf


def arrows(n, source, target, w):
    out = [[] for _ in range(n)]
    for u, v, x in zip(source, target, w):
        out[u].append((v, x))
    return out


def dijkstra(n, start, edges, join, sign, first):
    """sign 1 looks for the least, -1 for the greatest."""
    out, done, heap = arrows(n, *edges), {}, [(sign * first, start)]
    while heap:
        key, u = heapq.heappop(heap)
        if u not in done:
            done[u] = sign * key
            for v, x in out[u]:
                heapq.heappush(heap, (sign * join(done[u], x), v))
    return [done.get(v, sign * inf) for v in range(n)]


def levels(n, start, edges):
    out, level, queue = arrows(n, *edges), {start: 0}, deque([start])
    while queue:
        u = queue.popleft()
        for v, _ in out[u]:
            if v not in level:
                level[v] = level[u] + 1
                queue.append(v)
    return [level.get(v, inf) for v in range(n)]


def parent_list(n, start, d, edges):
    parents = list(range(n))
    for v in range(n):
        best = inf
        for u, to, x in zip(*edges):
            if to == v != start and d[u] + x < best:
                best, parents[v] = d[u] + x, u
    return parents


def matrix(n, source, target, w):
    m = np.full((n, n), inf)
    np.minimum.at(m, (source, target), w)
    return m


def begin(n, start, first, rest):
    d = np.full(n, rest)
    d[start] = first
    return d


def shortest(n, start, edges):
    return dijkstra(n, start, edges, lambda a, b: a + b, 1, 0.0)


def widest(n, start, edges):
    return dijkstra(n, start, edges, min, -1, inf)


def compare(n, starts, graphs):
    """Graphs of equally many nodes and edges, each (source, target, w); all at once."""
    source, target, w = (np.array([graph[k] for graph in graphs]) for k in range(3))
    every = list(zip(starts, graphs))
    edges, weighted = {"source": source, "target": target}, {"w": w, "source": source, "target": target}
    yes = np.ones(len(graphs), bool)
    d = np.array([shortest(n, *one) for one in every])
    program.equal("all_shortest", {"begin": [begin(n, s, 0.0, inf) for s in starts], **weighted},
                  {"d": d, "settled": yes})
    program.equal("all_widest", {"begin": [begin(n, s, inf, -inf) for s in starts], **weighted},
                  {"d": [widest(n, *one) for one in every], "settled": yes})
    program.equal("all_parents", {"start": starts, "d": d, **weighted},
                  {"p": [parent_list(n, s, row, graph) for (s, graph), row in zip(every, d)]})
    program.equal("all_reach", {"r": [begin(n, s, True, False) for s in starts], **edges},
                  {"s": np.isfinite(d), "converged": yes})
    program.equal("all_breadth_first", {"start": starts, **edges},
                  {"level": [levels(n, *one) for one in every], "settled": yes}, sizes={"Node": n})
    whole = [[shortest(n, u, graph) for u in range(n)] for graph in graphs]
    # n cubed a graph is much for the interpreter.
    ways = [weft_runs.COMPILED, weft_runs.REFERENCE][:1 if n > 16 else 2]
    program.equal("all_floyd_warshall", {"w": [matrix(n, *graph) for graph in graphs]}, {"d": whole}, ways=ways)


def compare_dag(n, starts, graphs):
    program.equal("all_dag", {"start": starts, "w": [matrix(n, *graph) for graph in graphs]},
                  {"d": [shortest(n, *one) for one in zip(starts, graphs)]})


def draw(n, m, forward=False):
    u, v, w = random.integers(0, n, m), random.integers(0, n, m), random.integers(1, 9, m).astype(np.float64)
    return (np.minimum(u, v), np.maximum(u, v) + (u == v), w) if forward else (u, v, w)


for n in (16, 64):
    starts = random.integers(0, n, 20)
    compare(n, starts, [draw(n, 3 * n) for _ in starts])
    compare_dag(n, starts, [draw(n - 1, 3 * n, forward=True) for _ in starts])
# A line, its edges in the worst order: every round but the last changes one node.
compare(6, [0], [(np.arange(5)[::-1], np.arange(1, 6)[::-1], np.ones(5))])

# CLRS-30's graphs.
directed = np.array([0, 0, 1, 1, 2, 2, 3, 3]), np.array([1, 2, 2, 4, 1, 3, 2, 4]), np.array([9., 3, 6, 2, 2, 1, 2, 2])
acyclic = np.array([0, 0, 1, 1, 2, 3]), np.array([1, 2, 2, 4, 3, 4]), np.array([9., 3, 6, 2, 1, 2])
for graph, d, parents in ((directed, [0, 5, 3, 4, 6], [0, 2, 0, 2, 3]), (acyclic, [0, 9, 3, 4, 6], [0, 0, 0, 2, 3])):
    lists = dict(zip(("source", "target", "w"), graph))
    program.equal("shortest", {"begin": begin(5, 0, 0.0, inf), **lists}, {"d": np.array(d, float), "settled": True})
    program.equal("parents", {"start": 0, "d": np.array(d, float), **lists}, {"p": parents})
compare(5, [0], [directed])
compare_dag(5, [0], [acyclic])

# CLRS-30's algorithms on graphs of their own kind: distances bit for bit, the node before by the lowest index.
def edge_list(A):
    source, target = np.nonzero(A)
    return source, target, A[source, target]


def known(values, reached, none=inf):
    return np.where(reached > 0, values, none)


def compare_clrs(n, make):
    matrices = [make(n) for _ in range(20)]
    # All at once: lists as long as the longest; what is added are loops, which no path takes.
    most = max(np.count_nonzero(A) for A in matrices)
    lists = []
    for A in matrices:
        source, target, w = edge_list(A)
        pad = most - len(w)
        lists.append([np.pad(part, (0, pad), constant_values=added) for part, added in ((source, 0), (target, 0), (w, 1.0))])
    source, target, w = (np.array([graph[k] for graph in lists]) for k in range(3))
    weighted, yes = {"w": w, "source": source, "target": target}, np.ones(20, bool)
    starts = np.zeros(20, int)
    d, parents = [], []
    for A in matrices:
        parent, seen = clrs_graphs.run("bellman_ford", A, 0)
        d.append(known(seen["d"], seen["msk"]))
        parents.append(parent)
        dijkstra_parent, seen = clrs_graphs.run("dijkstra", A, 0)
        assert (dijkstra_parent == parent).all() and (known(seen["d"], seen["mark"]) == d[-1]).all()
    d, parents = np.array(d), np.array(parents)
    program.equal("all_shortest", {"begin": [begin(n, 0, 0.0, inf)] * 20, **weighted}, {"d": d, "settled": yes})
    program.equal("all_parents", {"start": starts, "d": d, **weighted}, {"p": parents})
    reached = np.array([clrs_graphs.run("bfs", A, 0)[1]["reach_h"] for A in matrices])
    program.equal("all_reach", {"r": [begin(n, 0, True, False)] * 20, "source": source, "target": target},
                  {"s": reached > 0, "converged": yes})
    # One more node, without edges: what is recorded before its turn is the end.
    whole = [clrs_graphs.run("floyd_warshall", np.pad(A, (0, 1)))[1] for A in matrices]
    lengths = [np.where(A != 0, A, inf) for A in matrices]
    diagonal = np.eye(n, dtype=bool)
    every = [np.where(diagonal, 0, known(seen["D"], seen["msk"])[:n, :n]) for seen in whole]
    program.equal("all_floyd_warshall", {"w": lengths}, {"d": every}, ways=[weft_runs.COMPILED])
    return matrices, lengths


def random_graph(n):
    A = np.where(random.random((n, n)) < 4 / n, random.random((n, n)), 0)
    np.fill_diagonal(A, 0)
    return A


for n in (16, 64):
    compare_clrs(n, random_graph)
    matrices, lengths = compare_clrs(n, lambda n: np.triu(random_graph(n), 1))
    found = [clrs_graphs.run("dag_shortest_paths", A, 0)[1] for A in matrices]
    program.equal("all_dag", {"start": np.zeros(20, int), "w": lengths},
                  {"d": [known(seen["d"], seen["mark"]) for seen in found]})

# A large graph: the edges come in any order, and an independent search finds the same.
def large(nodes, edges):
    source, target, w = random.integers(0, nodes, edges), random.integers(0, nodes, edges), random.random(edges)
    d = np.where(np.arange(nodes) == 0, 0, inf)
    order = np.argsort(target, kind="stable")
    heads = np.flatnonzero(np.diff(target[order], prepend=-1))
    while True:
        come = np.full(nodes, inf)
        come[target[order][heads]] = np.minimum.reduceat((d[source] + w)[order], heads)
        if (come >= d).all():
            break
        d = np.minimum(d, come)
    program.equal("shortest", {"begin": begin(nodes, 0, 0.0, inf), "w": w, "source": source, "target": target},
                  {"d": d, "settled": True}, ways=[weft_runs.COMPILED])


large(100_000, 1_000_000)

# Negative lengths are fine, a negative cycle never settles: as many rounds as nodes, and the verdict no.
potential = random.integers(0, 9, 16).astype(float)
source, target, w = draw(16, 48)
shifted = np.array([shortest(16, 0, (source, target, w))]) + potential - potential[0]
lengths = {"w": w + potential[target] - potential[source], "source": source, "target": target}
program.equal("shortest", {"begin": begin(16, 0, 0.0, inf), **lengths}, {"d": shifted[0], "settled": True})
cycle = {"w": np.array([1., -2, 0]), "source": [0, 1, 1], "target": [1, 0, 2]}
program.equal("shortest", {"begin": begin(3, 0, 0.0, inf), **cycle}, {"d": [-1., 0, 1], "settled": False})
