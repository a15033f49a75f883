"""scans.weft against the folds as they are written: a loop over all elements for every position."""
import sys

import numpy as np
import weft_runs

random = np.random.default_rng(6)
program = weft_runs.Program(sys.argv[1], "--real", "f64")
SIZES = (7, 0, 1, 64, 37, 1_000)


def affine(pairs):
    y = 0.0
    for a, b in pairs:
        y = a * y + b
    return y


def matrix(pairs):
    m = np.eye(2)
    for x, y in pairs:
        m = m @ np.array([[x, y], [0, 1]])
    return m[0, 0] + 2 * m[0, 1]


def at_each(fold, count, a, b, holds):
    return np.array([fold([(a[s], b[s]) for s in range(len(a)) if holds(s, t)]) for t in range(count)], float)


def ways(length):
    # The interpreter folds anew at every position.
    return [weft_runs.COMPILED, weft_runs.REFERENCE][:1 if length > 64 else 2]


def draw(*shape):
    return random.uniform(-1, 1, shape)


for length in SIZES:
    a, b, sizes = draw(length), draw(length), ways(length)
    if length < 1_000:
        program.close("directions", {"a": a, "b": b}, {
            "le": at_each(affine, length, a, b, lambda s, t: s <= t),
            "lt": at_each(affine, length, a, b, lambda s, t: s < t),
            "ge": at_each(affine, length, a, b, lambda s, t: s >= t),
            "gt": at_each(affine, length, a, b, lambda s, t: s > t)}, ways=sizes, tolerance=1e-12)
        program.close("shifts", {"a": a, "b": b}, {
            "early": at_each(matrix, length, a, b, lambda s, t: s <= t - 2),
            "late": at_each(matrix, length, a, b, lambda s, t: s < t + 3),
            "ahead": at_each(matrix, length, a, b, lambda s, t: s >= t + 2),
            "behind": at_each(matrix, length, a, b, lambda s, t: s + 4 > t)}, ways=sizes, tolerance=1e-12)
        for other in (0, 1, 5, 70):
            z = draw(other)
            program.close("two_axes", {"a": a, "b": b, "z": z}, {
                "y": z + at_each(matrix, other, a, b, lambda s, u: s <= u + 1),
                "w": z * at_each(matrix, other, a, b, lambda s, u: s >= u - 2)}, ways=ways(max(length, other)),
                tolerance=1e-12)
    x, kinds, flag = random.integers(-50, 50, length), random.integers(0, 3, length), random.integers(0, 2, length) > 0
    carried = []
    for kind in kinds:
        carried.append(kind if kind != 1 or not carried else carried[-1])
    before = [1] + carried[:-1]
    program.close("within", {"x": x, "kind": kinds, "flag": flag}, {
        "total": np.where(flag, np.cumsum(x), -1), "digit": np.array([(v + (c == 2)) % 10 for v, c in zip(x, before)], int),
        "some": np.array([flag[t:].any() and not flag[t] for t in range(length)], bool),
        "ratio": np.cumsum(x) / (1 + np.array([np.abs(x[t + 1:]).sum() for t in range(length)]))}, ways=sizes,
        tolerance=1e-12)
    program.close("best", {"x": np.round(4 * a)}, {
        "most": np.array([np.argmax(np.round(4 * a)[:t + 1]) for t in range(length)], int),
        "least": np.array([t + np.argmin(np.round(4 * a)[t:]) for t in range(length)], int)}, ways=sizes)
    program.equal("ends", {"x": a}, {"f": a, "l": a}, ways=sizes)
    w = draw(length)
    program.close("unlike", {"x": a, "w": w}, {"y": [np.dot(a[:t + 1], w[t::-1]) for t in range(length)]}, ways=sizes,
                  tolerance=1e-12)
    for lane in (1, 19):
        c = draw(length, lane)
        low = [np.max(c[t:][flag[t:]], 0, initial=-np.inf) for t in range(length)]
        program.close("chosen", {"x": a, "take": flag, "a": c}, {
            "y": a - np.cumsum(np.where(flag, a, 0)), "z": np.array(low, float).reshape(length, lane)},
            ways=ways(length * lane // 4), tolerance=1e-12)

for other, length, lane in ((2, 7, 19), (0, 3, 2), (3, 0, 4), (1, 40, 1), (3, 9, 8), (1, 35, 100), (2, 3, 1500)):
    a, b = draw(other, length, lane), draw(other, length, lane)
    h, g, e = np.zeros(a.shape), np.zeros(a.shape), np.zeros((lane, length))
    for l in range(lane):
        for o in range(other):
            h[o, :, l] = at_each(affine, length, a[o, :, l], b[o, :, l], lambda s, t: s <= t)
            g[o, :, l] = 1 + a[o, :, l] * at_each(matrix, length, a[o, :, l], b[o, :, l], lambda s, t: s > t + 1)
        for t in range(length):
            e[l, t] = affine([(a[o, s, l], b[o, s, l]) for s in range(t + 1) for o in range(other)])
    program.close("among_axes", {"a": a, "b": b}, {"h": h, "g": g, "e": e}, tolerance=1e-12)
    x, y = a[..., 0].T, b[..., 0].T
    columns = [at_each(matrix, length, x[:, o], y[:, o], lambda s, t: s <= t) for o in range(other)]
    program.close("running", {"x": x, "y": y}, {"z": np.array(columns).reshape(other, length).T}, tolerance=1e-12)

# Nothing comes before the first; a sum that does not fit is seen where it does not.
program.refused("nothing_yet", {"x": draw(3)}, "most", "fold.empty")
program.equal("overflow", {"x": np.array([1 << 62, 1 << 61, -5])}, {"y": [1 << 62, 3 << 61, (3 << 61) - 5]})
program.refused("overflow", {"x": np.array([1 << 62, 1 << 62, -5])}, "y", "number.overflow")
