"""Running folds of matrices that a sum over their rows reads (linear attention, with gates of every kind) go a chunk of
positions at a time: random ones are as numpy's loop in float64, at lengths around those of chunks, the same with threads,
and what is not a number, or infinite, reaches no position before its own.

RUN: %python %s
REQUIRES: weft
"""
import random
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from weft_runs import COMPILED, REFERENCE, Program

MONOIDS = """
monoid mine {
  carrier (value: real, gate: real)
  unit (0, 1)
  a * b = (b.value + b.gate * a.value, b.gate * a.gate)
  lift (gate, x) = (x, gate)
  lower s = s.value
}
monoid logarithmic {
  carrier (g: real, v: real)
  unit (0, 0)
  a * b = (a.g + b.g, a.v * exp(b.g) + b.v)
  lower s = s.v
}
"""
SIZES = {"Batch": 2, "Head": 3, "Row": 4, "Other": 8, "Column": 16, "Wide": 20}
LETTERS = {"Time": "t", "Batch": "b", "Head": "h", "Row": "r", "Other": "o", "Column": "c", "Wide": "w", "More": "m"}


def drawn(generator, axes, at_least=0):
    return generator.sample(axes, generator.randint(at_least, len(axes)))


class Recurrence:
    """One program, and its loop in numpy."""

    def __init__(self, generator):
        self.batch, self.rows = drawn(generator, ["Batch", "Head"]), generator.choice([["Other"], ["Row", "Other"], ["Row", "Head"]])
        self.batch = [axis for axis in self.batch if axis not in self.rows]
        self.columns = generator.choice([["Column"], ["Wide"], ["Column", "Wide"]])
        self.more = drawn(generator, ["More"])
        self.monoid = generator.choice(["affine", "mine", "logarithmic", "sum"])
        self.exclusive = generator.random() < 0.3
        self.gated = drawn(generator, self.batch) + drawn(generator, self.rows)
        order = ["Time", *self.batch, *self.rows, *self.columns]
        generator.shuffle(order)
        self.wires = {"k": ["Time", *self.batch, *self.rows], "v": ["Time", *drawn(generator, self.batch), *self.columns],
                      "q": ["Time", *self.batch, *self.more, *self.rows]}
        if self.monoid != "sum":
            self.wires["g"] = [*drawn(generator, ["Time"]), *self.gated]
        for axes in self.wires.values():
            generator.shuffle(axes)
        result = ["Time", *self.batch, *self.more, *self.columns]
        generator.shuffle(result)
        self.result, self.scaled = result, generator.random() < 0.5
        index = lambda axes, time: ", ".join(time if axis == "Time" else LETTERS[axis] for axis in axes)
        value = f"k[{index(self.wires['k'], 's')}] * v[{index(self.wires['v'], 's')}]"
        factor = "v0 * " if self.scaled else ""
        lifted = value if self.monoid == "sum" else f"g[{index(self.wires['g'], 's')}], {value}"
        wires = ", ".join(f"{name}: real[{', '.join(axes)}]" for name, axes in self.wires.items() if axes)
        wires += "".join(f", {name}: real" for name, axes in self.wires.items() if not axes)
        self.text = "\n".join([
            "axis Time", "axis More = 2", *(f"axis {axis} = {size}" for axis, size in SIZES.items()), MONOIDS,
            f"export morphism attend ({wires}{', v0: real' if self.scaled else ''}) -> (y: real[{', '.join(result)}])", "{",
            f"  state[{index(order, 't')}] = {self.monoid}[s where s {'<' if self.exclusive else '<='} t]({lifted})",
            f"  y[{index(result, 't')}] = 1 + sum[{', '.join(LETTERS[axis] for axis in self.rows)}]"
            f"({factor}q[{index(self.wires['q'], 't')}] * state[{index(order, 't')}])", "}", ""])
        for name in "kvqg":
            if not self.wires.get(name, [1]):
                self.text = self.text.replace(f"{name}[]", name)

    def inputs(self, generator, length):
        size = {**SIZES, "More": 2, "Time": length}
        inputs = {name: generator.standard_normal([size[axis] for axis in axes]) for name, axes in self.wires.items()}
        if "g" in inputs:
            gate = generator.uniform(0, 1, inputs["g"].shape) ** generator.choice([0.1, 1, 9])
            inputs["g"] = np.log(np.maximum(gate, 1e-30)) if self.monoid == "logarithmic" else gate
        if self.scaled:
            inputs["v0"] = generator.standard_normal([])
        return {name: np.asarray(value, np.float32) for name, value in inputs.items()}

    def expected(self, inputs, length):
        size = {**SIZES, "More": 2}

        def at(name, t):
            axes = self.wires[name]
            value = inputs[name].astype(float)
            return value.take(t, axes.index("Time")) if "Time" in axes else value

        def letters(axes):
            return "".join(LETTERS[axis] for axis in axes if axis != "Time")

        state_axes = [*self.batch, *self.rows, *self.columns]
        state = np.zeros([size[axis] for axis in state_axes])
        y = np.zeros([length, *(size[axis] for axis in self.result if axis != "Time")])
        read = f"{letters(self.wires['q'])},{letters(state_axes)}->{letters(self.result)}"
        for t in range(length):
            before = state
            added = np.einsum(f"{letters(self.wires['k'])},{letters(self.wires['v'])}->{letters(state_axes)}",
                              at("k", t), at("v", t))
            gate = at("g", t) if self.monoid != "sum" else np.ones(())
            gate = np.exp(gate) if self.monoid == "logarithmic" else gate
            ones = np.ones(state.shape)
            of_gate = letters(self.wires["g"]) if self.monoid != "sum" else ""
            with np.errstate(invalid="ignore"):
                state = np.einsum(f"{of_gate},{letters(state_axes)}->{letters(state_axes)}", gate, ones) * state + added
                y[t] = 1 + (inputs["v0"] if self.scaled else 1) * np.einsum(read, at("q", t),
                                                                           before if self.exclusive else state)
        return np.moveaxis(y, 0, self.result.index("Time"))


with tempfile.TemporaryDirectory() as folder:
    for seed in range(7):
        recurrence = Recurrence(random.Random(seed))
        path = Path(folder) / f"attend{seed}.weft"
        path.write_text(recurrence.text)
        normal = subprocess.run(["weft", "emit", path, "--stage", "normal"], capture_output=True, text=True)
        assert "in_chunk" in normal.stdout, recurrence.text + normal.stderr
        program, generator = Program(str(path)), np.random.default_rng(seed)
        for length in (33, 0, 1, 7, 8, 64, 100):
            inputs = recurrence.inputs(generator, length)
            ways = [COMPILED, REFERENCE] if length == 7 else [COMPILED]
            program.close("attend", inputs, {"y": recurrence.expected(inputs, length)}, ways=ways, tolerance=4e-6)
        again = program.run("attend", inputs, "y", way=("--threads", "2"))
        assert np.array_equal(again, program.run("attend", inputs, "y")), recurrence.text
        for odd in (np.inf, np.nan):
            clean = program.run("attend", inputs, "y")
            spoiled = np.moveaxis(inputs["v"], recurrence.wires["v"].index("Time"), 0)
            spoiled[45] = odd
            got = program.run("attend", inputs, "y")
            time = recurrence.result.index("Time")
            first = 45 + recurrence.exclusive
            assert np.array_equal(got.take(range(first), time), clean.take(range(first), time)), recurrence.text
            assert not np.isfinite(got.take(first, time)).any(), recurrence.text
            inputs = recurrence.inputs(generator, length)
