"""Objects for AArch64 and for each level of x86-64 give what the reference gives: random programs and written ones, run
under qemu where this machine is another.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t %root/test/differential
REQUIRES: weft
"""
import subprocess
import sys
from pathlib import Path

import emulated
import numpy as np
import safetensors_file
from patience import patience

folder = Path(sys.argv[1])
sys.path.insert(0, sys.argv[2])
from generator import generate  # noqa: E402

WRITTEN = """
import std.nn
axis Seq
axis Key = 12, Head = 2, Hidden = 37
axis Model = Head * Key
export morphism net (x: real[Seq, Model], n: i32[Seq]) -> (y: real[Seq, Model], short: f16[Seq, Model],
                                                           far: real[Seq, Seq], square: i32[Seq])
  weights Wq, Wk, Wv: real[Model, Head, Key]
{
  q[s, h, e] = sum[m](x[s, m] * Wq[m, h, e])
  k[s, h, e] = sum[m](x[s, m] * Wk[m, h, e])
  v[s, h, e] = sum[m](x[s, m] * Wv[m, h, e])
  c[s, h, e] = softmax[t where t <= s](sum[d](q[s, h, d] * k[t, h, d]) / sqrt(#Key), v[t, h, e])
  box mlp: map (dense[Model, Hidden] ; gelu_tanh[Hidden] ; dense[Hidden, Model] ; layer_norm[Model]) over Seq
  z = mlp(x)
  y[s, (h, e)] = z[s, (h, e)] + c[s, h, e]
  short[s, m] = f16(x[s, m] / 3)
  far[s, t] = min[m](x[s, m] + x[t, m])
  square[s] = n[s] * n[s]
}
"""
AARCH64 = ("--target", "aarch64-linux-gnu")
# qemu's processors have what a level asks for; AVX-512 it has not.
WAYS = {"aarch64": (emulated.AARCH64, AARCH64, ["qemu-aarch64"]),
        "v2": (emulated.X86_64, ("--cpu", "v2"), ["qemu-x86_64", "-cpu", "Nehalem"]),
        "v3": (emulated.X86_64, ("--cpu", "v3"), ["qemu-x86_64", "-cpu", "Haswell"])}
if "avx512vl" in Path("/proc/cpuinfo").read_text():
    WAYS["v4"] = (emulated.X86_64, ("--cpu", "v4"), [])
random = np.random.default_rng(3)


def drawn(network, tensor, sizes):
    shape = network.shape(tensor, sizes)
    if tensor["stored"] == "BOOL":
        return random.integers(0, 2, shape).astype(np.bool_)
    if tensor["stored"].startswith(("F", "B")):
        return random.standard_normal(shape).astype(emulated.STORED[tensor["stored"]])
    # An index of the smallest axis that programs here have, or a small number.
    most = 0 if tensor["element"][0].isupper() else 3
    return np.full(shape, random.integers(0, most + 1, shape)).astype(emulated.STORED[tensor["stored"]])


def reference(program, network, sizes, inputs, weights, flags):
    command = ["weft", "run", program, "--reference", *flags]
    command += [word for axis, size in sizes.items() for word in ("--size", f"{axis}={size}")]
    for name, array in inputs.items():
        np.save(folder / f"{name}.npy", array)
        command += ["--in", f"{name}={folder}/{name}.npy"]
    if weights:
        safetensors_file.write(str(folder / "w.safetensors"), weights)
        command += ["--weights", f"{folder}/w.safetensors"]
    names = [wire["name"] for wire in network.manifest["entries"][0]["outputs"]]
    command += [word for name in names for word in ("--out", f"{name}={folder}/out-{name}.npy")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=patience(60))
    if done.returncode:
        return done.stderr
    return {name: np.load(folder / f"out-{name}.npy") for name in names}


def numbers(array, stored):
    """numpy has no bf16: it is shown as two bytes."""
    return (array.view(np.uint16).astype(np.uint32) << 16).view(np.float32) if stored == "BF16" else array


def compare(name, text, sizes, flags, tolerance, ways):
    program = folder / f"{name}.weft"
    program.write_text(text)
    drawing, expected = None, None
    for way in ways:
        compiler, target, emulator = WAYS[way]
        network = emulated.Network(program, folder / f"{name}-{way}", compiler, *target, *flags)
        entry, weights = network.manifest["entries"][0], network.manifest["weights"]
        if expected is None:
            drawing = ({wire["name"]: drawn(network, wire, sizes) for wire in entry["inputs"]},
                       {weight["name"]: drawn(network, weight, sizes) for weight in weights})
            shown = {axis["name"]: sizes[axis["name"]] for axis in entry["axes"]}
            expected = reference(program, network, shown, *drawing, flags)
        status, said, outputs = network.call(emulator, sizes, *drawing)
        if status:
            tag = said[said.rindex("["):]
            assert isinstance(expected, str) and tag in expected, (name, way, said, expected)
            continue
        assert not isinstance(expected, str), (name, way, expected)
        for wire in entry["outputs"]:
            wire, stored = wire["name"], wire["stored"]
            found, wanted = numbers(outputs[wire], stored), numbers(expected[wire], stored)
            size = np.abs(wanted[np.isfinite(wanted)]).max(initial=1)
            close = np.isclose(found, wanted, 0, tolerance * size, equal_nan=True)
            assert close.all(), (name, way, wire, found[~close], wanted[~close])


compare("written", WRITTEN, {"Seq": 19}, (), 2e-3, WAYS)
compare("written", WRITTEN, {"Seq": 1}, ("--real", "f64"), 2e-3, ["aarch64"])
for seed in (3, 6, 8):
    program = generate(seed)
    compare(f"seed-{seed}", program.text(), program.runs[0]["sizes"], ("--real", "f64"), 1e-3, ["aarch64", "v2"])
