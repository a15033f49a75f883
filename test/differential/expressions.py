"""Random scalar expressions of a type asked for. Whatever can go wrong at run time is guarded, mostly."""
from program import INTEGERS, REALS, Expr

ONE_ARGUMENT = {
    "exp": "exp(min({0}, 2.0))", "log": "log(abs({0}) + 0.5)", "sqrt": "sqrt(abs({0}))", "tanh": "tanh({0})",
    "rsqrt": "rsqrt({0} * {0} + 0.5)", "sin": "sin({0})", "cos": "cos({0})", "erf": "erf({0})", "floor": "floor({0})",
    "abs": "abs({0})", "atan": "atan({0})", "asin": "asin(tanh({0}))", "acos": "acos(tanh({0}))", "neg": "-({0})",
    "tan": "tan(tanh({0}))",
}
TWO_ARGUMENTS = ("({0} + {1})", "({0} - {1})", "({0} * {1})", "min({0}, {1})", "max({0}, {1})")
TWO_REALS = TWO_ARGUMENTS + ("({0} / ({1} * {1} + 0.5))", "atan2({0}, {1})", "expdiff({0}, max({0}, {1}))",
                             "pow(abs({0}) + 0.5, tanh({1}))", "({0} / {1})")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


class Expressions:
    """Writes expressions in a scope: indices in force, and wires that may be read."""

    def __init__(self, random, world):
        self.random, self.world = random, world
        self.indices, self.wires, self.fresh = {}, {}, 0

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, options):
        return self.random.choice(list(options))

    # Leaves.

    def literal(self, type):
        if type == "real":
            return Expr(type, self.pick(["0.5", "1.0", "2.0", "-1.25", "0.0", "3.5", "0.1"]), literal=True)
        if type == "i64":
            return Expr(type, self.pick(["0", "1", "2", "3", "5"]), literal=True)
        if type == "bool":
            return Expr(type, self.pick(["true", "false"]), literal=True)
        if type in REALS:
            return Expr(type, f"{type}({self.pick(['0.5', '1.0', '1.5'])})", literal=True)
        if type in INTEGERS:
            return Expr(type, f"{type}({self.pick(['1', '2', '3'])})", literal=True)
        return self.index_literal(type)

    def index_literal(self, axis):
        elements = self.world.elements.get(axis)
        if elements:
            return Expr(axis, self.pick(elements), literal=True)
        return Expr(axis, f"{axis}(0)", literal=True)

    def position(self, axis, depth):
        """What may stand in a position of a read: a bare index more often than not."""
        same = [name for name, other in self.indices.items() if other == axis]
        if same and self.chance(0.8):
            return Expr(axis, self.pick(same), fixed=True)
        parts = self.world.products.get(axis)
        if parts and self.chance(0.7):
            inner = [self.position(part, depth - 1) for part in parts]
            return Expr(axis, "(" + ", ".join(f"{{{i}}}" for i in range(len(inner))) + ")", inner, fixed=True)
        return self.index(axis, depth - 1)

    def index(self, axis, depth):
        same = [name for name, other in self.indices.items() if other == axis]
        if same and self.chance(0.7):
            return Expr(axis, self.pick(same))
        wires = self.readable(axis)
        if wires and depth > 0 and self.chance(0.6):
            return self.read(self.pick(wires), depth - 1)
        if depth > 0 and self.chance(0.2):
            return self.fold_index(axis, depth - 1)
        if depth > 0 and self.chance(0.7) and axis not in self.world.elements:
            return Expr(axis, f"{axis}({{0}} mod #{axis})", [self.expression("i64", depth - 1)])
        return Expr(axis, self.pick(same)) if same else self.index_literal(axis)

    def readable(self, type):
        return [name for name, wire in self.wires.items() if wire.element == type]

    def read(self, name, depth):
        wire = self.wires[name]
        if not wire.axes:
            return Expr(wire.element, name, reads=(name,))
        positions = [self.position(axis, depth) for axis in wire.axes]
        form = name + "[" + ", ".join(f"{{{i}}}" for i in range(len(positions))) + "]"
        return Expr(wire.element, form, positions, (name,))

    def read_or_else(self, name, depth):
        """An affine read, with a value outside."""
        wire = self.wires[name]
        positions = []
        for axis in wire.axes:
            if self.chance(0.5) or not self.indices:
                positions.append(self.position(axis, 0))
            else:
                form = self.pick(["{0} + 1", "{0} - 1", "2 * {0} - 1", "3 - {0}", "{0} + {1} - 1"])
                positions.append(Expr("i64", form, [Expr("i64", self.pick(self.indices), fixed=True) for _ in range(2)],
                                      fixed=True))
        form = f"({name}[" + ", ".join(f"{{{i}}}" for i in range(len(positions))) + f"] else {{{len(positions)}}})"
        return Expr(wire.element, form, positions + [self.literal(wire.element)], (name,))

    # Inner nodes.

    def expression(self, type, depth):
        wires = self.readable(type)
        if depth <= 0 or self.chance(0.15):
            if wires and self.chance(0.85):
                return self.read(self.pick(wires), 0)
            return self.index(type, 0) if type in self.world.sizes else self.literal(type)
        if wires and self.chance(0.25):
            return self.read(self.pick(wires), depth - 1)
        shaped = [name for name in wires if self.wires[name].axes]
        if shaped and self.chance(0.08):
            return self.read_or_else(self.pick(shaped), depth)
        if self.chance(0.1):
            condition = self.expression("bool", depth - 1)
            return Expr(type, "(if {0} then {1} else {2})",
                        [condition, self.expression(type, depth - 1), self.expression(type, depth - 1)])
        if type in self.world.sizes:
            return self.index(type, depth)
        if self.chance(0.2):
            fold = self.fold(type, depth - 1)
            if fold:
                return fold
        if type == "bool":
            return self.truth(depth)
        return self.real(type, depth) if type in REALS else self.integer(type, depth)

    def real(self, type, depth):
        if self.chance(0.12):
            source = self.pick([other for other in REALS + INTEGERS[:1] if other != type])
            part = self.expression(source, depth - 1)
            return Expr(type, f"{type}({{0}})", [part if part.names() else self.typed(part)])
        if type == "real" and self.indices and self.chance(0.1):
            return Expr(type, "real({0})", [Expr("i64", self.pick(self.indices), fixed=True)])
        scalars = self.world.scalars
        if type == "real" and scalars and self.chance(0.15):
            name, arguments = self.pick(scalars.items())
            inner = [self.expression("real", depth - 1) for _ in range(arguments)]
            return Expr(type, f"{name}(" + ", ".join(f"{{{i}}}" for i in range(arguments)) + ")", inner, (name,))
        if type == "real" and self.chance(0.3):
            return Expr(type, self.pick(ONE_ARGUMENT.values()), [self.expression(type, depth - 1)])
        form = self.pick(TWO_REALS if type == "real" else TWO_ARGUMENTS)
        return Expr(type, form, [self.expression(type, depth - 1) for _ in range(2)])

    def integer(self, type, depth):
        if self.chance(0.12) and type == "i64":
            return Expr(type, "i64(floor(min(max({0}, -100.0), 100.0)))", [self.expression("real", depth - 1)])
        if self.chance(0.15) and type != "i64":
            return Expr(type, f"{type}({{0}} mod 5)", [self.expression("i64", depth - 1)])
        if self.indices and type == "i64" and self.chance(0.25):
            return Expr(type, "i64({0})", [Expr(type, self.pick(self.indices), fixed=True)])
        if type == "i64" and self.chance(0.1):
            return Expr(type, "#" + self.pick(self.world.sizes))
        if type == "i64" and self.chance(0.2):
            divisor = self.pick(["2", "3", "5", "(-2)", "(-3)"]) if self.chance(0.9) else "({0} - 1)"
            return Expr(type, f"({{0}} {self.pick(['div', 'mod'])} {divisor})", [self.expression(type, depth - 1)])
        forms = TWO_ARGUMENTS if type == "i64" else ("min({0}, {1})", "max({0}, {1})", "({0} + {1})")
        return Expr(type, self.pick(forms), [self.expression(type, depth - 1) for _ in range(2)])

    def truth(self, depth):
        if self.chance(0.3):
            form = self.pick(["({0} and {1})", "({0} or {1})", "(not {0})"])
            return Expr("bool", form, [self.expression("bool", depth - 1) for _ in range(2 if "{1}" in form else 1)])
        axes = [axis for axis in self.world.sizes if axis in self.indices.values() or self.readable(axis)]
        if axes and self.chance(0.5):
            axis = self.pick(axes)
            return Expr("bool", f"({{0}} {self.pick(COMPARISONS)} {{1}})",
                        [self.anchored(axis), self.index(axis, depth - 1)])
        type = self.pick(["real", "i64", "real"])
        left = self.anchor(type)
        return Expr("bool", f"({{0}} {self.pick(COMPARISONS)} {{1}})", [left, self.expression(type, depth - 1)])

    def anchored(self, axis):
        """An index whose axis is plain: one in force, or a read."""
        same = [name for name, other in self.indices.items() if other == axis]
        wires = self.readable(axis)
        if same and (not wires or self.chance(0.6)):
            return Expr(axis, self.pick(same), fixed=True)
        return self.read(self.pick(wires), 0)

    def anchor(self, type):
        """An expression whose type does not depend on its place."""
        wires = self.readable(type)
        return self.read(self.pick(wires), 0) if wires else Expr(type, f"{type}({{0}})", [self.literal(type)])

    # Folds.

    def fold(self, type, depth):
        pairs = self.pair_fold(type) if type == "real" and self.chance(0.4) else None
        if pairs:
            return pairs
        choices = [(name, arguments) for name, (result, arguments) in self.world.monoids.items() if result == type]
        if not choices:
            return None
        name, arguments = self.pick(choices)
        if self.indices and self.chance(0.3):
            return self.scan_of(type, name, arguments, depth)
        if self.indices and self.chance(0.25):
            return self.segment_of(type, name, arguments, depth)
        return self.fold_of(type, name, arguments, depth)

    def scan_of(self, type, monoid, arguments, depth):
        """A fold over all that comes before a position, or after it, on which the elements do not depend."""
        position = self.pick(self.indices)
        outer, axis = dict(self.indices), self.indices[position]
        names, axes = [], [axis] + ([self.pick(self.world.loops)] if self.chance(0.15) else [])
        for _ in axes:
            self.fresh += 1
            names.append(f"k{self.fresh}")
        del self.indices[position]
        self.indices.update(zip(names, axes))
        parts = [self.expression(argument, depth) for argument in arguments]
        parts = [part if part.names() else self.typed(part) for part in parts]
        comparison = self.pick(["<=", "<", ">=", ">"])
        shift = self.pick(["", "", " + 1", " - 2", " + 3"])
        mask = Expr("bool", f"i64({names[0]}){shift} {comparison} i64({position})" if shift else
                    f"{names[0]} {comparison} {position}", fixed=True)
        if self.chance(0.25):
            mask = Expr("bool", mask.form + " and {0}", [self.truth(min(depth, 1))])
        self.indices = outer
        form = (f"{monoid}[" + ", ".join(f"{name}: {there}" for name, there in zip(names, axes)) +
                " where {%d}](" % len(parts) + ", ".join(f"{{{i}}}" for i in range(len(parts))) + ")")
        return Expr(type, form, parts + [mask], (monoid,), loops=tuple(axes))

    def segment_of(self, type, monoid, arguments, depth):
        """A fold over the elements whose key is an index from outside: it may run over sorted elements."""
        outer = dict(self.indices)
        names, axes = [], [self.pick(self.world.loops)] + ([self.pick(self.world.loops)] if self.chance(0.15) else [])
        for _ in axes:
            self.fresh += 1
            names.append(f"k{self.fresh}")
        keyed = self.random.randrange(len(names))
        value = self.pick(outer)
        self.indices = outer | dict(zip(names, axes))
        parts = [self.expression(argument, depth) for argument in arguments]
        parts = [part if part.names() else self.typed(part) for part in parts]
        mask = self.key_test(names[keyed], axes[keyed], value, outer)
        if self.chance(0.3):
            form = self.pick(["{0} and {1}", "{1} and {0}"])
            mask = Expr("bool", form, [mask, self.truth(min(depth, 1))])
        self.indices = outer
        form = (f"{monoid}[" + ", ".join(f"{name}: {there}" for name, there in zip(names, axes)) +
                " where {%d}](" % len(parts) + ", ".join(f"{{{i}}}" for i in range(len(parts))) + ")")
        return Expr(type, form, parts + [mask], (monoid,), loops=tuple(axes))

    def key_test(self, element, axis, value, outer):
        """A wire's element is the key, an index or a number that need not be one, else what the element's place says."""
        keys = []
        for name, wire in self.wires.items():
            others = [[at for at, there in outer.items() if there == other] for other in wire.axes[:-1]]
            if wire.axes and wire.axes[-1] == axis and all(others) and wire.element in (*INTEGERS, outer[value]):
                keys.append((wire, Expr(wire.element, f"{name}[{', '.join([*map(self.pick, others), element])}]",
                                        reads=(name,), fixed=True)))
        if keys and self.chance(0.8):
            wire, key = self.pick(keys)
            if wire.element == outer[value]:
                return Expr("bool", f"{{0}} == {value}" if self.chance(0.5) else f"{value} == {{0}}",
                            [key], fixed=True)
            return Expr("bool", self.pick(["i64({0})", "i64({0}) mod 3"]) + f" == i64({value})", [key], fixed=True)
        form = self.pick(["i64({0}) mod 3", "(2 * i64({0}) + 1) mod 5", "i64({0})"])
        return Expr("bool", form.format(element) + f" == i64({value})", fixed=True)

    def pair_fold(self, type):
        """A fold over pairs of elements of two wires, in a semiring or in any way: it may run in tiles."""
        wires = [name for name in self.readable(type) if self.wires[name].axes]
        if not wires:
            return None
        first, second = self.pick(wires), self.pick(wires)
        shared = [axis for axis in self.wires[first].axes if axis in self.wires[second].axes]
        if not shared:
            return None
        axis = self.pick(shared)
        self.fresh += 1
        index = f"k{self.fresh}"
        reads = []
        for name in (first, second):
            positions, folded = [], False
            for other in self.wires[name].axes:
                same = [at for at, there in self.indices.items() if there == other]
                if other == axis and (not folded or not same):
                    positions.append(index)
                    folded = True
                elif same:
                    positions.append(self.pick(same))
                else:
                    return None
            reads.append(Expr(type, f"{name}[{', '.join(positions)}]", reads=(name,), fixed=True))
        mask = self.mask(index, axis, dict(self.indices), 0) if self.chance(0.2) else None
        monoid = self.pick(["min", "max", "sum", "sum"])
        form = self.pick(["{0} + {1}", "{0} - {1}", "{0} * {1}", "min({0}, {1})", "max({0}, {1})", "abs({0} - {1})"])
        where = " where {2}" if mask else ""
        return Expr(type, f"{monoid}[{index}: {axis}{where}]({form})", reads + ([mask] if mask else []), (monoid,),
                    loops=(axis,))

    def fold_index(self, axis, depth):
        return self.fold_of(axis, self.pick(["argmax", "argmin"]), ("real",), depth, over=axis)

    def fold_of(self, type, monoid, arguments, depth, over=None):
        axes = [over or self.pick(self.world.loops)]
        if not over and self.chance(0.2):
            axes.append(self.pick(self.world.loops))
        outer = dict(self.indices)
        names = []
        for axis in axes:
            self.fresh += 1
            names.append(f"k{self.fresh}")
        self.indices.update(zip(names, axes))
        mask = self.mask(names[0], axes[0], outer, depth) if self.chance(0.35) else None
        parts = [self.expression(argument, depth) for argument in arguments]
        # What has no wire in it has no type of its own.
        parts = [part if part.names() else self.typed(part) for part in parts]
        self.indices = outer
        where = " where {%d}" % len(parts) if mask else ""
        form = (f"{monoid}[" + ", ".join(f"{name}: {axis}" for name, axis in zip(names, axes)) + where + "](" +
                ", ".join(f"{{{i}}}" for i in range(len(parts))) + ")")
        return Expr(type, form, parts + ([mask] if mask else []), (monoid,), loops=tuple(axes))

    def typed(self, part):
        if part.type in REALS + INTEGERS:
            return Expr(part.type, f"{part.type}({{0}})", [part])
        return part

    def mask(self, name, axis, outer, depth):
        same = [other for other, there in outer.items() if there == axis]
        if same and self.chance(0.6):
            form = f"{name} {self.pick(['<=', '<', '>=', '>', '==', '!='])} {self.pick(same)}"
            return Expr("bool", form, fixed=True)
        return self.truth(min(depth, 1))
