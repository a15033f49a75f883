"""What is timed. A work has inputs drawn from a seed, a result in float64, and contestants that compute it in f32."""
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import numpy as np

F = np.float32
BUILT = Path(__file__).resolve().parent.parent / ".peers" / "built"  # libraries and models made for a run
PROGRAMS = Path(__file__).resolve().parent.parent
THREADS = int(os.environ.get("WEFT_BENCH_THREADS", "1"))


@dataclass
class Program:
    """The Weft side: a file or the text of one, its entry, and the sizes of open axes that no input shows."""
    entry: str
    file: Path | None = None
    text: str = ""
    sizes: dict = field(default_factory=dict)


@dataclass
class Work:
    group: str
    name: str
    program: Program
    inputs: Callable  # () -> arrays by the wire's name
    exact: Callable  # (inputs, weights) -> what the first output is, in float64
    contestants: dict  # name -> (inputs, weights) -> Runner; the Weft side is added
    operations: float = 0
    bound: str = "fma_gflops"  # the row of `weft bench` that bounds the operations; "" for none
    unit: str = "GF/s"
    weights: Callable | None = None  # (name, shape, generator) -> array; unsaid: normal, scaled by what is summed
    models: dict = field(default_factory=dict)  # contestant -> what writes its model
    output: str = ""  # the wire that is compared; unsaid, the first


@dataclass
class Runner:
    """`many(n)` calls n times and gives the seconds; `result` is the array of the last call."""
    many: Callable
    result: Callable


def called(run, result):
    """A runner whose calls are Python's."""
    from time import perf_counter

    def many(count):
        begin = perf_counter()
        for _ in range(count):
            run()
        return perf_counter() - begin
    return Runner(many, result)


def keeps(run):
    """A runner of a function that gives its result."""
    last = []

    def keeping():
        last[:] = [run()]
    return called(keeping, lambda: np.asarray(last[0]))


def normal(generator, *shape, scale=1.0):
    return (generator.standard_normal(shape, dtype=F) * F(scale)).astype(F)


def drawn_weight(name, shape, generator):
    if len(shape) < 2:
        return normal(generator, *shape, scale=0.1)
    terms = np.prod(shape) / max(shape)
    return normal(generator, *shape, scale=min(1.0, terms ** -0.5))


def weights_of(work, folder):
    """The arrays of a built program, by name: the same in every process."""
    manifest = json.loads((folder / f"{work.program.entry}.json").read_text())
    generator = np.random.default_rng(5)
    draw = work.weights or drawn_weight
    return {weight["name"]: np.ascontiguousarray(draw(weight["name"], tuple(map(int, weight["shape"])), generator))
            for weight in manifest["weights"]}


def all_works():
    from works import attention, graphs, images, networks, products, recurrent, scans
    return [work for module in (products, attention, networks, recurrent, images, graphs, scans)
            for work in module.works()]
