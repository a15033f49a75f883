"""Runs a small network with drawn weights through `weft run`, and compares it with numpy in float64."""
import subprocess
from pathlib import Path

import numpy as np
import safetensors_file


def draw(shapes, seed=1):
    """Weights by name, of the size that keeps values near one; float32, as the file holds them."""
    random = np.random.default_rng(seed)
    weights = {}
    for name, shape in shapes.items():
        spread = 1 / np.sqrt(max(np.prod(shape[1:]), 1)) if len(shape) > 1 else 0.3
        weights[name] = random.normal(0, spread, shape).astype(np.float32)
    return weights


def run(weft, program, folder, weights, inputs, outputs, flags=()):
    """The network's outputs by name, computed by the compiler."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    safetensors_file.write(folder / "weights.safetensors", weights)
    command = [weft, "run", program, "--weights", folder / "weights.safetensors", *flags]
    for name, value in inputs.items():
        np.save(folder / f"{name}.npy", value)
        command += ["--in", f"{name}={folder}/{name}.npy"]
    for name in outputs:
        command += ["--out", f"{name}={folder}/out-{name}.npy"]
    subprocess.run(command, check=True)
    return {name: np.load(folder / f"out-{name}.npy") for name in outputs}


def distance(found, expected):
    """The largest difference, in units of the largest expected value."""
    assert found.shape == expected.shape, f"{found.shape} against {expected.shape}"
    return float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-30))


def compare(weft, program, folder, weights, inputs, expected, interpreted=True, entry=None):
    """Compiled, and interpreted where that is quick, each against the oracle; the exit status for the test."""
    status, chosen = 0, ("--entry", entry) if entry else ()
    for flags, limit in (((), 1e-5), (("--reference",), 1e-6))[:1 + interpreted]:
        found = run(weft, program, folder, weights, inputs, expected, (*flags, *chosen))
        for name, value in expected.items():
            apart = distance(found[name], value)
            print(f"{' '.join(flags) or 'compiled'}: {name} apart by {apart:.1e}, allowed {limit:.0e}")
            status |= not apart <= limit
    return status
