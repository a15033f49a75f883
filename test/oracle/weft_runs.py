"""Runs morphisms of a program on numpy arrays, compiled and by the reference interpreter.

Compiled is `weft run` the first time that a morphism runs, and thereafter a library of it: a compilation each, not one
for every size.
"""
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import safetensors_file
from patience import patience
from weft_library import Library, build

COMPILED, REFERENCE = (), ("--reference",)


class Program:
    def __init__(self, path, *flags):
        self.path, self.flags = path, flags
        self.keep = tempfile.TemporaryDirectory()
        self.folder = Path(self.keep.name)
        self.times, self.libraries = {}, {}

    def attempt(self, entry, inputs, outputs, weights=None, flags=()):
        command = ["weft", "run", self.path, "--entry", entry, *self.flags, *flags]
        for name, value in inputs.items():
            np.save(self.folder / f"{name}.npy", value)
            command += ["--in", f"{name}={self.folder}/{name}.npy"]
        for name in outputs.split():
            command += ["--out", f"{name}={self.folder}/out-{name}.npy"]
        if weights:
            safetensors_file.write(str(self.folder / "w.safetensors"), weights)
            command += ["--weights", f"{self.folder}/w.safetensors"]
        return subprocess.run(command, capture_output=True, text=True, timeout=patience(60))

    def run(self, entry, inputs, outputs, weights=None, sizes={}, way=COMPILED):
        """The outputs named, as a tuple when they are several. `sizes` are those of open axes that no input shows."""
        names = outputs.split()
        if way == COMPILED:
            self.times[entry] = self.times.get(entry, 0) + 1
        if way == COMPILED and self.times[entry] > 1:
            library = self.library(entry)
            if weights:
                library.bind(weights, self.folder / "w.safetensors")
            found = library.call(inputs, sizes)
            results = tuple(found[name] for name in names)
        else:
            flags = [word for axis, size in sizes.items() for word in ("--size", f"{axis}={size}")]
            done = self.attempt(entry, inputs, outputs, weights, (*flags, *way))
            assert done.returncode == 0, (entry, way, done.stderr)
            results = tuple(np.load(self.folder / f"out-{name}.npy") for name in names)
        return results if len(results) > 1 else results[0]

    def library(self, entry):
        if entry not in self.libraries:
            build(self.path, entry, self.flags, self.folder)
            self.libraries[entry] = Library(entry, self.folder)
        return self.libraries[entry]

    def equal(self, entry, inputs, expected, weights=None, sizes={}, ways=(COMPILED, REFERENCE)):
        """Fails unless every expected output, named, comes out exactly; infinities count as equal."""
        self.close(entry, inputs, expected, weights, sizes, ways, tolerance=0)

    def close(self, entry, inputs, expected, weights=None, sizes={}, ways=(COMPILED, REFERENCE), tolerance=1e-5):
        """… or differs by no more than the tolerance, relative to the largest finite value or 1."""
        for way in ways:
            results = self.run(entry, inputs, " ".join(expected), weights, sizes, way)
            results = results if isinstance(results, tuple) else (results,)
            for (name, wanted), result in zip(expected.items(), results):
                problem = difference(result, np.asarray(wanted), tolerance)
                assert not problem, (entry, name, way, {key: np.shape(value) for key, value in inputs.items()}, problem)

    def refused(self, entry, inputs, outputs, error, ways=(COMPILED, REFERENCE)):
        """Fails unless the run stops with the error of this name."""
        for way in ways:
            done = self.attempt(entry, inputs, outputs, flags=way)
            assert done.returncode != 0 and f"[{error}]" in done.stderr, (entry, way, done.returncode, done.stderr)


def difference(result, wanted, tolerance):
    if result.shape != wanted.shape:
        return f"shape {result.shape}, expected {wanted.shape}"
    if tolerance == 0 or result.dtype.kind != "f":
        wrong = ~np.array(np.equal(result, wanted) | (np.isnan(result) & np.isnan(wanted)))
    else:
        finite = np.abs(wanted[np.isfinite(wanted)])
        with np.errstate(invalid="ignore"):
            near = np.abs(result - wanted) <= tolerance * max(1, finite.max(initial=0))
        wrong = ~np.array(near | (result == wanted) | (np.isnan(result) & np.isnan(wanted)))
    if not wrong.any():
        return ""
    at = tuple(int(place) for place in np.argwhere(wrong)[0])
    return f"{wrong.sum()} of {wrong.size} differ, first at {at}: {result[at]}, expected {wanted[at]}"
