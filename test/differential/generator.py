"""Random well-typed programs over all constructs: `generate(seed)`."""
import itertools
import random as randomness
from dataclasses import dataclass

from expressions import Expressions
from program import (INTEGERS, REALS, Application, Clause, Diagram, Equation, Expr, Morphism, Program, Wire, Work, most,
                     over)
from world import World


# How often the reference may evaluate the innermost expression of a program in one run.
MOST_WORK = 50_000


@dataclass
class Component:
    """A diagram with its wires; `names` are those of its inputs where `with` may say them."""
    diagram: str
    inputs: list
    outputs: list
    weighted: bool
    work: Work
    names: tuple = ()
    typed: bool = True     # its wires can be told from the diagram alone


class Generator:
    def __init__(self, seed):
        self.random = randomness.Random(seed)
        self.world = World(self.random)
        self.morphisms, self.count = [], 0

    def chance(self, probability):
        return self.random.random() < probability

    def name(self, stem):
        self.count += 1
        return f"{stem}{self.count}"

    # Types.

    def element(self):
        roll = self.random.random()
        if roll < 0.6:
            return "real"
        if roll < 0.7:
            return self.random.choice(REALS[1:])
        if roll < 0.8:
            return "i64"
        if roll < 0.86:
            return self.random.choice(INTEGERS[1:])
        return "bool" if roll < 0.92 else self.random.choice(list(self.world.sizes))

    def wire(self, rank=2, element=None):
        count = self.random.choice([0, 1, 1, 2, 2][: rank * 2 + 1])
        return Wire(element or self.element(), tuple(self.random.choice(self.world.loops) for _ in range(count)))

    # Equations.

    def pattern(self, expressions, axis, declared):
        """An index, or what it is built from, as it stands on the left."""
        parts = self.world.products.get(axis)
        mark = f": {axis}" if not declared or self.chance(0.3) else ""
        if parts and self.chance(0.6):
            inner = [self.pattern(expressions, part, True) for part in parts]
            return f"({', '.join(inner)}){mark}"
        name = self.name("at")
        expressions.indices[name] = axis
        return name + mark

    def clauses(self, expressions, name, wire, declared):
        splits = [(at, axis) for at, axis in enumerate(wire.axes) if axis in self.world.sums or axis in self.world.elements]
        split = self.random.choice(splits) if splits and self.chance(0.7) else None
        cases = [None]
        if split:
            cases = self.world.elements.get(split[1]) or self.world.sums[split[1]]
        for case in cases:
            expressions.indices = {}
            positions = []
            for at, axis in enumerate(wire.axes):
                mark = "" if declared else f": {axis}"
                if not split or at != split[0]:
                    positions.append(self.pattern(expressions, axis, declared))
                elif axis in self.world.elements:
                    positions.append(case + mark)
                else:
                    index = self.name("at")
                    expressions.indices[index] = case
                    positions.append(f"{case} {index}{mark}")
            right = expressions.expression(wire.element, self.random.randint(1, 4))
            left = f"[{', '.join(positions)}]" if positions else ""
            yield Clause(left, right if declared else expressions.typed(right))

    def equation(self, wires, name, wire, declared):
        expressions = Expressions(self.random, self.world)
        expressions.wires = wires
        expressions.fresh = self.count * 10
        return Equation(name, wire, list(self.clauses(expressions, name, wire, declared)))

    # Morphisms of equations.

    def leaf(self, inputs, outputs):
        """A morphism of these types, by equations."""
        name = self.name("part")
        wires = {self.name("x"): wire for wire in inputs}
        taken = dict(wires)
        weights = {}
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            axes = tuple(self.random.choice(self.world.fixed) for _ in range(self.random.randint(0, 2)))
            weights[self.name("w")] = Wire("real", axes)
        wires.update(weights)
        statements = []
        for _ in range(self.random.choice([0, 1, 1, 2])):
            local = self.name("t")
            wire = self.wire()
            statements.append(self.equation(dict(wires), local, wire, False))
            wires[local] = wire
        results = {self.name("y"): wire for wire in outputs}
        for result, wire in results.items():
            statements.append(self.equation(dict(wires), result, wire, True))
        self.random.shuffle(statements)
        statements, weights = live(statements, results, weights)
        morphism = Morphism(name, taken, results, weights, statements, self.contracts(taken, results))
        self.morphisms.append(morphism)
        weighted = bool(weights) or any("gain" in statement.text() for statement in statements)
        return Component(name, list(inputs), list(outputs), weighted, morphism.work(self.world.work), tuple(taken))

    def contracts(self, inputs, outputs):
        """Conditions that hold, of reals without axes or with one."""
        made = []
        for kind, group in (("requires", inputs), ("ensures", outputs)):
            for name, wire in group.items():
                if wire.element != "real" or len(wire.axes) != 1 or not self.chance(0.1):
                    continue
                index = self.name("c")
                element = f"{name}[{index}]"
                made.append(f"{kind} all[{index}: {wire.axes[0]}]({element} * {element} >= 0.0 or {element} != {element})")
        return made

    # Diagrams.

    def component(self, depth):
        makers = [self.any_leaf] * 2
        if depth > 0:
            makers = [self.any_leaf, self.mapped, self.each, self.chain, self.scan, self.folded, self.unfold,
                      self.iterate, self.monoid_fold, self.sequence, self.product, self.standard, self.scalar_map]
        return self.random.choice(makers)(depth)

    def any_leaf(self, _):
        inputs = [self.wire() for _ in range(self.random.randint(1, 3))]
        return self.leaf(inputs, [self.wire() for _ in range(self.random.choice([1, 1, 2]))])

    def repeated(self, word, inner, axis, contexts=()):
        chosen = [at for at, name in enumerate(inner.names) if name in contexts]
        inputs = [wire if at in chosen else wire.over(axis) for at, wire in enumerate(inner.inputs)]
        clause = f" with {contexts[0]}" if len(contexts) == 1 else f" with ({', '.join(contexts)})" if contexts else ""
        text = inner.diagram if inner.names else f"({inner.diagram})"
        return Component(f"{word} {text} over {axis}{clause}", inputs, [wire.over(axis) for wire in inner.outputs],
                         inner.weighted, inner.work * self.world.work(axis), typed=inner.typed)

    def axis_for(self, inner):
        return self.random.choice(self.world.fixed if inner.weighted else self.world.loops)

    def contexts(self, inner, first=0):
        free = inner.names[first:]
        return self.random.sample(free, self.random.randint(1, len(free))) if free and self.chance(0.3) else ()

    def mapped(self, depth):
        inner = self.component(depth - 1)
        return self.repeated("map", inner, self.random.choice(self.world.loops), self.contexts(inner))

    def each(self, depth):
        inner = self.component(depth - 1)
        return self.repeated("each", inner, self.axis_for(inner), self.contexts(inner))

    def states(self, count=None):
        return [self.wire(1) for _ in range(count or self.random.choice([1, 1, 2]))]

    def machine(self, word, free):
        """chain, scan, fold and unfold of a new morphism with states first."""
        states = self.states()
        elements = [] if word == "unfold" else [self.wire(1) for _ in range(self.random.randint(0 if word == "chain" else 1, 2))]
        outputs = [] if word == "fold" else [self.wire(1) for _ in range(self.random.choice([0, 1]) if word == "chain" else 1)]
        inner = self.leaf(states + elements, states + outputs)
        axis = self.axis_for(inner) if not free else self.random.choice(self.world.loops)
        if word in ("fold", "unfold"):
            prefix = word
        else:
            prefix = f"{word}[{len(states)}]" if len(states) > 1 else word
        return Component(f"{prefix} {inner.diagram} over {axis}", states + [wire.over(axis) for wire in elements],
                         states + [wire.over(axis) for wire in outputs], inner.weighted,
                         inner.work * self.world.work(axis))

    def chain(self, _):
        return self.machine("chain", False)

    def scan(self, _):
        return self.machine("scan", True)

    def folded(self, _):
        return self.machine("fold", True)

    def unfold(self, _):
        return self.machine("unfold", True)

    def iterate(self, _):
        # Whether reals come to rest depends on their rounding.
        states = [self.wire(1, self.random.choice(["i64", "i32", "bool"]))]
        inner = self.leaf(states + [self.wire(1)], states)
        bound, times = self.random.choice([("3", Work(3)), ("#A", self.world.work("A")), ("#F + 1", Work(9)), ("0", Work())])
        return Component(f"iterate {inner.diagram} at most {bound}", inner.inputs, states + [Wire("bool")],
                         inner.weighted, inner.work * times)

    def monoid_fold(self, _):
        wire = self.wire(2, self.random.choice(["real", "i64", "bool", "real"]))
        axis = self.random.choice(self.world.loops)
        word = self.random.choice(["fold", "scan"])
        return Component(f"{word} {self.world.monoid_for(wire.element)} over {axis}", [wire.over(axis)],
                         [wire.over(axis) if word == "scan" else wire], False, over((*wire.axes, axis, axis), self.world.work),
                         typed=False)

    def sequence(self, depth):
        first = self.component(depth - 1)
        second = self.leaf(first.outputs, [self.wire()])
        label = f"{self.name('part')}: " if self.chance(0.3) else ""
        return Component(f"{first.diagram} ; {label}{second.diagram}", first.inputs, second.outputs,
                         first.weighted or second.weighted, most([first.work, second.work]), typed=first.typed)

    def product(self, depth):
        first, second = self.component(depth - 1), self.component(0)
        return Component(f"({first.diagram}) * {second.diagram}", first.inputs + second.inputs,
                         first.outputs + second.outputs, first.weighted or second.weighted,
                         most([first.work, second.work]), typed=first.typed and second.typed)

    def standard(self, _):
        model, other = (self.random.choice(self.world.fixed) for _ in range(2))
        diagram, inputs, outputs, weighted = self.random.choice([
            (f"layer_norm[{model}]", [Wire("real", (model,))], [Wire("real", (model,))], True),
            (f"rms_norm[{model}; eps = 0.5]", [Wire("real", (model,))], [Wire("real", (model,))], True),
            (f"dense[{model}, {other}]", [Wire("real", (model,))], [Wire("real", (other,))], True),
            (f"linear[{model}, {other}]", [Wire("real", (model,))], [Wire("real", (other,))], True),
            (f"embedding[{model}, {other}]", [Wire(model)], [Wire("real", (other,))], True),
            ("copy[real]", [Wire("real")], [Wire("real")] * 2, False),
            ("swap[real, bool]", [Wire("real"), Wire("bool")], [Wire("bool"), Wire("real")], False),
            (f"id[i64[{model}]]", [Wire("i64", (model,))], [Wire("i64", (model,))], False)])
        return Component(diagram, inputs, outputs, weighted, over((model, other), self.world.work))

    def scalar_map(self, _):
        name, arguments = self.random.choice(list(self.world.scalars.items()))
        axes = tuple(self.random.choice(self.world.loops) for _ in range(self.random.randint(1, 2)))
        return Component(f"{name}[{', '.join(axes)}]", [Wire("real", axes)] * arguments, [Wire("real", axes)],
                         name == "gain", over(axes, self.world.work))

    def defined(self, component):
        """The same component, as a morphism of its own."""
        name = self.name("d")
        self.morphisms.append(Diagram(name, {}, {}, component.diagram, component.work))
        return Component(name, component.inputs, component.outputs, component.weighted, component.work)

    # The entry.

    def entry(self):
        inputs, wires, statements = {}, {}, []
        for _ in range(self.random.randint(1, 3)):
            component = self.component(2)
            if component.typed and self.chance(0.3):
                component = self.defined(component)
            given = [self.source(wire, inputs, wires, statements) for wire in component.inputs]
            results = [self.name("v") for _ in component.outputs]
            statements.append(Application(results, self.name("b"), component.diagram, given, component.work))
            wires.update(zip(results, component.outputs))
        outputs = {}
        produced = [name for statement in statements for name in statement.defines if isinstance(statement, Application)]
        statements, outputs = self.results(statements, produced, wires)
        return Morphism("net", inputs, outputs, {}, statements)

    def source(self, wire, inputs, wires, statements):
        """A wire of this type: one that is there, an input of the entry, or a new equation."""
        there = [name for name, other in wires.items() if other == wire]
        if there and self.chance(0.7):
            return self.random.choice(there)
        if self.chance(0.6) or not wires:
            name = self.name("given")
            inputs[name] = wire
        else:
            name = self.name("t")
            statements.append(self.equation(dict(wires), name, wire, False))
        wires[name] = wire
        return name

    def results(self, statements, produced, wires):
        """Every box's results go out, by a copy."""
        outputs = {}
        for name in produced:
            result = self.name("out")
            indices = [self.name("at") for _ in wires[name].axes]
            right = Expr(wires[name].element, name + (f"[{', '.join(indices)}]" if indices else ""), reads=(name,), fixed=True)
            left = f"[{', '.join(indices)}]" if indices else ""
            statements.append(Equation(result, wires[name], [Clause(left, right)]))
            outputs[result] = wires[name]
        return statements, outputs

    def runs(self, work):
        largest = max([size for size in range(1, 18) if work.at(size) <= MOST_WORK], default=1)
        made = []
        for number in range(4):
            choices = [size for size in (0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17) if size <= largest]
            if number == 0:
                choices = [size for size in choices if size > 1] or choices
            sizes = {axis: self.random.choice(choices) for axis in self.world.open}
            made.append({"sizes": sizes, "seed": self.random.randrange(1 << 30), "special": number == 3})
        return made


def live(statements, outputs, weights):
    """Equations that some output needs, and those that only delete inputs; weights that some output needs."""
    needed, changed = set(outputs), True
    while changed:
        changed = False
        for statement in statements:
            if needed & set(statement.defines) and not statement.names() <= needed:
                needed |= statement.names()
                changed = True
    kept = [statement for statement in statements if needed & set(statement.defines)]
    return kept, {name: wire for name, wire in weights.items() if name in needed}


def generate(seed):
    """The seed's first program that the reference evaluates in no time where open axes have size 1."""
    for attempt in itertools.count():
        generator = Generator(f"{seed}.{attempt}" if attempt else seed)
        entry = generator.entry()
        morphisms = [*generator.morphisms, entry]
        work = most(morphism.work(generator.world.work) for morphism in morphisms)
        if work.at(1) <= MOST_WORK:
            break
    return Program(generator.world.declared, generator.world.declarations, morphisms, generator.runs(work),
                   generator.random.choice(["f32", "f32", "f64"]), seed % 2 == 0)
