"""What was proved is kept: a second check asks Z3 nothing. Entries are believed only when they are whole, the user's own
and of this very program; none of them makes a refuted law a proved one.

RUN: %python %s %t %build
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy

FOLDER, BIN = Path(sys.argv[1]), Path(sys.argv[2]) / "bin"
shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir(parents=True)

# A compiler whose solver writes down that it was asked.
shutil.copy(BIN / "weft", FOLDER / "weft")
solver = FOLDER / "weft-solver"
solver.write_text(f'#!/bin/sh\necho asked >> {FOLDER}/asked\n[ -e {FOLDER}/mute ] || exec {BIN}/weft-solver\n')
solver.chmod(0o755)

RIGHT = FOLDER / "right.weft"
RIGHT.write_text("""monoid velocity { carrier (v: real) where v > -1 and v < 1  unit 0  a * b = (a.v + b.v) / (1 + a.v * b.v) }
""")
WRONG = FOLDER / "wrong.weft"
# Without a unit no law of it holds, so that there is nothing to keep.
WRONG.write_text(RIGHT.read_text().replace("1 + a.v", "1 + 2 * a.v").replace("unit 0", ""))


def asked():
    path = FOLDER / "asked"
    count = len(path.read_text().split()) if path.exists() else 0
    path.unlink(missing_ok=True)
    return count


def check(program, *flags, cache=None, **environment):
    variables = {name: value for name, value in os.environ.items() if name != "WEFT_CACHE"} | environment
    if cache is not None:
        variables["WEFT_CACHE"] = str(cache)
    done = subprocess.run([FOLDER / "weft", "check", program, *flags], env=variables, capture_output=True, text=True)
    return done.returncode, asked()


def entries(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


cache = FOLDER / "cache"
code, count = check(RIGHT, cache=cache)
assert code == 0 and count > 0, (code, count)
assert check(RIGHT, cache=cache) == (0, 0)
files = entries(cache)
assert files and all(len(path.name) == 64 for path in files), files
assert all(path.stat().st_mode & 0o077 == 0 for path in [cache, *files])

# Renaming changes no law; another law is another entry.
renamed = FOLDER / "renamed.weft"
renamed.write_text(RIGHT.read_text().replace("velocity", "speed").replace("v", "w"))
assert check(renamed, cache=cache) == (0, 0)

# Off: by the flag, by an empty variable.
assert check(RIGHT, "--no-cache", cache=cache)[1] == count
assert check(RIGHT, cache="")[1] == count

# Where it is when nothing says so.
home, xdg = FOLDER / "home", FOLDER / "xdg"
assert check(RIGHT, HOME=str(home), XDG_CACHE_HOME="")[1] == count and entries(home / ".cache" / "weft")
assert check(RIGHT, HOME=str(home), XDG_CACHE_HOME=str(xdg))[1] == count and entries(xdg / "weft")
assert check(RIGHT, HOME=str(home), XDG_CACHE_HOME=str(xdg)) == (0, 0)

# Entries that are cut, changed, for others to write, links, or folders are not believed; all but the last are mended.
good = {path: path.read_bytes() for path in files}


def spoilt(spoil):
    for path, text in good.items():
        if path.is_dir():
            path.rmdir()
        path.unlink(missing_ok=True)
        path.write_bytes(text)
        path.chmod(0o600)
        spoil(path, text)
    return check(RIGHT, cache=cache)


def linked(path, text):
    other = path.with_suffix(".other")
    other.write_bytes(text)
    path.unlink()
    path.symlink_to(other)


def folder(path, text):
    path.unlink()
    path.mkdir()


assert spoilt(lambda path, text: None) == (0, 0)
for spoil in (lambda path, text: path.write_bytes(text[:-9]), lambda path, text: path.write_bytes(b""),
              lambda path, text: path.write_bytes(text.replace(b"by ", b"BY ")),
              lambda path, text: path.write_bytes(b"\xff" * 100_000), lambda path, text: path.chmod(0o666), linked):
    code, count_now = spoilt(spoil)
    assert code == 0 and count_now > 0, (code, count_now)
    assert check(RIGHT, cache=cache) == (0, 0)
code, count_now = spoilt(folder)
assert code == 0 and count_now > 0

# Another solver, or another compiler, is another program.
os.utime(solver, (1, 1))
assert check(RIGHT, cache=cache)[1] > 0

# Where nothing can be written nothing is kept, and all else goes on.
blocked = FOLDER / "blocked"
blocked.write_text("")
assert check(RIGHT, cache=blocked) == (0, count)
assert blocked.read_text() == ""

# What is refuted is not kept, and refuted again.
wrong = FOLDER / "refuted"
assert check(WRONG, cache=wrong)[0] == 1
assert check(WRONG, cache=wrong)[0] == 1 and entries(wrong) == []
assert check(WRONG, cache=cache)[0] == 1

# What cannot be proved is kept too: nothing is tried again, and said once, however often a command needs it.
TRUSTED = FOLDER / "trusted.weft"
TRUSTED.write_text("""axis Seq
monoid norm { carrier (x: real) where x >= 0  unit 0  a * b = pow(pow(a.x, 2.5) + pow(b.x, 2.5), 0.4)  lift x = abs(x)
  assume domain  assume unit  assume associative }
export morphism net (x: real[Seq]) -> (y: real) { y = norm[s](x[s]) }
""")
tried = FOLDER / "tried"
code, count = check(TRUSTED, cache=tried)
assert code == 0 and count > 0 and entries(tried), (code, count)
assert check(TRUSTED, cache=tried) == (0, 0)
numpy.save(FOLDER / "x.npy", numpy.ones(3, "f4"))
done = subprocess.run([FOLDER / "weft", "run", "--no-cache", "--in", f"x={FOLDER / 'x.npy'}", TRUSTED],
                      capture_output=True, text=True)
assert done.returncode == 0 and done.stderr.count("`norm` is associative is assumed") == 1, done.stderr
assert asked() == count
