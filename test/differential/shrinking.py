"""Makes a failing program small: parts go, as long as the same thing fails."""
import copy

from program import INTEGERS, REALS, Equation, Expr, Morphism


def simplest(type):
    if type == "bool":
        return Expr(type, "true", literal=True)
    if type in ("real", "i64"):
        return Expr(type, "1.0" if type == "real" else "1", literal=True)
    if type in REALS + INTEGERS:
        return Expr(type, f"{type}(1)", literal=True)
    return None


def expressions(program):
    """All places where an expression stands: (holder, index or None)."""
    for morphism in program.morphisms:
        for statement in getattr(morphism, "statements", []):
            if isinstance(statement, Equation):
                for clause in statement.clauses:
                    yield clause, None
                    yield from inner(clause.right)


def inner(expr):
    for at, part in enumerate(expr.parts):
        yield expr, at
        yield from inner(part)


def get(place):
    holder, at = place
    return holder.right if at is None else holder.parts[at]


def put(place, expr):
    holder, at = place
    if at is None:
        holder.right = expr
    else:
        holder.parts[at] = expr


def simpler_expressions(program):
    """Programs where one expression is replaced by a part of it, or by a number."""
    count = len(list(expressions(program)))
    for number in range(count):
        expr = get(list(expressions(program))[number])
        if expr.fixed or expr.literal:
            continue
        options = [part for part in expr.parts if part.type == expr.type and not part.fixed]
        plain = simplest(expr.type)
        for option in ([plain] if plain else []) + options:
            smaller = copy.deepcopy(program)
            put(list(expressions(smaller))[number], copy.deepcopy(option))
            yield prune(smaller)


def prune(program):
    """Equations and weights that nothing needs any more go, from every morphism."""
    from generator import live
    for morphism in program.morphisms:
        if isinstance(morphism, Morphism):
            morphism.statements, morphism.weights = live(morphism.statements, morphism.outputs, morphism.weights)
    return program


def fewer_outputs(program):
    entry = program.morphisms[-1]
    for name in entry.outputs if len(entry.outputs) > 1 else []:
        smaller = copy.deepcopy(program)
        del smaller.morphisms[-1].outputs[name]
        prune(smaller)
        used = set().union(*[statement.names() for statement in smaller.morphisms[-1].statements])
        smaller.morphisms[-1].inputs = {wire: type for wire, type in entry.inputs.items() if wire in used}
        yield smaller


def other_entries(program):
    """A morphism inside, as the whole program."""
    for morphism in program.morphisms[:-1]:
        if isinstance(morphism, Morphism):
            smaller = copy.deepcopy(program)
            smaller.morphisms = [other for other in smaller.morphisms if other.name != morphism.name]
            smaller.morphisms.pop()
            smaller.morphisms.append(copy.deepcopy(morphism))
            yield smaller


def fewer_contracts(program):
    for number, morphism in enumerate(program.morphisms):
        if getattr(morphism, "contracts", None):
            smaller = copy.deepcopy(program)
            smaller.morphisms[number].contracts = []
            yield smaller


def fewer_runs(program):
    for run in program.runs if len(program.runs) > 1 else []:
        smaller = copy.deepcopy(program)
        smaller.runs = [run]
        yield smaller
    if len(program.runs) == 1:
        for axis, size in program.runs[0]["sizes"].items():
            for less in {0, 1, 2, size - 1}:
                if 0 <= less < size:
                    smaller = copy.deepcopy(program)
                    smaller.runs[0]["sizes"][axis] = less
                    yield smaller


STEPS = (other_entries, fewer_outputs, fewer_runs, fewer_contracts, simpler_expressions)


def shrink(program, verdict, kind, judge, budget):
    """`judge` gives the verdicts of several programs; at most `budget` programs are tried."""
    wanted, progress = kind(verdict), True
    while progress and budget > 0:
        progress = False
        for step in STEPS:
            candidates = list(step(program))[: min(budget, 40)]
            budget -= len(candidates)
            for candidate, found in zip(candidates, judge(candidates)):
                if kind(found) == wanted and len(candidate.text()) + len(str(candidate.runs)) < len(program.text()) + len(str(program.runs)):
                    program, verdict, progress = candidate, found, True
                    break
            if budget <= 0:
                break
    return program, verdict
