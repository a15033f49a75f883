"""Objects for other processors, linked with a driver in C and run under qemu."""
import json
import subprocess
from pathlib import Path

import numpy as np
from patience import patience
from weft_library import STORED, evaluate

DRIVER = Path(__file__).resolve().parent.parent / "target" / "Inputs" / "cross.c"
AARCH64 = ["aarch64-linux-gnu-gcc", "-static"]
X86_64 = ["clang-22", "-static"]


def run(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=patience(120), **more)


class Network:
    """Entry of a program as the object `net` in a folder, linked by a compiler."""

    def __init__(self, program, folder, compiler, *flags):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        done = run("weft", "build", program, "-o", folder / "net", *flags)
        assert done.returncode == 0, done.stderr
        self.manifest = json.loads((folder / "net.json").read_text())
        done = run(*compiler, "-O1", f"-DABI_VERSION={self.manifest['abi']}", DRIVER, folder / "net.o", "-lm", "-o",
                   folder / "program")
        assert done.returncode == 0, done.stderr

    def shape(self, tensor, sizes):
        return tuple(evaluate(size, sizes) for size in tensor["shape"])

    def call(self, emulator, sizes, inputs, weights):
        """What the driver prints, `status text`, and the outputs when the status is 0."""
        entry = self.manifest["entries"][0]
        plan = [len(entry["axes"])] + [sizes[axis["name"]] for axis in entry["axes"]]

        def written(name, array):
            (self.folder / name).write_bytes(np.ascontiguousarray(array).tobytes())
            return [name, array.nbytes]
        plan.append(len(entry["inputs"]))
        for i, wire in enumerate(entry["inputs"]):
            plan += written(f"input-{i}", inputs[wire["name"]])
        plan.append(len(self.manifest["weights"]))
        for i, weight in enumerate(self.manifest["weights"]):
            plan += [weight["name"]] + written(f"weight-{i}", weights[weight["name"]])
        types = [np.dtype(STORED[wire["stored"]]) for wire in entry["outputs"]]
        shapes = [self.shape(wire, sizes) for wire in entry["outputs"]]
        plan += [len(types)] + [int(np.prod(shape)) * kind.itemsize for kind, shape in zip(types, shapes)]
        (self.folder / "plan").write_text(" ".join(map(str, plan)))
        done = run(*emulator, "./program", cwd=self.folder)
        status, _, text = done.stdout.strip().partition(" ")
        assert done.returncode == 0 and status, (done.returncode, done.stdout, done.stderr)
        if status != "0":
            return int(status), text, {}
        return 0, text, {wire["name"]: np.fromfile(self.folder / f"output-{i}", kind).reshape(shape)
                         for i, (wire, kind, shape) in enumerate(zip(entry["outputs"], types, shapes))}
