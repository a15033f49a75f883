"""Dijkstra, searches by queue and plain loops: what paths.weft must equal, ties and unreachable nodes included."""
import heapq
import sys
from collections import deque

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

# Negative lengths are fine, a negative cycle never settles: as many rounds as nodes, and the verdict no.
potential = random.integers(0, 9, 16).astype(float)
source, target, w = draw(16, 48)
shifted = np.array([shortest(16, 0, (source, target, w))]) + potential - potential[0]
lengths = {"w": w + potential[target] - potential[source], "source": source, "target": target}
program.equal("shortest", {"begin": begin(16, 0, 0.0, inf), **lengths}, {"d": shifted[0], "settled": True})
cycle = {"w": np.array([1., -2, 0]), "source": [0, 1, 1], "target": [1, 0, 2]}
program.equal("shortest", {"begin": begin(3, 0, 0.0, inf), **cycle}, {"d": [-1., 0, 1], "settled": False})
