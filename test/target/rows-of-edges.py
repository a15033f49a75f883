"""Sums and maxima of rows of a hundred features and more over the edges of a node, whose rows are asked for ahead: as numpy's,
whether edges come sorted or not, for keys that are indices and for integers that may be none, for rows of nodes, of edges
and of pairs, for a node without edges and for no edge at all.

RUN: %python %s
REQUIRES: weft
"""
import tempfile
from pathlib import Path

import numpy as np
from weft_runs import COMPILED, REFERENCE, Program

TEXT = """axis Node, Edge
axis Feature = 100, Half = 32
morphism gather (x: real[Node, Feature], p: real[Node, Node, Half], m: real[Edge, Feature], w: real[Edge],
                 source, target: Node[Edge], key: i32[Edge])
  -> (total: real[Node, Feature], most: real[Node, Feature], own: real[Node, Feature], pairs: real[Node, Half],
      loose: real[Node, Feature])
{
  total[v, f] = sum[e where target[e] == v](w[e] * x[source[e], f])
  most[v, f]  = max[e where target[e] == v](x[source[e], f])
  own[v, f]   = sum[e where target[e] == v](m[e, f])
  pairs[v, h] = sum[e where target[e] == v](p[source[e], target[e], h])
  loose[v, f] = sum[e where key[e] == v](x[source[e], f])
}
"""
random = np.random.default_rng(3)


def expected(x, p, m, w, source, target, key):
    nodes = len(x)
    most = np.full(x.shape, -np.inf)
    np.maximum.at(most, target, x[source])

    def summed(rows, keys):
        total = np.zeros((nodes, rows.shape[1]))
        inside = (keys >= 0) & (keys < nodes)
        np.add.at(total, keys[inside], rows[inside].astype(np.float64))
        return total
    return (summed(w[:, None] * x[source], target), most, summed(m, target), summed(p[source, target], target),
            summed(x[source], key))


with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "edges.weft"
    path.write_text(TEXT)
    program = Program(path)
    for nodes, edges in ((1, 0), (1, 1), (3, 40), (60, 500), (400, 3000)):
        for is_sorted in (True, False):
            target = random.integers(0, nodes, edges)
            key = random.integers(-2, nodes + 2, edges)
            inputs = {"x": random.standard_normal((nodes, 100)).astype(np.float32),
                      "p": random.standard_normal((nodes, nodes, 32)).astype(np.float32),
                      "m": random.standard_normal((edges, 100)).astype(np.float32),
                      "w": random.standard_normal(edges).astype(np.float32),
                      "source": random.integers(0, nodes, edges),
                      "target": np.sort(target) if is_sorted else target,
                      "key": (np.sort(key) if is_sorted else key).astype(np.int32)}
            wanted = expected(**inputs)
            for way in (COMPILED, REFERENCE) if nodes < 50 else (COMPILED,):
                found = program.run("gather", inputs, "total most own pairs loose", way=way)
                for one, other in zip(found, wanted):
                    np.testing.assert_allclose(one, other, rtol=2e-5, atol=2e-5)
    # A position that is none is told of, though it was asked for ahead.
    inputs["source"][-1] = nodes + 1_000_000_000
    program.refused("gather", inputs, "total most own pairs loose", "index.range", ways=(COMPILED,))
print("rows of edges: as numpy's")
