"""Softmax over the edges of a node (graph attention): as numpy's, also where the score depends on the node, where some edges
are left out and where a node has none. Its weights are one for each edge, and not one for each node and edge.

RUN: %python %s
REQUIRES: weft
"""
import tempfile
from pathlib import Path

import numpy as np
from weft_runs import COMPILED, REFERENCE, Program

TEXT = """axis Node, Edge
axis Head = 3, Key = 5
morphism attend (x: real[Node, Head, Key], a, b: real[Node, Head], source, target: Node[Edge], used: bool[Edge])
  -> (y: real[Node, Head, Key], total: real[Node, Head])
{
  s[e, h] = a[source[e], h] + b[target[e], h]
  y[v, h, k] = softmax[e where target[e] == v and used[e]](if a[source[e], h] + b[v, h] > 0 then a[source[e], h] + b[v, h]
    else 0.2 * (a[source[e], h] + b[v, h]), x[source[e], h, k])
  total[v, h] = logsumexp[e where v == target[e]](s[e, h])
}
"""
random = np.random.default_rng(3)


def expected(x, a, b, source, target, used):
    scores = a[source] + b[target]
    leaky = np.where(scores > 0, scores, 0.2 * scores)
    y, total = np.full(x.shape, np.nan), np.full(a.shape, -np.inf)
    for v in range(len(x)):
        mine = target == v
        if mine.any():
            total[v] = np.log(np.exp(scores[mine]).sum(0))
        mine &= used
        weights = np.exp(leaky[mine])
        with np.errstate(invalid="ignore"):
            y[v] = (weights[:, :, None] * x[source[mine]]).sum(0) / weights.sum(0)[:, None]
    return y, total


with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "graph.weft"
    path.write_text(TEXT)
    program = Program(path)
    for nodes, edges in ((1, 0), (1, 3), (7, 5), (40, 300), (20_000, 60_000)):
        inputs = {"x": random.standard_normal((nodes, 3, 5)), "a": random.standard_normal((nodes, 3)),
                  "b": random.standard_normal((nodes, 3))}
        inputs = {name: value.astype(np.float32) for name, value in inputs.items()}
        inputs |= {"source": random.integers(0, nodes, edges), "target": random.integers(0, nodes, edges),
                   "used": random.random(edges) < 0.8}
        if nodes > 100:
            # A weight for each node and edge would take 14 GB.
            found = program.run("attend", inputs, "y total", way=COMPILED)
            some = np.flatnonzero(np.isin(inputs["target"], np.arange(50)))
            inputs |= {name: inputs[name][some] for name in ("source", "target", "used")}
            wanted = expected(**inputs)
            found, wanted = [f[:50] for f in found], [w[:50] for w in wanted]
            pairs = [(found, wanted)]
        else:
            wanted = expected(**inputs)
            pairs = [(program.run("attend", inputs, "y total", way=way), wanted) for way in (COMPILED, REFERENCE)]
        for found, wanted in pairs:
            empty = np.isnan(wanted[0])
            assert np.allclose(found[0][~empty], wanted[0][~empty], atol=1e-5, rtol=1e-4), (nodes, edges)
            assert np.allclose(found[1], wanted[1], atol=1e-5, rtol=1e-4), (nodes, edges)
print("fine")
