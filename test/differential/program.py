"""Random programs as trees: what the generator makes, the shrinker cuts, and `text` writes as Weft."""
from dataclasses import dataclass, field

REALS = ("real", "f16", "bf16")
INTEGERS = ("i64", "i32", "i16", "i8", "u8")


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
    loops: int = 0         # axes that it folds over

    def text(self):
        return self.form.format(*[part.text() for part in self.parts])

    def names(self):
        found = set(self.reads)
        for part in self.parts:
            found |= part.names()
        return found

    def nesting(self):
        return self.loops + max([part.nesting() for part in self.parts], default=0)


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

    def nesting(self):
        return len(self.type.axes) + max(clause.right.nesting() for clause in self.clauses)

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
    loops: int = 0         # how deep it repeats things

    def nesting(self):
        return self.loops

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

    def nesting(self):
        return max([statement.nesting() for statement in self.statements], default=0)

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
    loops: int = 0

    def nesting(self):
        return self.loops

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
