"""Cells obey the laws of a 2-category, on random cells and networks. Each law is two ways to make the same morphism, which
must be proved equal by normal form; a wrong pair beside them must be refuted.

    associativity   (a ; b) ; c  and  a ; (b ; c), applied to a box, and one after the other
    unit            e ; a  and  a ; e  and  a, where e has no equations
    interchange     a at one box then b at another, the other way round, both in one cell
    whiskering      a cell applied to a box, and a box of what the cell makes; through a frame, and a box in a box
    naturality      a cell before or after a swap, a copy and a map
    order           the equations of a cell in any order

RUN: %python %s %t
REQUIRES: weft
"""
import random
import subprocess
import sys
from pathlib import Path

from patience import patience

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)

HEAD = """axis Seq, N = 4, Rank = 2, Layer = 3
morphism lin (x: real[N]) -> (y: real[N]) weights W: real[N, N], b: real[N] { y[o] = VALUE }
morphism pair = one: lin ; two: lin
morphism deep = body: chain pair over Layer
cell unit : lin => lin { }
"""
VALUES = ["sum[i](W[o, i] * x[i]) + b[o]", "tanh(sum[i](W[o, i] * x[i])) * b[o]", "max[i](W[o, i] + x[i]) + b[o]",
          "softmax[i](W[o, i], x[i] * b[i])"]
# What W is, in terms of new weights (declared) and of itself.
MATRICES = [("A{}: real[N, Rank], B{}: real[Rank, N]", "sum[r](A{}[o, r] * B{}[r, i])"),
            ("k{}: real[N]", "k{}[N((o - i) mod #N)]"), ("g{}: real[N]", "g{}[o] * {W}"),
            ("u{}: real[N], v{}: real[N]", "{W} + u{}[o] * v{}[i]"), ("s{}: real[N, N]", "(s{}[o, i] + s{}[i, o]) / 2")]
VECTORS = [("c{}: real[N]", "2 * c{}[o]"), ("h{}: real", "h{} * {b}"), ("", "{b} + 1")]


class Cells:
    """Three cells in a row from `lin`, to `la`, `lb`, `lc`, and what each stores."""
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.fresh = 0
        self.text = HEAD.replace("VALUE", self.random.choice(VALUES))
        self.weights = {"W": True, "b": True}
        self.equations = {}
        for name, source, target in (("ca", "lin", "la"), ("cb", "la", "lb"), ("cc", "lb", "lc")):
            self.cell(name, source, target)
        self.text += "cell ab = ca ; cb\ncell bc = cb ; cc\ncell abc_left = ab ; cc\ncell abc_right = ca ; bc\n"
        self.text += "cell ea = unit ; ca\ncell ae = ca ; unit_a\ncell unit_a : la => la { }\n"

    def equation(self, kind, forms):
        declared, value = self.random.choice(forms)
        own = "{W}" in value or "{b}" in value
        self.fresh += 1
        declared, value = (text.replace("{}", str(self.fresh)) for text in (declared, value))
        left = "W[o, i]" if kind == "W" else "b[o]"
        value = value.replace("{W}", "W[o, i]").replace("{b}", "b[o]")
        self.weights[kind] = own
        return declared, f"{left} = {value}"

    def cell(self, name, source, target):
        kinds = [kind for kind in ("W", "b") if self.weights[kind] and self.random.random() < 0.8]
        parts = [self.equation(kind, MATRICES if kind == "W" else VECTORS) for kind in kinds]
        declared = ", ".join(weights for weights, _ in parts if weights)
        lines = [line for _, line in parts]
        self.equations[name] = lines
        head = f" : {source} => "
        weights = f" weights {declared}" if declared else ""
        self.text += f"cell {name}{head}{target}{weights} {{ {'  '.join(lines)} }}\n"
        self.text += f"cell {name}_back{head}{target}_back{weights} {{ {'  '.join(reversed(lines))} }}\n"

    def laws(self):
        """Pairs of morphisms that are the same, by the name of the law."""
        cells = """
cell l1 : pair => left { one = abc_left }
cell l2 : pair => right { one = abc_right }
cell st1 : pair => step_1 { one = ca }
cell st2 : step_1 => step_2 { one = cb }
cell st3 : step_2 => step_3 { one = cc }
cell un0 : pair => unit_0 { one = ca }
cell un1 : pair => unit_1 { one = ea }
cell un2 : pair => unit_2 { one = ae }
cell i1 : pair => first_a { one = ab }
cell i2 : first_a => a_then_b { two = ca }
cell i3 : pair => first_b { two = ca }
cell i4 : first_b => b_then_a { one = ab }
cell i5 : pair => together { one = ab  two = ca }
morphism boxed = one: lb ; two: la
cell w1 : deep => deep_tied { body[l].one = ab  body[l].two = ca }
cell w3 : deep => deep_within { body[l] = inside }
cell inside : pair => inside_made { one = ab  two = ca }
morphism deep_boxed = body: chain boxed over Layer
morphism side (x, z: real[N]) -> (y, w: real[N]) { box one: lin  box two: lin  y = one(x)  w = two(z) }
morphism side_of = (one: lin) * (two: lin)
morphism swapped = swap[real[N], real[N]] ; ((two: lin) * (one: lin)) ; swap[real[N], real[N]]
cell n1 : side_of => side_tied { one = ab }
cell n2 : swapped => swapped_tied { one = ab }
morphism twice = copy[real[N]] ; ((one: lin) * (two: lin))
morphism twice_boxed = copy[real[N]] ; ((one: lb) * (two: lin))
cell n3 : twice => twice_tied { one = ab }
morphism rows = map (one: lin) over Seq
morphism rows_boxed = map (one: lb) over Seq
cell n4 : rows => rows_tied { one = ab }
"""
        pairs = [("associativity", "left", "right"), ("associativity", "left", "step_3"), ("unit", "unit_0", "unit_1"),
                 ("unit", "unit_0", "unit_2"), ("interchange", "a_then_b", "b_then_a"),
                 ("interchange", "a_then_b", "together"), ("whiskering", "together", "boxed"),
                 ("whiskering", "deep_tied", "deep_boxed"), ("whiskering", "deep_within", "deep_boxed"),
                 ("naturality", "side_tied", "swapped_tied"), ("naturality", "twice_tied", "twice_boxed"),
                 ("naturality", "rows_tied", "rows_boxed"),
                 *(("order", made, made + "_back") for made in ("la", "lb", "lc"))]
        return cells, pairs


def check(name, text):
    path = folder / f"{name}.weft"
    path.write_text(text)
    done = subprocess.run(["weft", "check", path], capture_output=True, text=True, timeout=patience(120))
    return done.returncode, done.stdout + done.stderr


wrong = 0
for seed in range(20):
    cells = Cells(seed)
    extra, pairs = cells.laws()
    claims = "".join(f"claim {left} == {right}\n" for _, left, right in pairs)
    code, output = check(f"laws-{seed}", cells.text + extra + claims)
    assert code == 0, (seed, output)
    for law, left, right in pairs:
        line = next(line for line in output.splitlines() if line.startswith(f"{left} == {right} "))
        assert line.split()[3:] == ["proved", "by", "normal", "form"], (seed, law, line)
    # A different formula is not proved the same.
    lines = cells.equations["ca"]
    if lines:
        head = next(line for line in cells.text.splitlines() if line.startswith("cell ca :"))
        other = head.replace("cell ca :", "cell other :").replace("=> la", "=> l_other").replace(lines[0], lines[0] + " * 3")
        code, output = check(f"wrong-{seed}", cells.text + other + "\nclaim la == l_other\n")
        assert code == 1 and "[claim.refuted]" in output, (seed, output)
        wrong += 1
print(f"20 programs, {len(pairs)} laws each; {wrong} wrong ones refuted")
