"""Hostile monoids end in an error within the limits that docs/language.md states, and leave no process behind.

RUN: %python %s %t quick
"""
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from patience import patience

FOLDER, QUICK = Path(sys.argv[1]), sys.argv[2] == "quick"
shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir(parents=True)
A_MONOID, SLACK, MEMORY = 10, 10, 1 << 30


def squared(depth, kind):
    steps = "".join(f", n{i + 1} = n{i} * n{i} + n{i}\n" for i in range(depth))
    return f"monoid m {{ carrier (x: {kind})  unit 0  a * b = n{depth} where n0 = a.x + b.x + a.x * b.x\n{steps}}}"


def powers(depth):
    steps = "".join(f", n{i + 1} = n{i} * n{i}" for i in range(depth))
    return f"monoid m {{ carrier (x: real) where x > 1  unit 2  a * b = n{depth} - a.x + b.x where n0 = a.x * b.x{steps} }}"


def choices(depth):
    steps = "".join(f", n{i + 1} = if n{i} * a.x > {i} * b.x then n{i} + b.x * b.x - a.x else n{i} - a.x * n{i} + b.x\n"
                    for i in range(depth))
    return f"monoid m {{ carrier (x: real)  unit 0  a * b = if n{depth} > 1 then a.x + b.x else b.x + a.x where n0 = a.x + b.x\n{steps} }}"


# Those that take all the time that a monoid is given.
LONG = {
    "squares of reals": squared(40, "real"),
    "squares of integers": squared(40, "i64"),
    "some squares": squared(12, "real"),
    "too many squares": squared(3_000, "real"),
    "powers": powers(60),
    "choices": choices(40),
    "hard for Z3": "monoid m { carrier (x: real, y: real, z: real, w: real)\n"
                   "  where x > 0 and y > 0 and z > 0 and pow(x, 5) + pow(y, 5) + pow(z, 5) + pow(w, 4) < 1\n"
                   "  a * b = (a.x * b.x, a.y * b.y, a.z * b.z, a.w * b.w)  lower r = r.x }",
}

PROGRAMS = {
    "nested": "monoid m on real { unit 0  a * b = " + "(" * 150 + "a + b" + ") * (a + 1)" * 150 + " }",
    "roots": "monoid m { carrier (x: real) where x >= 0  unit 0  a * b = "
             + "sqrt(" * 60 + "a.x * a.x + b.x * b.x" + " + a.x * b.x)" * 60 + " }",
    "exponents": "monoid m on real { unit 0  a * b = exp(exp(exp(exp(a * 1e300 + b)))) - pow(a, pow(b, pow(a, 1e9))) }",
    "huge finite carrier": "axis A = 1_000_000_007\n"
                           "monoid m on A { unit A(0)  a * b = A((a * a * b + b * b * a + a * b) mod 1_000_000_007) }",
    "wide": "monoid m { carrier (" + ", ".join(f"x{i}: real" for i in range(200)) + ")\n unit ("
            + ", ".join("0" for _ in range(200)) + ")\n a * b = ("
            + ", ".join(f"max(a.x{i} + b.x{(i * 7 + 3) % 200}, b.x{i} * a.x{(i * 3) % 200})" for i in range(200))
            + ")\n lower r = r.x0 }",
}


def limited():
    if patience(1) == 1:
        resource.setrlimit(resource.RLIMIT_AS, (4 * MEMORY, 4 * MEMORY))


def solvers():
    found = subprocess.run(["pgrep", "-x", "weft-solver"], capture_output=True, text=True).stdout.split()
    own = []
    for process in found:
        try:
            text = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        own.append((int(process), text))
    return own


def children(parent):
    return [process for process, text in solvers() if len(text) > 1 and text[1] == str(parent).encode()]


for name, text in (PROGRAMS if QUICK else PROGRAMS | LONG).items():
    path = FOLDER / (name.replace(" ", "-") + ".weft")
    path.write_text(text)
    start = time.monotonic()
    process = subprocess.Popen(["weft", "check", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               preexec_fn=limited)
    try:
        _, said = process.communicate(timeout=patience(60))
    except subprocess.TimeoutExpired:
        process.kill()
        sys.exit(f"{name}: no answer")
    taken = time.monotonic() - start
    assert process.returncode == 1 and "error:" in said, (name, process.returncode, said[-2000:])
    assert taken < patience(A_MONOID + SLACK), (name, taken)
    assert not children(process.pid), name
    print(f"{name}: {taken:.1f} s: {said.splitlines()[0][:120]}")
assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < patience(MEMORY // 1024), "memory"

# Many of them share the limit of a program.
A_PROGRAM = 60
many = FOLDER / "many.weft"
many.write_text("\n".join(choices(40).replace("monoid m", f"monoid m{i}") for i in range(0 if QUICK else 12)))
start = time.monotonic()
assert subprocess.run(["weft", "check", many], capture_output=True).returncode == (0 if QUICK else 1)
assert time.monotonic() - start < patience(A_PROGRAM + SLACK)

# The compiler is killed while the solver thinks: it goes too.
path = FOLDER / "killed.weft"
path.write_text(LONG["hard for Z3"])
process = subprocess.Popen(["weft", "check", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
deadline = time.monotonic() + 30
while not children(process.pid) and process.poll() is None and time.monotonic() < deadline:
    time.sleep(0.005)
started = children(process.pid)
process.send_signal(signal.SIGKILL)
process.wait()
assert started, "the solver never ran"
deadline = time.monotonic() + 10
while time.monotonic() < deadline and any(Path(f"/proc/{one}").exists() for one in started):
    time.sleep(0.01)
assert not any(Path(f"/proc/{one}").exists() for one in started), "an orphan"
