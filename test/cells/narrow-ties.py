"""Weights of few bits that are made of others: what does not fit is an error, and what is rounded is rounded once, also where
the formula is read inside of a product.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np

folder = Path(sys.argv[1])
program = folder / "net.weft"
program.write_text("""
axis R = 5, N = 33
morphism bytes (x: i8[R, N]) -> (y: i64[R, N]) weights W: i8[N, N] { y[r, o] = sum[i](i64(W[o, i]) * i64(x[r, i])) }
cell negated : bytes => negative weights U: i8[N, N] { W[o, i] = -U[i, o] }
cell doubled : bytes => double weights U: i8[N, N] { W[o, i] = 2 * U[o, i] }
morphism halves (x: real[R, N]) -> (y: real[R, N]) weights W: f16[N, N] { y[r, o] = sum[i](real(W[o, i]) * x[r, i]) }
cell scaled : halves => short weights U: f16[N, N] { W[o, i] = f16(real(U[i, o]) * 0.3) }
cell added : halves => longer weights U: f16[N, N] { W[o, i] = U[i, o] + U[o, i] }
""")
numbers = np.random.default_rng(3)


def run(entry, weight, x, *flags):
    kind = {"int8": "I8", "float16": "F16"}[str(weight.dtype)]
    header = json.dumps({"U": {"dtype": kind, "shape": list(weight.shape), "data_offsets": [0, weight.nbytes]}}).encode()
    (folder / "u.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + weight.tobytes())
    np.save(folder / "x.npy", x)
    return subprocess.run(["weft", "run", program, "--entry", entry, "--weights", folder / "u.safetensors", "--in",
                           f"x={folder}/x.npy", "--out", f"y={folder}/y.npy", *flags], capture_output=True, text=True)


x = numbers.integers(-128, 128, (5, 33), np.int8)
for entry, least, greatest, tie in (("negative", -127, 127, lambda u: -u.T), ("double", -64, 63, lambda u: 2 * u)):
    for too_far in (False, True):
        u = numbers.integers(least, greatest, (33, 33), np.int8, endpoint=True)
        if too_far:
            u[32, 7] = -128
        for flags in ((), ("--reference",)):
            done = run(entry, u, x, *flags)
            if too_far:
                assert done.returncode and "number.overflow" in done.stderr, (entry, flags, done)
            else:
                assert done.returncode == 0, done.stderr
                wanted = x.astype(np.int64) @ tie(u.astype(np.int64)).T
                assert (np.load(folder / "y.npy") == wanted).all(), (entry, flags)

x = numbers.standard_normal((5, 33)).astype(np.float32)
u = numbers.standard_normal((33, 33)).astype(np.float16)
for entry, tie in (("short", (u.T.astype(np.float32) * np.float32(0.3)).astype(np.float16)), ("longer", u.T + u)):
    for flags in ((), ("--reference",)):
        done = run(entry, u, x, *flags)
        assert done.returncode == 0, done.stderr
        np.testing.assert_allclose(np.load(folder / "y.npy"), x @ tie.astype(np.float32).T, atol=2e-5, err_msg=f"{entry} {flags}")
