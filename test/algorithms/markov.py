"""markov.weft against plain loops, enumerations and numpy in float64, at sizes from nothing to a thousand."""
import itertools
import sys

import numpy as np
import weft_runs

random = np.random.default_rng(4)
program = weft_runs.Program(sys.argv[1], "--real", "f64")
STATE, SYMBOL, VOCAB = 5, 4, 6
inf = np.inf


def log_sum(values):
    top = np.max(values, initial=-inf)
    return top if top == -inf else top + np.log(np.sum(np.exp(np.array(values) - top)))


def logs(*shape):
    return np.log(random.dirichlet(np.ones(shape[-1]), shape[:-1]))


# Hidden Markov models.
begin, move, show = logs(STATE), logs(STATE, STATE), logs(STATE, SYMBOL)
model = {"begin": begin, "steps.move": move, "steps.show": show}
scored = {f"score_of.{name}": value for name, value in model.items()}


def forward(symbols, plus):
    s = begin
    for o in symbols:
        s = [plus([s[i] + move[i, j] for i in range(STATE)]) + show[j, o] for j in range(STATE)]
    return plus(s)


def path_score(states, symbols):
    pairs = zip(states, states[1:], symbols)
    return begin[states[0]] + sum(move[i, j] + show[j, o] for i, j, o in pairs)


for length in (7, 0, 1, 64, 1_000):
    symbols = random.integers(0, SYMBOL, length)
    program.close("best_score", {"o": symbols}, {"score": forward(symbols, max)}, scored, tolerance=1e-12)
    program.close("likelihood", {"o": symbols}, {"score": forward(symbols, log_sum)}, scored, tolerance=1e-12)
    for way in (weft_runs.COMPILED, weft_runs.REFERENCE):
        path, first = program.run("viterbi", {"o": symbols}, "path first_of", model, way=way)
        assert abs(path_score([int(first), *path], symbols) - forward(symbols, max)) < 1e-9
# All paths of a short one, one by one.
symbols = random.integers(0, SYMBOL, 4)
scores = {states: path_score(states, symbols) for states in itertools.product(range(STATE), repeat=5)}
best = max(scores, key=scores.get)
assert abs(forward(symbols, log_sum) - log_sum(list(scores.values()))) < 1e-12
program.equal("viterbi", {"o": symbols}, {"path": best[1:], "first_of": best[0]}, model)


# Connectionist temporal classification.
def ctc(x, label):
    text = [0]
    for symbol in label:
        text += [symbol, 0]
    a = np.array([0.0] + [-inf] * (len(text) - 1))
    for row in x:
        old = a.copy()
        for s, symbol in enumerate(text):
            ways = list(old[max(0, s - 1):s + 1])
            if s > 1 and symbol not in (0, text[s - 2]):
                ways.append(old[s - 2])
            a[s] = log_sum(ways) + row[symbol]
    return log_sum(a[-2:] if len(label) else a)


def spelled(symbols):
    """Without repetitions, then without blanks."""
    return [symbol for symbol, _ in itertools.groupby(symbols) if symbol]


for length, label in ((7, [1, 1, 2]), (0, []), (0, [1]), (1, []), (2, [2, 2]), (64, [3, 1, 1, 5]), (1_000, random.integers(1, VOCAB, 64))):
    x = logs(length, VOCAB)
    # The interpreter is slow for the longest.
    ways = [weft_runs.COMPILED, weft_runs.REFERENCE][:1 if length > 64 else 2]
    inputs = {"x": x, "label": np.array(label, np.int64)}
    program.close("ctc", inputs, {"score": ctc(x, label)}, tolerance=1e-11, ways=ways)
x = logs(5, VOCAB)
total = log_sum([sum(x[t, s] for t, s in enumerate(way)) for way in itertools.product(range(VOCAB), repeat=5)
                 if spelled(way) == [2, 2, 5]])
program.close("ctc", {"x": x, "label": [2, 2, 5]}, {"score": total}, tolerance=1e-12)


# Smith and Waterman.
def align(x, y):
    h = np.zeros((len(x) + 1, len(y) + 1))
    for i, a in enumerate(x, 1):
        for j, b in enumerate(y, 1):
            h[i, j] = max(0, h[i - 1, j - 1] + (3 if a == b else -3), h[i - 1, j] - 2, h[i, j - 1] - 2)
    return h.max()


for left, right in ((7, 64), (0, 7), (7, 0), (1, 1), (64, 1), (1_000, 64)):
    x, y = random.integers(0, SYMBOL, left), random.integers(0, SYMBOL, right)
    ways = [weft_runs.COMPILED, weft_runs.REFERENCE][:1 if left > 64 else 2]
    program.equal("align", {"x": x, "y": y}, {"score": align(x, y)}, ways=ways)
# The published example: TGTTACGG and GGTTGACTA, GTT-AC and GTTGAC.
x, y = ([" ACGT".index(letter) - 1 for letter in word] for word in ("TGTTACGG", "GGTTGACTA"))
program.equal("align", {"x": x, "y": y}, {"score": 13.0})
