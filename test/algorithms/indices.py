"""indices.weft against plain loops; and whichever element is no index, the call names it."""
import sys

import numpy as np
import weft_runs

random = np.random.default_rng(9)
program = weft_runs.Program(sys.argv[1], "--real", "f64")
step = random.integers(0, 5, (3, 5))
table, onward, toggles = random.normal(size=(12, 3)), random.integers(0, 12, 12), np.array([True, False, False])


def drawn(length):
    x = random.normal(size=12)
    draw = lambda bound: random.integers(0, bound, length)
    return {"looked_up": {"t": draw(12), "table": table}, "twice": {"t": draw(12), "u": onward},
            "painted": {"x": draw(10), "k": draw(3)}, "gathered": {"x": x, "source": draw(12), "target": draw(12)},
            "machine": {"begin": np.array(3), "x": draw(3), "b": draw(2) == 1, "step": step},
            "flips": {"x": draw(3), "t": toggles}}


def plainly(entry, given):
    if entry == "looked_up":
        return {"y": table[given["t"]]}
    if entry == "twice":
        return {"y": onward[onward[given["t"]]]}
    if entry == "painted":
        colours, now = [], 0
        for colour in given["k"]:
            now = colour or now
            colours.append(now)
        return {"y": np.array(colours, int), "z": (given["x"] + np.array(colours, int)) % 10}
    if entry == "gathered":
        return {"y": np.bincount(given["target"], given["x"][given["source"]], 12)}
    state = 3 if entry == "machine" else False
    for i, letter in enumerate(given["x"]):
        if entry == "flips":
            state = not state if toggles[letter] else state and letter != 2
        else:
            state = step[letter, state] if given["b"][i] else step[letter, step[letter, state]]
    return {"s" if entry == "machine" else "on": np.array(state)}


for length in (64, 0, 1, 7, 1_000):
    for entry, given in drawn(length).items():
        ways = (weft_runs.COMPILED, weft_runs.REFERENCE)[:1 if length > 64 else 2]
        program.close(entry, given, plainly(entry, given), ways=ways, tolerance=1e-12)

BOUNDS = {"t": 12, "x": 3, "k": 3, "source": 12, "target": 12}
for entry, given in drawn(1_000).items():
    library = program.library(entry)
    for name in set(given) & set(BOUNDS) - ({"x", "t"} if entry in ("gathered", "flips") else set()):
        bound = 10 if entry == "painted" and name == "x" else BOUNDS[name]
        for place, number in ((0, bound), (999, -1), (500, 2 ** 62), (993, -2 ** 63), (64, bound)):
            wrong = dict(given, **{name: given[name].copy()})
            wrong[name][place] = number
            if place == 64:
                wrong[name][65:] = number
            try:
                library.call(wrong, {})
            except Exception as error:
                message = f"input `{name}` holds {number} at [{place}], which is no index of"
                assert message in str(error), (entry, name, place, number, error)
            else:
                assert False, (entry, name, place, number)
    # Keys in order are in range when the first and the last are.
    for place, number in ((0, -1), (999, 12)) if entry == "gathered" else ():
        wrong = dict(given, target=np.sort(given["target"]))
        wrong["target"][place] = number
        try:
            library.call(wrong, {})
        except Exception as error:
            assert f"input `target` holds {number} at [{place}]" in str(error), (place, number, error)
        else:
            assert False, (place, number)
    program.close(entry, given, plainly(entry, given), ways=[weft_runs.COMPILED], tolerance=1e-12)
