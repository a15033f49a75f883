#!/usr/bin/env python3
"""Random cells on random networks. What they make must give the same compiled, by the reference, and by the reference of
the network without ties, its weights written out; and the compiler must not refute that the two are equal.

The network written out is a morphism of its own: boxes hold what is stored, equations compute the occurrences' weights
from it, cell after cell from the last to the first, and the layers take these as wires. With `--wrong` one number in
them is changed: then the compiler must never prove that they are equal while the reference tells them apart.
"""
import argparse
import os
import random
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from comparing import compare

AXES = "axis Seq\naxis N = 4, M = 3, Layer = 3, Tap = 2, Rank = 2\n"
SIZES = {"N": 4, "M": 3, "Layer": 3, "Tap": 2, "Rank": 2}
BATCH = 20

# Layers: their weights, and what y[s, o] is.
LAYERS = {
    "dense": ({"W": "N N", "b": "N"}, "tanh(sum[i](W[o, i] * x[s, i]) + b[o])"),
    "gated": ({"W": "N N", "g": "N"}, "x[s, o] * g[o] + sum[i](W[o, i] * x[s, i])"),
    "tropical": ({"W": "N N"}, "max[i](W[o, i] + x[s, i])"),
    "chosen": ({"W": "N N"}, "softmax[i](W[o, i], x[s, i])"),
    "wide": ({"U": "M N", "V": "N M"}, "sum[m](V[o, m] * max(0, sum[i](U[m, i] * x[s, i])))"),
    "attending": ({"W": "N N", "v": "N"},
                  "softmax[t where t <= s](sum[i, j](x[s, i] * W[i, j] * x[t, j]) / 4, x[t, o] * v[o])"),
    "convolved": ({"W": "N N Tap"}, "sum[i, r](W[o, i, r] * (x[s - r, i] else 0))"),
    "scaled": ({"c": ""}, "x[s, o] * sin(c)"),
}


class Weight:
    def __init__(self, axes, element="real"):
        self.axes, self.element = tuple(axes), element

    def text(self):
        return self.element + (f"[{', '.join(self.axes)}]" if self.axes else "")


class Formula:
    """What a weight is: its indices, and its text, given how weights are read; `clauses` by constant first index."""
    def __init__(self, indices, clauses):
        self.indices, self.clauses = indices, clauses


class Generator:
    def __init__(self, seed):
        self.random, self.fresh = random.Random(seed), 0
        self.boxes = {}
        for name in ("first", "second", "third")[: self.random.randint(1, 3)]:
            self.boxes[name] = (self.random.choice(sorted(LAYERS)), self.random.random() < 0.4)
        # Sometimes twice the same layer, so that whole boxes can be tied.
        if len(self.boxes) > 1 and self.random.random() < 0.5:
            self.boxes["second"] = self.boxes["first"]
        self.levels = [{f"{box}.{name}": Weight((["Layer"] if chained else []) + axes.split())
                        for box, (layer, chained) in self.boxes.items()
                        for name, axes in LAYERS[layer][0].items()}]
        self.cells = []
        for _ in range(self.random.choice((1, 1, 2, 3))):
            self.cell()

    def chance(self, probability):
        return self.random.random() < probability

    def new(self, added, axes, element="real"):
        self.fresh += 1
        name = f"n{self.fresh}"
        added[name] = Weight(axes, element)
        return name

    def cell(self):
        before = self.levels[-1]
        added, formulas, after = {}, {}, dict(before)
        order = sorted(before)
        self.random.shuffle(order)
        collapsed = ""
        chains = [box for box, (_, chained) in self.boxes.items()
                  if chained and all(before[path].axes[:1] == ("Layer",) for path in before if path.startswith(box + "."))
                  and any(path.startswith(box + ".") for path in before)]
        if chains and self.chance(0.3):
            collapsed = self.random.choice(chains)
            for path in before:
                if path.startswith(collapsed + "."):
                    after[path] = Weight(before[path].axes[1:])
            order = [path for path in order if not path.startswith(collapsed + ".")]
        known = [path for path in before if path not in order]
        for place, path in enumerate(order):
            if before[path].element == "real" and self.chance(0.7):
                own = []
                formulas[path] = self.formula(path, before, known, added, own)
                if not own:
                    del after[path]
            known.append(path)
        after.update(added)
        self.cells.append((added, formulas, collapsed))
        self.levels.append(after)

    def formula(self, path, before, known, added, own):
        axes = before[path].axes
        indices = [f"i{at}" for at in range(len(axes))]
        at = list(zip(indices, axes))
        if axes and axes[0] != "Layer" and self.chance(0.15):
            parts = [self.sum(path, at[1:], before, known, added, [], None) for _ in range(SIZES[axes[0]])]
            return Formula(indices, [([str(i)] + indices[1:], part) for i, part in enumerate(parts)])
        return Formula(indices, [(indices, self.sum(path, at, before, known, added, own, path))])

    def sum(self, path, at, before, known, added, own, self_path):
        parts = [self.part(at, before, known, added) for _ in range(self.random.choice((1, 1, 2)))]
        if self_path and self.chance(0.3):
            own.append(path)
            parts.append(lambda read: read(path, [index for index, _ in at], own=True))
        if self.chance(0.15):
            inner = parts[0]
            parts[0] = lambda read: f"tanh({inner(read)})"
        return lambda read: " + ".join(part(read) for part in parts)

    def part(self, at, before, known, added):
        """A formula with these (index, axis) pairs free."""
        names = [index for index, _ in at]
        axes = [axis for _, axis in at]
        ways = ["new"] * 3 + ["constant"]
        others = [other for other in known if before[other].element == "real" and self.fits(before[other].axes, axes)]
        ways += ["other"] * 6 if others else []
        if len(at) >= 2:
            ways += ["low rank", "outer", "quantised", "turned"]
            if axes[-1] == axes[-2]:
                ways += ["toeplitz", "diagonal", "symmetric"]
        if at:
            ways += ["indexed", "scaled"]
        way = self.random.choice(ways)
        if way == "constant":
            value = self.random.choice((0.5, 1.0, -0.25))
            return lambda read: f"{value}"
        if way == "other":
            other = self.random.choice(others)
            positions = self.positions(before[other].axes, at)
            factor = self.random.choice(("", "", "2 * ", "-"))
            return lambda read: f"({factor}{read(other, positions)})"
        if way == "low rank":
            a, b = self.new(added, [*axes[:-1], "Rank"]), self.new(added, ["Rank", axes[-1]])
            return lambda read: f"sum[k](" + read(a, [*names[:-1], "k"]) + " * " + read(b, ["k", names[-1]]) + ")"
        if way == "outer":
            u, v = self.new(added, axes[:1]), self.new(added, axes[1:])
            return lambda read: f"{read(u, names[:1])} * {read(v, names[1:])}"
        if way == "quantised":
            q, scale = self.new(added, axes, "i8"), self.new(added, axes[:1])
            return lambda read: f"{read(scale, names[:1])} * real({read(q, names)})"
        if way == "toeplitz":
            k = self.new(added, axes[:-1])
            shift = f"{axes[-1]}(({names[-2]} - {names[-1]}) mod #{axes[-1]})"
            return lambda read: read(k, [*names[:-2], shift])
        if way == "diagonal":
            d = self.new(added, axes[:-1])
            return lambda read: f"(if {names[-2]} == {names[-1]} then {read(d, names[:-1])} else 0)"
        if way == "symmetric":
            s = self.new(added, axes)
            turned = [*names[:-2], names[-1], names[-2]]
            return lambda read: f"({read(s, names)} + {read(s, turned)}) / 2"
        if way == "turned":
            s = self.new(added, axes[::-1])
            return lambda read: read(s, names[::-1])
        if way == "indexed":
            w = self.new(added, axes[:1])
            return lambda read: f"{read(w, names[:1])} * (real({names[-1]}) + 1)"
        if way == "scaled":
            g, w = self.new(added, []), self.new(added, axes)
            return lambda read: f"{read(g, [])} * {read(w, names)}"
        w = self.new(added, axes)
        return lambda read: read(w, names)

    @staticmethod
    def fits(axes, free):
        return all(axis in free or axis in ("Layer", "Tap") for axis in axes)

    def positions(self, axes, at):
        left, found = list(at), []
        for axis in axes:
            index = next((pair for pair in left if pair[1] == axis), None)
            if index:
                found.append(index[0])
                left.remove(index)
            elif any(pair[1] == axis for pair in at):
                found.append(next(pair[0] for pair in at if pair[1] == axis))
            else:
                found.append(str(self.random.randrange(SIZES[axis])))
        return found

    # How a weight of the subject is written in a cell: a chain's index stands at its box.
    def written(self, path, positions, level):
        box, dot, name = path.partition(".")
        if not dot:
            return path + (f"[{', '.join(positions)}]" if positions else "")
        count = 1 if level[path].axes[:1] == ("Layer",) else 0
        head = box + (f"[{positions[0]}]" if count else "")
        rest = positions[count:]
        return f"{head}.{name}" + (f"[{', '.join(rest)}]" if rest else "")

    def cell_text(self, number, source, target, shuffled=False):
        added, formulas, collapsed = self.cells[number]
        level = self.levels[number]
        lines = []
        for path, formula in formulas.items():
            for positions, text in formula.clauses:
                read = lambda other, at, own=False: self.written(other, at, level if other in level else added)
                lines.append(f"  {self.written(path, positions, level)} = {text(read)}")
        if collapsed:
            lines.append(f"  {collapsed}[l] = {collapsed}[0]")
        if shuffled:
            lines.reverse()
        declared = ", ".join(f"{name}: {weight.text()}" for name, weight in added.items())
        weights = f" weights {declared}" if declared else ""
        name = f"cell_{number}" + ("_shuffled" if shuffled else "")
        return f"cell {name} : {source} => {target}{weights} {{\n" + "\n".join(lines) + "\n}\n"

    def expanded(self, wrong):
        """The morphism whose weights are those stored at the end."""
        last = self.levels[-1]
        stores, body = [], []
        for box in self.boxes:
            held = {path.partition(".")[2]: weight for path, weight in last.items() if path.startswith(box + ".")}
            if not held:
                continue
            own = all(weight.axes[:1] == ("Layer",) for weight in held.values()) and self.boxes[box][1]
            inner = {name: Weight(weight.axes[1:] if own else weight.axes) for name, weight in held.items()}
            outputs = ", ".join(f"{name}_: {weight.text()}" for name, weight in inner.items())
            weights = ", ".join(f"{name}: {weight.text()}" for name, weight in inner.items())
            stores.append(f"morphism store_{box} () -> ({outputs}) weights {weights} {{ " +
                          "  ".join(f"{name}_ = {name}" for name in inner) + " }\n")
            body.append(f"  box {box}: " + ("each " if own else "") + f"store_{box}" + (" over Layer" if own else ""))
            wires = [f"p{len(self.cells)}_{box}_{name}" for name in held]
            body.append(f"  {wires[0] if len(wires) == 1 else '(' + ', '.join(wires) + ')'} = {box}()")
        wire = lambda number, path: f"p{number}_{path.replace('.', '_')}" if number < len(self.cells) or "." in path else path
        for number in reversed(range(len(self.cells))):
            added, formulas, collapsed = self.cells[number]
            for path, weight in self.levels[number].items():
                here = wire(number, path)
                if path in formulas:
                    def read(other, positions, own=False):
                        name = wire(number + 1 if own or other in added else number, other)
                        return name + (f"[{', '.join(positions)}]" if positions else "")
                    formula = formulas[path]
                    at = ", ".join(f"{index}: {axis}" for index, axis in zip(formula.indices, weight.axes))
                    *cases, (_, right) = formula.clauses
                    cases = [f"if {formula.indices[0]} == {weight.axes[0]}({at_[0]}) then {text(read)} else "
                             for at_, text in cases]
                    body.append(f"  {here}{f'[{at}]' if at else ''} = {''.join(cases)}{right(read)}")
                elif collapsed and path.startswith(collapsed + "."):
                    indices = [f"i{at}" for at in range(len(weight.axes))]
                    inner = f"[{', '.join(indices[1:])}]" if indices[1:] else ""
                    body.append(f"  {here}[{', '.join(['i0: Layer', *indices[1:]])}] = {wire(number + 1, path)}{inner}")
                else:
                    body.append(f"  {here} = {wire(number + 1, path)}")
        stream = "x"
        for box, (layer, chained) in self.boxes.items():
            given = f"given_{layer}"
            body.append(f"  box run_{box}: " + (f"fold {given} over Layer" if chained else given))
            wires = [wire(0, f"{box}.{name}") for name in LAYERS[layer][0]]
            body.append(f"  h_{box} = run_{box}({', '.join([stream, *wires])})")
            stream = f"h_{box}"
        if wrong:
            lines = [at for at, line in enumerate(body) if line.startswith("  p") and "[" in line.partition("=")[0]]
            if lines:
                body[self.random.choice(lines)] += self.random.choice((" + 0", " + 0.125", " - 0.5", " * 1"))
        body.append(f"  y = {stream}")
        own = {name: weight for name, weight in last.items() if "." not in name}
        weights = " weights " + ", ".join(f"{name}: {weight.text()}" for name, weight in own.items()) if own else ""
        return "".join(stores) + ("morphism expanded (x: real[Seq, N]) -> (y: real[Seq, N])" + weights + " {\n" +
                                  "\n".join(body) + "\n}\n")

    def text(self, wrong=False):
        parts = [AXES]
        for layer in sorted({layer for layer, _ in self.boxes.values()}):
            weights, value = LAYERS[layer]
            typed = [f"{name}: {Weight(axes.split()).text()}" for name, axes in weights.items()]
            parts.append(f"morphism {layer} (x: real[Seq, N]) -> (y: real[Seq, N]) weights {', '.join(typed)} {{\n"
                         f"  y[s, o] = {value}\n}}\n")
            parts.append(f"morphism given_{layer} (x: real[Seq, N], {', '.join(typed)}) -> (y: real[Seq, N]) {{\n"
                         f"  y[s, o] = {value}\n}}\n")
        boxes = [f"{box}: " + (f"chain {layer} over Layer" if chained else layer)
                 for box, (layer, chained) in self.boxes.items()]
        parts.append("morphism net = " + " ; ".join(boxes) + "\n")
        names = ["net"] + [f"tied_{number}" for number in range(1, len(self.cells))] + ["tied"]
        for number in range(len(self.cells)):
            parts.append(self.cell_text(number, names[number], names[number + 1]))
        parts.append(self.expanded(wrong))
        # The order of a cell's equations means nothing; and it is a proof obligation, its target being defined.
        parts.append(self.cell_text(len(self.cells) - 1, names[-2], "expanded", shuffled=True))
        if len(self.cells) == 3:
            parts.append("cell front = cell_0 ; cell_1\ncell front_first = front ; cell_2\n"
                         "cell back = cell_1 ; cell_2\ncell back_first = cell_0 ; back\n"
                         "cell unit : net => net { }\ncell with_unit = unit ; cell_0\n")
        return "\n".join(parts) + "\nexport tied\n"


def write(folder, seed, wrong):
    import json
    path = Path(folder) / f"cells-{seed}.weft"
    path.write_text(Generator(seed).text(wrong))
    runs = [{"sizes": {"Seq": size}, "seed": seed + size} for size in (3, 1, 0)]
    path.with_suffix(".json").write_text(json.dumps({"real": "f64" if seed % 2 else "f32", "runs": runs,
                                                     "expanded": "expanded"}))
    return path


def acceptable(verdict, wrong):
    # Of what is changed at one place, many are refuted and the others equal: never proved and different.
    return verdict["verdict"] == "same" or wrong and verdict["verdict"] == "invalid" and \
        "[cell.not-equal]" in verdict["detail"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", default="build/bin/differential-compare")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--keep", help="a folder for the programs")
    chosen = parser.parse_args()
    seeds = range(chosen.seed, chosen.seed + chosen.count)
    batches = [seeds[at: at + BATCH] for at in range(0, len(seeds), BATCH)]
    options = ["--normal-form"] if chosen.wrong else []
    bad, refuted, compared = [], 0, 0
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(chosen.jobs) as pool:
        folder = chosen.keep or temporary
        Path(folder).mkdir(parents=True, exist_ok=True)
        judged = pool.map(lambda batch: compare(chosen.tool, [write(folder, seed, chosen.wrong) for seed in batch], options),
                          batches)
        for seed, verdict in zip(seeds, (verdict for batch in judged for verdict in batch)):
            refuted += verdict["verdict"] == "invalid"
            compared += verdict.get("compared", 0)
            if not acceptable(verdict, chosen.wrong):
                bad.append(seed)
                if len(bad) <= 10:
                    print(f"--- seed {seed}: {verdict['verdict']}: {verdict.get('detail', '')[:3000]}\n"
                          f"{Generator(seed).text(chosen.wrong)}")
    print(f"{len(seeds)} programs with cells, {compared} runs, {refuted} refuted, {len(bad)} bad: {bad[:50]}")
    return 1 if bad or (chosen.wrong and refuted < len(seeds) // 10) else 0


if __name__ == "__main__":
    sys.exit(main())
