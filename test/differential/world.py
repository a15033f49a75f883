"""What a random program may name: axes, monoids, scalar morphisms."""
from program import INTEGERS, REALS, Work, most, over

# A user's monoids: name, declaration, and (result, arguments) of folds.
USER_MONOIDS = {
    "compose": ("""monoid compose {
  carrier (a: real, b: real)
  unit (1.0, 0.0)
  f * g = (f.a * g.a, g.a * f.b + g.b)
  lift (a, b) = (tanh(a), b)
  lower r = r.b
}""", ("real", ("real", "real"))),
    "average": ("""monoid average {
  carrier (total: real, count: i64)
  unit (0.0, 0)
  a * b = (a.total + b.total, a.count + b.count)
  lift x = (x, 1)
  lower r = if r.count == 0 then 0.0 else r.total / real(r.count)
}""", ("real", ("real",))),
    "parity": ("""monoid parity on bool {
  unit false
  a * b = a != b
}""", ("bool", ("bool",))),
    "latest": ("""monoid latest on i64 {
  a * b = b
}""", ("i64", ("i64",))),
    "norm": ("""monoid norm {
  carrier (square: real) where square >= 0
  unit 0.0
  a * b = a + b
  lift x = x * x
  lower r = sqrt(r)
}""", ("real", ("real",))),
    "window": ("""monoid window {
  carrier (low: real, high: real)
  unit (inf, -inf)
  a * b = (min(a.low, b.low), max(a.high, b.high))
  lift x = (x, x)
  lower r = if r.low > r.high then 0.0 else n where n = r.high - r.low
}""", ("real", ("real",))),
    "tally": ("""monoid tally {
  carrier (seen: i64, whole: bool)
  unit (0, true)
  a * b = (a.seen + b.seen, a.whole and b.whole)
  lift x = (if x then 1 else 0, x)
  lower r = if r.whole then r.seen else -1
}""", ("i64", ("bool",))),
}

SCALAR_MORPHISMS = {
    "bend": ("morphism bend (x: real) -> (y: real) { y = if x > 0.0 then x else 0.25 * x }", 1),
    "blend": ("morphism blend (x: real, y: real) -> (z: real) { t = tanh(x)  z = t * y + (1.0 - t) * x }", 2),
    "gain": ("morphism gain (x: real) -> (y: real)\n  weights g: real, b: real\n{ y = g * x + b }", 1),
}


class World:
    """The axes of one program, and the rest of what expressions may name."""

    def __init__(self, random):
        self.random = random
        self.declared, self.sizes, self.open, self.fixed = [], {}, [], []
        self.elements, self.products, self.sums = {}, {}, {}
        for name in ("A", "B")[: random.randint(1, 2)]:
            self.declared.append(name)
            self.open.append(name)
            self.sizes[name] = None
        for name in ("F", "H")[: random.randint(1, 2)]:
            self.fix(name, random.choice([1, 2, 3, 4, 8]))
        if random.random() < 0.4:
            self.elements["Color"] = ["red", "green", "blue"]
            self.declared.append("Color = {red, green, blue}")
            self.sizes["Color"] = 3
            self.fixed.append("Color")
        self.made_of_others()
        self.loops = list(self.sizes)
        self.monoids = self.standard_monoids()
        self.declarations = []
        for name in random.sample(list(USER_MONOIDS), 2):
            text, signature = USER_MONOIDS[name]
            self.declarations.append((name, text))
            self.monoids[name] = signature
        self.scalars = {}
        for name, (text, arguments) in SCALAR_MORPHISMS.items():
            if random.random() < 0.4:
                self.declarations.append((name, text))
                self.scalars[name] = arguments
        self.scalars["gelu"] = 1

    def fix(self, name, size):
        self.declared.append(f"{name} = {size}")
        self.sizes[name] = size
        self.fixed.append(name)

    def work(self, axis):
        """What a loop over the axis does."""
        if axis in self.products:
            return over(self.products[axis], self.work)
        if axis in self.sums:
            return Work(2) * most(map(self.work, self.sums[axis]))
        if axis == "Grown":
            return Work(2) * self.work(self.grown)
        return Work(self.sizes[axis]) if self.sizes[axis] else Work(1, 1)

    def made_of_others(self):
        parts = list(self.sizes)
        pick = self.random.choice
        if self.random.random() < 0.4:
            self.products["Pair"] = (pick(parts), pick(parts))
            self.declared.append("Pair = " + " * ".join(self.products["Pair"]))
        if self.random.random() < 0.35:
            left = pick(parts)
            self.sums["Both"] = (left, pick([part for part in parts if part != left]))
            self.declared.append("Both = " + " + ".join(self.sums["Both"]))
        if self.random.random() < 0.35:
            formula = pick(["#{0} + 1", "2 * #{0}", "#{0} div 2 + 1", "(#{0} + 1) div 2"])
            self.grown = pick(parts)
            self.declared.append("Grown = " + formula.format(self.grown))
            self.sizes["Grown"] = None
        for name in list(self.products) + list(self.sums):
            self.sizes[name] = None
            members = self.products.get(name) or self.sums.get(name)
            if all(member in self.fixed for member in members):
                self.fixed.append(name)

    def standard_monoids(self):
        found = {"mean": ("real", ("real",)), "logsumexp": ("real", ("real",)), "variance": ("real", ("real",)),
                 "softmax": ("real", ("real", "real")), "affine": ("real", ("real", "real")),
                 "all": ("bool", ("bool",)), "any": ("bool", ("bool",))}
        return found | {"sum": ("real", ("real",)), "max": ("real", ("real",)), "min": ("real", ("real",)),
                        "prod": ("real", ("real",)), "first": ("real", ("real",))}

    def monoid_for(self, type):
        """A monoid with one argument and a result of this type, for `fold M over A`."""
        return self.random.choice(["sum", "max", "min"] if type in REALS + INTEGERS else ["all", "any"])
