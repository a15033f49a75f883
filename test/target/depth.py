"""A hundred times as many layers take no more time to compile and no more code: layers are a loop over one body.

RUN: %python %s
REQUIRES: weft
"""
import resource
import subprocess
import tempfile
from pathlib import Path

PROGRAM = """
import std.nn
axis Seq
axis Model = 24, Hidden = 40, Layer = {layers}
morphism block (x: real[Seq, Model]) -> (y: real[Seq, Model])
{{
  box mlp: map (layer_norm[Model] ; up: dense[Model, Hidden] ; gelu_tanh[Hidden] ; down: dense[Hidden, Model]) over Seq
  y = x + mlp(x)
}}
export morphism deep = chain block over Layer
"""


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def build(layers, folder):
    source = folder / f"deep-{layers}.weft"
    source.write_text(PROGRAM.format(layers=layers))
    before = processor_seconds()
    subprocess.run(["weft", "build", source, "-o", folder / f"deep-{layers}", "--prefix", "deep"], check=True)
    return processor_seconds() - before, (folder / f"deep-{layers}.o").stat().st_size


with tempfile.TemporaryDirectory() as place:
    samples = [(build(12, Path(place)), build(1200, Path(place))) for _ in range(3)]
    few, many = (min(sample[i][0] for sample in samples) for i in (0, 1))
    print(f"12 layers {few:.2f} s, 1,200 layers {many:.2f} s; {samples[0][0][1]} and {samples[0][1][1]} bytes")
    assert many < 1.2 * few, (few, many)
    assert samples[0][1][1] < 1.2 * samples[0][0][1], samples
