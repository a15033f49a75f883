"""attention.weft against numpy in float64, also for scores so far apart that their exponentials overflow."""
import sys

import numpy as np
import weft_runs

random = np.random.default_rng(9)
program = weft_runs.Program(sys.argv[1])
GROUP, MEMBER, KEY, VALUE = 2, 3, 8, 5
HEAD = GROUP * MEMBER


def draw(*shape, scale=1):
    return (scale * random.standard_normal(shape)).astype(np.float32)


def attend(q, k, v, bias=0.0, mask=True):
    """q[s, h, d], k[t, h, d], v[t, h, e]; bias and mask [s, t, h] or broadcast to it."""
    q, k, v = (x.astype(np.float64) for x in (q, k, v))
    scores = np.where(mask, np.einsum("shd,thd->sth", q, k) / np.sqrt(KEY) + bias, -np.inf)
    p = np.exp(scores - np.max(scores, 1, keepdims=True, initial=-1e300))
    with np.errstate(invalid="ignore"):
        return np.einsum("sth,the->she", p, v) / p.sum(1)[:, :, None]


def compare(entry, q, k, v, expected, **more):
    # The interpreter is slow for many pairs.
    ways = [weft_runs.COMPILED, weft_runs.REFERENCE][:1 if len(q) * len(k) > 1_500 else 2]
    program.close(entry, {"q": q, "k": k, "v": v, **more}, {"y": expected}, ways=ways, tolerance=1e-5)


for seq, scale in ((61, 1), (0, 1), (1, 1), (7, 1), (33, 20), (513, 1)):
    q, k, v = draw(seq, HEAD, KEY, scale=scale), draw(seq, HEAD, KEY), draw(seq, HEAD, VALUE)
    s, t = np.arange(seq)[:, None, None], np.arange(seq)[:, None]
    past = t <= s
    causal = attend(q, k, v, mask=past)
    compare("causal", q, k, v, causal)
    compare("blended", q, k, v, causal)
    if seq not in (0, 513):
        compare("full", q, k, v, attend(q, k, v))
        compare("window_of_4", q, k, v, attend(q, k, v, mask=past & (s - t < 4)))
        slope = 2.0 ** (-8 * np.arange(1, HEAD + 1) / HEAD)
        compare("alibi", q, k, v, attend(q, k, v, -slope * (s - t), past))
        few, values = k[:, :GROUP], v[:, :GROUP]
        every = np.arange(HEAD) // MEMBER
        compare("grouped", q, few, values, attend(q, few[:, every], values[:, every], mask=past))

for seq, memory in ((7, 64), (0, 3), (3, 0), (1, 1), (40, 9)):
    q, k, v = draw(seq, HEAD, KEY), draw(memory, HEAD, KEY), draw(memory, HEAD, VALUE)
    compare("cross", q, k, v, attend(q, k, v))
    sees = random.random((seq, memory)) < 0.4
    sees[:1] = False
    compare("masked", q, k, v, attend(q, k, v, mask=sees[:, :, None]), sees=sees)
