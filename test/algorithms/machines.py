"""machines.weft against step by step loops of numpy in float64."""
import sys

import numpy as np
import weft_runs

random = np.random.default_rng(8)
program = weft_runs.Program(sys.argv[1])
INPUT, WIDE, KEY, VALUE, EXPERT, TAP = 6, 5, 4, 3, 4, 3
LENGTHS = (7, 0, 1)


def draw(*shape):
    return random.standard_normal(shape).astype(np.float32)


def double(weights):
    return {name: value.astype(np.float64) for name, value in weights.items()}


def under(path, weights):
    return {f"{path}.{name}": value for name, value in weights.items()}


def ways(length):
    return [weft_runs.COMPILED, weft_runs.REFERENCE][:1 if length > 64 else 2]


def stacked(rows, *shape):
    return np.array(rows) if len(rows) else np.zeros((0, *shape))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# Recurrent cells.
cell = {"Wx": draw(3, WIDE, INPUT), "Wh": draw(3, WIDE, WIDE), "b": draw(3, WIDE), "c": draw(WIDE)}
w, out, start = double(cell), draw(VALUE, WIDE), draw(WIDE)


def gru(h, x):
    from_x, from_h = w["Wx"] @ x + w["b"], w["Wh"] @ h
    r, z = sigmoid(from_x[:2] + from_h[:2])
    n = np.tanh(from_x[2] + r * (from_h[2] + w["c"]))
    return (1 - z) * n + z * h


for length in (*LENGTHS, 64, 1_000):
    x, states = draw(length, INPUT), [start.astype(np.float64)]
    for row in x:
        states.append(gru(states[-1], row))
    states = np.array(states)
    inputs = {"h": start, "x": x}
    program.close("gru_fold", inputs, {"last_state": states[-1]}, under("cell_of", cell))
    weights = {"out": out, **under("gru", cell)}
    program.close("mealy", inputs, {"next": states[-1], "y": states[1:] @ out.T}, under("gru_mealy", weights))
    program.close("moore", inputs, {"next": states[-1], "y": states[:-1] @ out.T}, under("moore_step", weights))

turn = draw(WIDE, WIDE)
for length in (7, 1):
    s, said = start, []
    for _ in range(length):
        said.append(out @ s)
        s = np.tanh(turn @ s)
    program.close("speaker", {"s": start}, {"next": s, "y": said}, under("speak", {"turn": turn, "out": out}),
                  {"Time": length})

# A selective state space.
weights = {"Wu": draw(INPUT, WIDE), "Wz": draw(INPUT, WIDE), "taps": draw(WIDE, TAP), "Wdelta": draw(WIDE, WIDE),
           "bdelta": draw(WIDE), "Wb": draw(WIDE, KEY), "Wc": draw(WIDE, KEY), "log_a": draw(WIDE, KEY),
           "skip": draw(WIDE), "Wo": draw(WIDE, INPUT)}


def mamba(x, w):
    u, h, y = x @ w["Wu"], np.zeros((WIDE, KEY)), []
    padded = np.concatenate([np.zeros((TAP - 1, WIDE)), u])
    for t, row in enumerate(x):
        v = np.einsum("dk,kd->d", w["taps"], padded[t:t + TAP])
        v = v * sigmoid(v)
        delta = np.logaddexp(0, v @ w["Wdelta"] + w["bdelta"])
        h = np.exp(-delta[:, None] * np.exp(w["log_a"])) * h + np.outer(delta * v, v @ w["Wb"])
        z = row @ w["Wz"]
        y.append((h @ (v @ w["Wc"]) + w["skip"] * v) * z * sigmoid(z) @ w["Wo"])
    return stacked(y, INPUT)


for length in (*LENGTHS, 64, 1_000):
    x = draw(length, INPUT)
    program.close("mamba", {"x": x}, {"y": mamba(x.astype(np.float64), double(weights))}, weights, ways=ways(length))

# Gated linear attention.
weights = {"Wq": draw(INPUT, KEY), "Wk": draw(INPUT, KEY), "Wg": draw(INPUT, KEY), "Wv": draw(INPUT, VALUE)}


def linear_attention(x, w):
    memory, y = np.zeros((KEY, VALUE)), []
    for row in x:
        memory = sigmoid(row @ w["Wg"])[:, None] * memory + np.outer(row @ w["Wk"], row @ w["Wv"])
        y.append(row @ w["Wq"] @ memory)
    return stacked(y, VALUE)


for length in (*LENGTHS, 64, 1_000):
    x = draw(length, INPUT)
    program.close("gated_linear_attention", {"x": x}, {"y": linear_attention(x.astype(np.float64), double(weights))},
                  weights, ways=ways(length))

# A mixture of experts; small integers make many scores equal, and the first expert wins.
weights = {"Wr": np.sign(draw(EXPERT, INPUT)), "W": draw(EXPERT, VALUE, INPUT), "b": draw(EXPERT, VALUE)}
for length in (*LENGTHS, 64, 1_000):
    x, w = np.round(draw(length, INPUT)), double(weights)
    scores = x @ w["Wr"].T
    chosen = np.argmax(scores, 1)
    share = np.exp(scores.max(1)) / np.exp(scores).sum(1)
    y = [s * (w["W"][e] @ row + w["b"][e]) for s, e, row in zip(share, chosen, x)]
    program.close("route", {"x": x}, {"y": stacked(y, VALUE), "chosen": chosen,
                                      "load": np.bincount(chosen, minlength=EXPERT)}, weights, ways=ways(length))

# A tree: the same leaves through seven cells, a cell a level, and one.
leaves = draw(8, WIDE)


def tree(weights):
    """Weights of the forks of each level, from below."""
    level = leaves.astype(np.float64)
    for forks in weights:
        pairs = level.reshape(-1, 2, WIDE)
        level = np.array([np.tanh(Wl @ left + Wr @ right + b) for (left, right), (Wl, Wr, b) in zip(pairs, forks)])
    return level


def fork():
    return draw(WIDE, WIDE), draw(WIDE, WIDE), draw(WIDE)


def named(path, parts):
    return under(path, dict(zip(("Wl", "Wr", "b"), parts)))


def several(path, forks):
    return named(path, [np.stack(part) for part in zip(*forks)])


all_of = [[fork() for _ in range(count)] for count in (4, 2, 1)]
names = ("low", "middle", "high")
one, levels = all_of[0][0], [forks[0] for forks in all_of]
stored = {name: value for path, forks in zip(names, all_of) for name, value in several(path, forks).items()}
program.close("tree_of_all", {"leaves": leaves}, {"root": tree(all_of)}, stored)
stored = named("low", levels[0]) | named("middle", levels[1]) | several("high", [levels[2]])
per_level = [[levels[0]] * 4, [levels[1]] * 2, [levels[2]]]
program.close("tree_of_levels", {"leaves": leaves}, {"root": tree(per_level)}, stored)
program.close("tree", {"leaves": leaves}, {"root": tree([[one] * 4, [one] * 2, [one]])}, named("low", one))
