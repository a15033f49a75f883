"""Hostile programs and files: an error, or an answer, within five seconds and a gigabyte; never a crash.

RUN: %python %s %t
"""
import json
import resource
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from patience import patience

FOLDER = Path(sys.argv[1])
shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir(parents=True)
SECONDS, BYTES = 5, 1 << 30
HUGE = 10_000_000_000

# Programs and the error that each is (none: it is right).
PROGRAMS = {
    "huge-axis": (f"axis A = {HUGE}\nexport morphism net (x: real[A]) -> (y: real) {{ y = sum[a](x[a]) }}", None),
    "huge-product": (f"axis A = {HUGE}, B = {HUGE}\naxis P = A * B\n"
                     "export morphism net (x: real[P]) -> (y: real) { y = sum[p](x[p]) }", "limit"),
    "huge-number": ("axis A = " + "9" * 5000 + "\nexport morphism net (x: real[A]) -> (y: real[A]) { y = x }", "limit"),
    "huge-bound": ("morphism f (x: i64) -> (y: i64) { y = x + 1 }\n"
                   "export morphism net = iterate f at most 1000000000000000000000", "limit"),
    "growing-sizes": ("axis A, B0 = #A * #A\n" + "".join(f"axis B{i + 1} = #A * #A + #B{i} * #B{i}\n" for i in range(30))
                      + "export morphism net (x: real[B30]) -> (y: real[B30]) { y = x }", "limit"),
    "growing-products": ("axis A0 = 2\n" + "".join(f"axis A{i + 1} = A{i} * A{i}\n" for i in range(40))
                         + "export morphism net (x: real[A40]) -> (y: real) { y = 1  drop x }", "limit"),
    "growing-boxes": ("morphism f0 (x: real) -> (y: real) { y = x + 1 }\n"
                      + "".join(f"morphism f{i + 1} = f{i} ; f{i}\n" for i in range(40)) + "export f40", "limit"),
    "growing-numbers": ("let a0 = 3\n" + "".join(f"let a{i + 1} = a{i} * a{i}\n" for i in range(40))
                        + "export morphism net (x: i64) -> (y: i64) { y = x + a40 }", "number.overflow"),
    "many-axes": ("axis " + ", ".join(f"A{i}" for i in range(200)) + "\nexport morphism net (x: real["
                  + ", ".join(f"A{i}" for i in range(200)) + "]) -> (y: real) { y = 1  drop x }", "limit"),
    "deep-brackets": ("export morphism net (x: real) -> (y: real) { y = " + "(" * 100_000 + "x" + ")" * 100_000 + " }",
                      "limit"),
    "deep-signs": ("export morphism net (x: real) -> (y: real) { y = " + "-" * 100_000 + "x }", "limit"),
    "deep-choices": ("export morphism net (x: real) -> (y: real) { y = " + "if x > 0 then " * 20_000 + "x"
                     + " else x" * 20_000 + " }", "limit"),
    "deep-frames": ("axis A\nexport morphism net = " + "map " * 5_000 + "id[real]" + " over A" * 5_000, "limit"),
    "deep-open": ("export morphism net (x: real) -> (y: real) { y = " + "sum[" * 50_000, "limit"),
    "long-name": ("export morphism " + "n" * 1_000_000 + " (x: real) -> (y: real) { y = x }", None),
    "long-unknown": ("export morphism net (x: real) -> (y: real) { y = " + "n" * 1_000_000 + " }", "name.unknown"),
    "long-line": ("//" + "é" * 2_000_000 + "\nexport morphism net (x: real) -> (y: real) { y = z }", "name.unknown"),
    "many-errors": ("export morphism net (x: real) -> (y: real) {\n" + "y = z\n" * 20_000 + "}", "wire.redefined"),
    "zero-bytes": ("export morphism net (x: real) -> (y: real) { y = \0 x }", "syntax"),
    "unterminated": ('import "', "syntax"),
    "nothing": ("", None),
}


def limited():
    if patience(1) == 1:
        resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (patience(2 * SECONDS), patience(2 * SECONDS)))


def told(*words):
    """The exit code, what was said, and the processor's seconds, of which the limit speaks: machines are shared."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(["weft", *map(str, words)], capture_output=True, text=True, errors="replace", timeout=patience(120),
                          preexec_fn=limited)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert done.returncode in (0, 1), (words, done.returncode, done.stderr[-1500:])
    assert taken < patience(SECONDS), (words, taken)
    return done.returncode, done.stderr


def expect(error, *words):
    code, said = told(*words)
    if error is None:
        assert code == 0, (words, said[-1500:])
    else:
        assert code == 1 and f"[{error}]" in said, (words, error, said[:1500])


for name, (text, error) in PROGRAMS.items():
    path = FOLDER / f"{name}.weft"
    path.write_text(text)
    expect(error, "check", path)

# What is long is compiled in a time that grows with its length.
LONG = {
    "many-equations": "axis A = 4\nexport morphism net (x0: real[A]) -> (y: real[A]) {\n"
                      + "".join(f"x{i + 1}[a] = x{i}[a] + 1\n" for i in range(8_000)) + "y = x8000 }",
    "many-boxes": "axis A = 4\nmorphism f (x: real[A]) -> (y: real[A]) { y[a] = x[a] + 1 }\n"
                  "export morphism net = " + " ; ".join(["f"] * 8_000),
    "many-layers": "axis A = 16\nexport morphism net (x0: real[A]) -> (y: real[A])\n  weights "
                   + ", ".join(f"W{i}: real[A, A]" for i in range(400)) + "\n{\n"
                   + "".join(f"x{i + 1}[o] = sum[i](W{i}[o, i] * x{i}[i])\n" for i in range(400)) + "y = x400 }",
    "many-monoids": "".join(f"monoid m{i} {{ carrier (a: real, b: real)  unit (1, 0)\n"
                            f"  f * g = (f.a * g.a, g.a * f.b + g.b * {i + 1} - g.b * {i})  lower r = r.b }}\n"
                            for i in range(500)) + "export morphism net (x: real) -> (y: real) { y = x }",
    # Each pair of formulas reads both of the pair before: there are 2^40 ways through them.
    "ways-through-formulas": "axis A = 4\nexport morphism net (x: real[A, A]) -> (y: real[A, A]) weights p0, q0: real[A, A] {\n"
                             + "".join(f"p{i + 1}[a, b] = sum[m](p{i}[a, m] * q{i}[m, b])\n"
                                       f"q{i + 1}[a, b] = sum[m](q{i}[a, m] * p{i}[m, b])\n" for i in range(40))
                             + "y[a, b] = sum[m](p40[a, m] * x[m, b]) + sum[m](q40[a, m] * x[m, b]) }",
}
for name, text in LONG.items():
    path = FOLDER / f"{name}.weft"
    path.write_text(text)
    expect(None, "build", path, "-o", FOLDER / "out" / name)

# What does not fit in memory is refused, not tried.
weights = FOLDER / "weights.weft"
weights.write_text(f"axis A = {HUGE}, B = {1 << 40}\n"
                   "export morphism net (x: real) -> (y: real) weights w: real[A] { y = sum[a](w[a]) * x }\n"
                   "morphism more (x: real) -> (y: real) weights w: real[A, B] { y = sum[a, b](w[a, b]) * x }\n"
                   "morphism f (x: real) -> (y: real) weights w: real { y = x * w }\nmorphism long = chain f over A\n"
                   "morphism wide (x: real) -> (y: real[A]) { y[a] = x }\n")
np.save(FOLDER / "x.npy", np.float32(1))
for entry in ("net", "long"):
    expect("limit", "run", weights, "--entry", entry, "--init", 1, "--in", f"x={FOLDER}/x.npy")
    expect("limit", "build", weights, "--entry", entry, "--init", 1, "-o", FOLDER / "out")
    expect("limit", "bench", weights, "--entry", entry)
expect("limit", "run", weights, "--entry", "wide", "--in", f"x={FOLDER}/x.npy")
expect("limit", "run", weights, "--entry", "more", "--init", 1, "--in", f"x={FOLDER}/x.npy")

# Files that lie.
small = FOLDER / "small.weft"
small.write_text("axis A\nexport morphism net (x: real[A]) -> (y: real) weights w: real { y = sum[a](x[a]) * w }")


def npy(header, data=b"", version=1):
    text = header.encode()
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(text)) + text + data


def tensors(header, data=b""):
    text = json.dumps(header).encode() if not isinstance(header, bytes) else header
    return struct.pack("<Q", len(text)) + text + data


good_weights = FOLDER / "good.safetensors"
good_weights.write_bytes(tensors({"w": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}}, bytes(4)))
SHAPE = "{{'descr': '<f4', 'fortran_order': False, 'shape': ({},), }}\n"
for number, content in enumerate([
        npy(SHAPE.format(HUGE)), npy(SHAPE.format(1 << 62)), npy(SHAPE.format("9" * 400)), npy(SHAPE.format(-1)),
        npy(SHAPE.format(3), bytes(11)), npy(SHAPE.format(3), bytes(13)), npy("{" * 60_000), npy("", version=9),
        b"\x93NUMPY", b"", b"\x93NUMPY\x02\x00\xff\xff\xff\xff", npy(SHAPE.format("1,) * 1000000 + (1"))]):
    path = FOLDER / f"lie-{number}.npy"
    path.write_bytes(content)
    expect("file.format", "run", small, "--in", f"x={path}", "--weights", good_weights)
np.save(FOLDER / "three.npy", np.zeros(3, np.float32))
one = {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}
for number, content in enumerate([
        b"", bytes(7), struct.pack("<Q", 1 << 63), struct.pack("<Q", HUGE) + b"{}", tensors(b"{" * 100_000),
        tensors(b"[" * 100_000), tensors({"w": one}), tensors({"w": one | {"data_offsets": [0, HUGE]}}, bytes(4)),
        tensors({"w": one | {"data_offsets": [4, 0]}}, bytes(4)), tensors({"w": one | {"shape": [1 << 62, 4]}}, bytes(4)),
        tensors({"w": one | {"shape": [-1]}}, bytes(4)), tensors({"w": one | {"dtype": "F33"}}, bytes(4)),
        tensors({"w": one, "v": one}, bytes(4)), tensors(b'{"w": 1e999}', bytes(4)), tensors({"w": one}, bytes(5))]):
    path = FOLDER / f"lie-{number}.safetensors"
    path.write_bytes(content)
    expect("file.format", "run", small, "--in", f"x={FOLDER}/three.npy", "--weights", path)
for odd in (FOLDER, FOLDER / "absent.npy", "/dev/null"):
    expect("file.format", "run", small, "--in", f"x={odd}", "--weights", good_weights)
expect(None, "run", small, "--in", f"x={FOLDER}/three.npy", "--weights", good_weights)
for words, error in ((("--size", f"A={HUGE}"), "size.mismatch"), (("--size", "B=1"), "axis.unknown")):
    code, said = told("run", small, "--in", f"x={FOLDER}/three.npy", "--weights", good_weights, *words)
    assert code == 1, (words, said)
