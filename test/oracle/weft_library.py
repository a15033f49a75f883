"""A morphism built as a shared library and called on numpy arrays through its C interface: compiled once, for all
sizes."""
import ctypes
import json
import subprocess

import numpy as np
import safetensors_file
from patience import patience

STORED = safetensors_file.TYPES


def build(path, entry, flags, folder):
    command = ["weft", "build", path, "--entry", entry, "--shared", "-o", f"{folder}/{entry}", *flags]
    subprocess.run(command, check=True, timeout=patience(60))


class Library:
    """Of what `build` made in the folder."""

    def __init__(self, entry, folder):
        manifest = json.loads((folder / f"{entry}.json").read_text())
        self.manifest, self.weights = manifest["entries"][0], manifest["weights"]
        library = ctypes.CDLL(f"{folder}/{entry}.so")
        self.function = lambda name: getattr(library, f"{entry}_{name}")
        self.function("scratch_size").restype = ctypes.c_size_t
        self.function("last_error").restype = ctypes.c_char_p
        self.context = ctypes.c_void_p()
        self.must(self.function("create")(ctypes.byref(self.context), manifest["abi"]))

    def must(self, status):
        assert status == 0, self.function("last_error")(self.context).decode()

    def bind(self, weights, path):
        safetensors_file.write(path, weights)
        self.file = np.fromfile(path, np.uint8)
        self.must(self.function("bind_weights")(self.context, pointer(self.file), ctypes.c_size_t(self.file.nbytes)))

    def lend(self, pool):
        """Threads of a `weft_pool.Pool` for calls that are prepared from now on; None: none."""
        self.pool = pool
        self.function("set_parallel_for")(self.context, pool.parallel if pool else None)

    def prepare(self, inputs, more_sizes):
        """What the call function takes, and all outputs by name. `more_sizes` are those of open axes that no input
        shows."""
        wires, sizes = self.manifest["inputs"], dict(more_sizes)
        given = [np.ascontiguousarray(inputs[wire["name"]], STORED[wire["stored"]]) for wire in wires]
        for wire, array in zip(wires, given):
            sizes |= zip(map(str, wire["shape"]), array.shape)
        results = {wire["name"]: np.empty([evaluate(size, sizes) for size in wire["shape"]], STORED[wire["stored"]])
                   for wire in self.manifest["outputs"]}
        axes = [ctypes.c_int64(sizes[axis["name"]]).value for axis in self.manifest["axes"]]
        packed = (ctypes.c_int64 * max(1, len(axes)))(*axes)
        room = self.function("scratch_size")(self.context, packed)
        self.kept = given, np.empty(room, np.uint8), results
        return (self.context, packed, pointers(given), pointers(results.values()), pointer(self.kept[1]),
                ctypes.c_size_t(room)), results

    def call(self, inputs, more_sizes):
        arguments, results = self.prepare(inputs, more_sizes)
        self.must(self.function("call")(*arguments))
        return results


def evaluate(size, sizes):
    """The manifest writes sizes as sums and products of axes."""
    return eval(str(size).replace(" div ", " // "), {}, sizes)


def pointer(array):
    return ctypes.c_void_p(array.ctypes.data)


def pointers(arrays):
    return (ctypes.c_void_p * len(arrays))(*[array.ctypes.data for array in arrays])
