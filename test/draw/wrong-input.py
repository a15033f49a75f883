"""What cannot be drawn is not drawn: nothing is written, and a named error says why and lists what there is.

RUN: rm -rf %t && mkdir %t && cd %t && %python %s
REQUIRES: weft
"""
import subprocess
import sys
from pathlib import Path

from patience import patience

PROGRAM = """axis A = 2
morphism f (x: real[A]) -> (y: real[A]) weights W: real[A, A] { y[a] = sum[b](W[a, b] * x[b]) }
morphism two = one: f ; other: f
cell same : two => tied { other.W[a, b] = one.W[a, b] }
cell filed : two => file { one.W[a, b] = "one"[a, b]  other.W[a, b] = "other"[a, b] }
export two
"""
WRONG = PROGRAM.replace("x[b]", "x[c]")
# Arguments after the file, the exit code, and what the message holds.
CASES = [
    (PROGRAM, ["--entry", "three"], 1, ["[entry.missing]", "no morphism `three`", "`f`, `two`, `tied`", "`same`"]),
    (PROGRAM, ["three"], 1, ["[entry.missing]", "no morphism `three`", "`f`, `two`, `tied`", "`same`"]),
    (PROGRAM, ["filed"], 1, ["[entry.missing]", "cell `filed` has no two networks"]),
    (PROGRAM, ["--open", "second"], 1, ["[path.unknown]", "`second`", "`one`", "`other`"]),
    (PROGRAM, ["--open", "one.W"], 1, ["[path.unknown]", "`one.W`", "`one`", "`other`"]),
    (PROGRAM, ["--depth", "7"], 1, ["[path.unknown]", "depth 7", "deepest are at depth 1"]),
    (PROGRAM, ["--depth", "-1"], 2, ["`--depth` takes a number"]),
    (PROGRAM, ["same", "--entry", "two"], 2, ["both name what to draw"]),
    (PROGRAM, ["same", "two"], 2, ["`two` is given too"]),
    (PROGRAM, ["--format", "png"], 2, ["svg, html or json"]),
    (PROGRAM, ["--theme", "blue"], 2, ["auto, light or dark"]),
    (WRONG, [], 1, ["[index.unbound]", "no index `c`"]),
    (WRONG, ["same"], 1, ["[index.unbound]", "no index `c`"]),
    (PROGRAM + "morphism (", [], 1, ["[syntax]"]),
]


def problems():
    for program, arguments, code, parts in CASES:
        Path("net.weft").write_text(program)
        done = subprocess.run(["weft", "draw", "net.weft", *arguments], capture_output=True, text=True, timeout=patience(60))
        if done.returncode != code:
            yield f"{arguments}: exit code {done.returncode}, and {code} is expected: {done.stderr}"
        if done.stdout:
            yield f"{arguments}: something is drawn"
        yield from (f"{arguments}: no `{part}` in: {done.stderr}" for part in parts if part not in done.stderr)
    missing = subprocess.run(["weft", "draw", "missing.weft"], capture_output=True, text=True, timeout=patience(60))
    if missing.returncode != 1 or "[file.format]" not in missing.stderr or missing.stdout:
        yield f"a file that is not there: {missing.returncode}, {missing.stderr}"


def main():
    found = list(problems())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
