"""Random programs as trees: what the generator makes, the shrinker cuts, and `text` writes as Weft."""
import math
from dataclasses import dataclass, field

REALS = ("real", "f16", "bf16")
INTEGERS = ("i64", "i32", "i16", "i8", "u8")


@dataclass(frozen=True)
class Work:
    """How often the innermost expression is evaluated: `factor` times a power of the size of open axes."""
    factor: int = 1
    power: int = 0

    def __mul__(self, other):
        return Work(self.factor * other.factor, self.power + other.power)

    def at(self, size):
        return self.factor * size ** self.power


def most(works):
    """The one that is most where open axes have a size as they have in runs."""
    return max(works, key=lambda work: work.at(4), default=Work())


def over(axes, work_of):
    """What is done once for all positions of these axes."""
    return math.prod(map(work_of, axes), start=Work())


@dataclass(frozen=True)
class Wire:
    """The type of a wire: an element, or the name of an axis, over axes."""
    element: str
    axes: tuple = ()

    def text(self):
        return self.element + (f"[{', '.join(self.axes)}]" if self.axes else "")

    def over(self, axis):
        return Wire(self.element, (axis,) + self.axes)


@dataclass
class Expr:
    """An expression of a type. `form` is how it is written: `{0}` and so on stand for the parts."""
    type: str
    form: str
    parts: list = field(default_factory=list)
    reads: tuple = ()      # wires, weights and boxes that it names
    literal: bool = False
    fixed: bool = False    # no other expression may stand here (a position that tells an index's axis)
    loops: tuple = ()      # axes that it folds over

    def text(self):
        return self.form.format(*[part.text() for part in self.parts])

    def names(self):
        found = set(self.reads)
        for part in self.parts:
            found |= part.names()
        return found

    def work(self, work_of):
        return over(self.loops, work_of) * most(part.work(work_of) for part in self.parts)


@dataclass
class Clause:
    left: str
    right: Expr


@dataclass
class Equation:
    """One wire by index notation, in one clause or several."""
    name: str
    type: Wire
    clauses: list

    defines = property(lambda self: [self.name])

    def work(self, work_of):
        return over(self.type.axes, work_of) * most(clause.right.work(work_of) for clause in self.clauses)

    def names(self):
        return set().union(*[clause.right.names() for clause in self.clauses])

    def text(self):
        return "\n".join(f"  {self.name}{clause.left} = {clause.right.text()}" for clause in self.clauses)


@dataclass
class Application:
    """`(a, b) = box(x, y)`, with the box declared beside it."""
    outputs: list
    box: str
    diagram: str
    inputs: list
    repeated: Work = Work()

    def work(self, _):
        return self.repeated

    defines = property(lambda self: self.outputs)

    def names(self):
        return set(self.inputs)

    def text(self):
        left = self.outputs[0] if len(self.outputs) == 1 else f"({', '.join(self.outputs)})"
        return f"  box {self.box}: {self.diagram}\n  {left} = {self.box}({', '.join(self.inputs)})"


@dataclass
class Morphism:
    name: str
    inputs: dict           # name to Wire
    outputs: dict
    weights: dict
    statements: list
    contracts: list = field(default_factory=list)
    generics: str = ""

    def work(self, work_of):
        return most(statement.work(work_of) for statement in self.statements)

    def uses(self):
        """The morphisms and monoids it may name, by the words of its text."""
        return set(self.text().replace("[", " ").replace("(", " ").replace(")", " ").replace(",", " ")
                   .replace("]", " ").split())

    def text(self):
        def wires(group):
            return ", ".join(f"{name}: {wire.text()}" for name, wire in group.items())
        lines = [f"morphism {self.name}{self.generics} ({wires(self.inputs)}) -> ({wires(self.outputs)})"]
        if self.weights:
            lines.append(f"  weights {wires(self.weights)}")
        lines += [f"  {contract}" for contract in self.contracts]
        used = set(self.outputs).union(*[statement.names() for statement in self.statements])
        known = list(self.inputs) + [name for statement in self.statements for name in statement.defines]
        body = [statement.text() for statement in self.statements]
        body += [f"  drop {name}" for name in known if name not in used]
        return "\n".join(lines + ["{"] + body + ["}"])


@dataclass
class Diagram:
    """`morphism name = diagram`."""
    name: str
    inputs: dict
    outputs: dict
    diagram: str
    repeated: Work = Work()

    def work(self, _):
        return self.repeated

    def uses(self):
        words = self.diagram
        for mark in "[](),;*:":
            words = words.replace(mark, " ")
        return set(words.split())

    def text(self):
        return f"morphism {self.name} = {self.diagram}"


@dataclass
class Program:
    axes: list             # declarations, in order
    declarations: list     # monoids and scalar morphisms as text: (name, text)
    morphisms: list        # the entry is the last
    runs: list
    real: str = "f32"
    split: bool = False    # into parts for threads, wherever that can be

    def text(self):
        """Whatever the entry does not reach is left out."""
        entry = self.morphisms[-1]
        reached, pending = set(), [entry]
        while pending:
            morphism = pending.pop()
            reached.add(morphism.name)
            words = morphism.uses()
            pending += [other for other in self.morphisms if other.name in words and other.name not in reached]
        kept = [morphism for morphism in self.morphisms if morphism.name in reached]
        body = "\n\n".join(morphism.text() for morphism in kept)
        lines = ["import std.nn", ""] + [f"axis {axis}" for axis in self.axes] + [""]
        lines += [text + "\n" for name, text in self.declarations if name in body]
        return "\n".join(lines) + body + f"\n\nexport {entry.name}\n"
