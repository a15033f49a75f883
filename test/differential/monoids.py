#!/usr/bin/env python3
"""Random monoids, right by construction, in random folds, scans and segments: compiled against the reference.

Products of small monoids, semidirect products (affine maps), endomorphisms of finite sets, matrices over rings and over
the tropical semirings, and bands without a unit; over integers, truth values and reals that hold small integers, so that
every order of an associative fold gives the same numbers exactly. The same seeds give the same programs.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from comparing import compare

MONOIDS_A_PROGRAM = 5


@dataclass
class Monoid:
    """Components with their types, domain and unit (none: adjoined); `combine(a, b)` and `lift(x)` give expressions."""
    types: list
    domain: list
    unit: list
    combine: callable
    lift: callable


def cyclic(pick):
    n = pick.randint(2, 12)
    return Monoid(["i64"], [lambda x: f"{x} >= 0 and {x} < {n}"], ["0"], lambda a, b: [f"({a[0]} + {b[0]}) mod {n}"],
                  lambda x: [f"{x} mod {n}"])


def total(pick):
    return Monoid(["i64"], [], ["0"], lambda a, b: [f"{a[0]} + {b[0]}"], lambda x: [f"{x} mod 17 - 8"])


def saturating(pick):
    most = pick.randint(3, 300)
    return Monoid(["i64"], [lambda x: f"{x} >= 0 and {x} <= {most}"], ["0"],
                  lambda a, b: [f"min({a[0]} + {b[0]}, {most})"], lambda x: [f"min({x} mod 9, {most})"])


def largest(pick):
    return Monoid(["i64"], [lambda x: f"{x} >= -9"], ["-9"], lambda a, b: [f"max({a[0]}, {b[0]})"],
                  lambda x: [f"{x} mod 19 - 9"])


def truth(pick):
    unit, form = pick.choice([("true", "{0} and {1}"), ("false", "{0} or {1}"), ("false", "{0} != {1}")])
    return Monoid(["bool"], [], [unit], lambda a, b: [form.format(a[0], b[0])], lambda x: [f"{x} mod 3 == 0"])


def counted_bits(pick):
    """Brackets: how many close, how many stay open."""
    return Monoid(["i64", "i64"], [lambda x: f"{x} >= 0", lambda x: f"{x} >= 0"], ["0", "0"],
                  lambda a, b: [f"{a[0]} + max(0, {b[0]} - {a[1]})", f"{b[1]} + max(0, {a[1]} - {b[0]})"],
                  lambda x: [f"if {x} mod 2 == 0 then 1 else 0", f"if {x} mod 2 == 0 then 0 else 1"])


def affine(pick):
    """Maps x ↦ a·x + b modulo n, the earlier first: a semidirect product."""
    n = pick.randint(2, 30)
    inside = lambda x: f"{x} >= 0 and {x} < {n}"
    return Monoid(["i64", "i64"], [inside, inside], ["1", "0"],
                  lambda f, g: [f"({f[0]} * {g[0]}) mod {n}", f"({g[0]} * {f[1]} + {g[1]}) mod {n}"],
                  lambda x: [f"{x} mod {n}", f"({x} * 3 + 1) mod {n}"])


def dihedral(pick):
    n = pick.randint(3, 9)
    return Monoid(["i64", "bool"], [lambda x: f"{x} >= 0 and {x} < {n}"], ["0", "false"],
                  lambda a, b: [f"((if {b[1]} then -{a[0]} else {a[0]}) + {b[0]}) mod {n}", f"{a[1]} != {b[1]}"],
                  lambda x: [f"{x} mod {n}", f"{x} mod 2 == 1"])


def functions(pick):
    """All maps of a set of two or three to itself, the earlier first."""
    k = pick.choice([2, 3])
    inside = lambda x: f"{x} >= 0 and {x} < {k}"

    def image(g, i):
        text = g[k - 1]
        for j in reversed(range(k - 1)):
            text = f"(if {i} == {j} then {g[j]} else {text})"
        return text

    steps = [pick.randint(1, 5) for _ in range(k)]
    return Monoid(["i64"] * k, [inside] * k, [str(i) for i in range(k)], lambda f, g: [image(g, i) for i in f],
                  lambda x: [f"({x} * {step} + {i}) mod {k}" for i, step in enumerate(steps)])


def ring_matrix(pick):
    n = pick.randint(2, 9)
    inside = lambda x: f"{x} >= 0 and {x} < {n}"
    cell = lambda a, b, i, j: f"({a[2 * i]} * {b[j]} + {a[2 * i + 1]} * {b[2 + j]}) mod {n}"
    return Monoid(["i64"] * 4, [inside] * 4, ["1", "0", "0", "1"],
                  lambda a, b: [cell(a, b, i, j) for i in (0, 1) for j in (0, 1)],
                  lambda x: [f"({x} + {i * 5}) mod {n}" for i in range(4)])


def tropical_matrix(pick):
    best, nothing = pick.choice([("max", "-inf"), ("min", "inf")])
    cell = lambda a, b, i, j: f"{best}({a[2 * i]} + {b[j]}, {a[2 * i + 1]} + {b[2 + j]})"
    return Monoid(["real"] * 4, [], ["0", nothing, nothing, "0"],
                  lambda a, b: [cell(a, b, i, j) for i in (0, 1) for j in (0, 1)],
                  lambda x: [f"real(({x} + {i * 5}) mod 7 - 3)" if i != 2 else f"(if {x} mod 2 == 0 then {nothing} else 1)"
                             for i in range(4)])


def tropical_affine(pick):
    """max(a + x, b), the earlier first: one row of such a matrix."""
    return Monoid(["real", "real"], [], ["0", "-inf"],
                  lambda f, g: [f"{f[0]} + {g[0]}", f"max({f[1]} + {g[0]}, {g[1]})"],
                  lambda x: [f"real({x} mod 5 - 2)", f"real({x} mod 11)"])


def subarray(pick):
    return Monoid(["real"] * 4, [], ["0", "-inf", "-inf", "-inf"],
                  lambda a, b: [f"{a[0]} + {b[0]}", f"max({a[1]}, {a[0]} + {b[1]})", f"max({b[2]}, {a[2]} + {b[0]})",
                                f"max(max({a[3]}, {b[3]}), {a[2]} + {b[1]})"],
                  lambda x: [f"real({x} mod 9 - 4)"] * 4)


def band(pick):
    """First, last, or the place of the smallest: no unit in the carrier."""
    form = pick.choice(["{0}", "{1}", "if {0} <= {1} then {0} else {1}"])
    return Monoid(["i64"], [], [], lambda a, b: [form.format(a[0], b[0])], lambda x: [x])


SMALL = [cyclic, total, saturating, largest, truth]
BASES = SMALL + [counted_bits, affine, dihedral, functions, ring_matrix, tropical_matrix, tropical_affine, subarray, band]


def product(pick):
    factors = [pick.choice(SMALL + [affine, tropical_affine, counted_bits])(pick) for _ in range(pick.randint(2, 3))]

    def split(values):
        at = 0
        for factor in factors:
            yield factor, values[at: at + len(factor.types)]
            at += len(factor.types)

    def domain(place):
        at = place
        for factor in factors:
            if at < len(factor.types):
                return factor.domain[at] if at < len(factor.domain) else None
            at -= len(factor.types)

    types = [type for factor in factors for type in factor.types]
    return Monoid(types, [domain(i) for i in range(len(types))], [one for factor in factors for one in factor.unit],
                  lambda a, b: [one for (factor, x), (_, y) in zip(split(a), split(b)) for one in factor.combine(x, y)],
                  lambda x: [one for factor in factors for one in factor.lift(x)])


def declaration(name, monoid, pick):
    parts = [f"c{i}" for i in range(len(monoid.types))]
    conditions = [condition(part) for part, condition in zip(parts, monoid.domain) if condition]
    where = f" where {' and '.join(conditions)}" if conditions else ""
    carrier = ", ".join(f"{part}: {type}" for part, type in zip(parts, monoid.types))
    several = lambda values: values[0] if len(values) == 1 else f"({', '.join(values)})"
    unit = f"  unit {several(monoid.unit)}\n" if monoid.unit else ""
    result = pick.randrange(len(parts))
    combined = several(monoid.combine([f"a.{part}" for part in parts], [f"b.{part}" for part in parts]))
    return (f"monoid {name} {{\n  carrier ({carrier}){where}\n{unit}  a * b = {combined}\n"
            f"  lift x = {several(monoid.lift('i64(x)'))}\n  lower r = r.c{result}\n}}\n"), monoid.types[result]


# Equations of a wire `{y}` by the monoid `{m}`: its axes and its right side.
FOLDS = [("", "{m}[n]({v}[n])"), ("", "{m}[n where n mod 3 != 1]({v}[n])"), ("", "{m}[n, k](z[n, k])"),
         ("N", "{m}[j: N where j <= n]({v}[j])"), ("N", "{m}[j: N where j < n]({v}[j])"),
         ("N", "{m}[j: N where j >= n]({v}[j])"), ("N", "{m}[j: N where j > n]({v}[j])"),
         ("N", "{m}[k](z[n, k])"), ("K", "{m}[n](z[n, k])"), ("N, K", "{m}[j: N where j <= n](z[j, k])"),
         ("N, K", "{m}[j: N where j <= n](z[j, k] - x[j])"), ("N, K", "{m}[j: N where j <= n and x[j] mod 3 > 0](z[j, k])"),
         ("K, N", "{m}[j: N where j >= n](z[j, k] + 1)"), ("N", "{m}[j: N where j <= n]({v}[j] + {v}[n])"),
         ("N", "{m}[j: N where n - j < 3 and j <= n]({v}[j])"),
         ("V", "{m}[e where dst[e] == v](w[e])"), ("V, K", "{m}[e where dst[e] == v](z[src[e], k] + w[e])"),
         ("V", "{m}[e where dst[e] == v](w[e] * 2 + x[src[e]])")]
INDEX = {"N": "n", "K": "k", "V": "v"}
# What reads a running fold `{h}` position by position, so that it need not lie in memory as a whole: its axes and
# right side, `{t}` being the fold's type.
READERS = [("N", "sum[k]({h}[n, k] * {t}(z[n, k] mod 5))"), ("N, K", "{h}[n, k] + {t}(x[n] mod 3)"),
           ("N", "max[k]({h}[n, k] - {t}(z[n, k] mod 4)) + {t}(x[n] mod 7)")]


def generate(seed):
    pick = random.Random(seed)
    text, wires, equations = "axis N, K, E, V\n", [], []
    for number in range(MONOIDS_A_PROGRAM):
        monoid = pick.choice([product, product] + BASES)(pick)
        declared, type = declaration(f"m{number}", monoid, pick)
        text += declared
        for fold, (axes, form) in enumerate(pick.sample(FOLDS, 2)):
            name = f"y{number}_{fold}"
            is_read = axes == "N, K" and type in ("i64", "real") and pick.random() < 0.7
            name = name.replace("y", "h") if is_read else name
            left = f"{name}[{', '.join(INDEX[axis] for axis in axes.split(', '))}]" if axes else name
            if not is_read:
                wires.append(f"{name}: {type}" + (f"[{axes}]" if axes else ""))
            # Beside integers `real` in a carrier would become their type: it gets reals.
            head, argument = form[:-1].split("](")
            argument = f"real({argument})" if "real" in monoid.types else argument
            equations.append(f"  {left} = " + f"{head}]({argument})".format(m=f"m{number}", v="x"))
            for reader, (outside, form) in enumerate(pick.sample(READERS, pick.randint(1, 2)) if is_read else []):
                wires.append(f"r{number}_{fold}_{reader}: {type}[{outside}]")
                equations.append(f"  r{number}_{fold}_{reader}[{', '.join(INDEX[axis] for axis in outside.split(', '))}] = "
                                 + form.format(h=name, t=type))
    inputs = "x: i64[N], z: i64[N, K], w: i64[E], src: N[E], dst: V[E]"
    drops = [name for name in ("x", "z", "w", "src", "dst") if not any(f"{name}[" in one for one in equations)]
    equations += [f"  drop {', '.join(drops)}"] if drops else []
    text += f"export morphism net ({inputs}) -> ({', '.join(wires)})\n{{\n" + "\n".join(equations) + "\n}\n"
    sizes = [dict(N=n, K=k, E=e, V=v) for n, k, e, v in
             ((1, 1, 0, 1), (pick.randint(2, 9), 3, 17, 4), (pick.randint(34, 70), pick.randint(1, 9), 70, 7))]
    sizes.append(dict(N=0, K=2, E=0, V=3))
    return text, {"real": pick.choice(["f32", "f64"]), "split": pick.random() < 0.5,
                  "runs": [{"sizes": one, "seed": seed * 7 + i} for i, one in enumerate(sizes)]}


def judge(tool, folder, seeds, options):
    paths = []
    for seed in seeds:
        text, runs = generate(seed)
        path = Path(folder) / f"monoids-{seed}.weft"
        path.write_text(text)
        path.with_suffix(".json").write_text(json.dumps(runs))
        paths.append(path)
    return list(zip(seeds, compare(tool, paths, options)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", default="build/bin/differential-compare")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=200, help="how many monoids")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--show", action="store_true", help="prints the programs, and runs none")
    parser.add_argument("--options", nargs="*", default=[""], help="flags of the comparing tool, one round each")
    chosen = parser.parse_args()
    seeds = range(chosen.seed, chosen.seed + chosen.count // MONOIDS_A_PROGRAM)
    if chosen.show:
        print("\n".join(generate(seed)[0] for seed in seeds))
        return 0
    failed = 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(chosen.jobs) as pool:
        for option in chosen.options:
            counts = collections.Counter()
            batches = [seeds[at: at + 10] for at in range(0, len(seeds), 10)]
            for judged in pool.map(lambda batch: judge(chosen.tool, folder, batch, option.split()), batches):
                for seed, verdict in judged:
                    counts[verdict["verdict"]] += 1
                    counts["runs"] += verdict.get("compared", 0)
                    if verdict["verdict"] != "same":
                        failed += 1
                        print(f"--- seed {seed} {option}: {verdict}\n{generate(seed)[0] if failed < 4 else ''}", flush=True)
            print(f"monoids of seeds {seeds.start} to {seeds.stop - 1} {option}: {dict(counts)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
