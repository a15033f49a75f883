"""Network IR edited by hand is refused by the errors that source is refused by.

REQUIRES: weft
RUN: %python %s %t
"""
import re
import subprocess
import sys
from pathlib import Path

from patience import patience

FOLDER = Path(sys.argv[1])
FOLDER.mkdir(parents=True, exist_ok=True)
SOURCE = FOLDER / "net.weft"
SOURCE.write_text("""axis Seq, Model = 4, Head = 2
monoid best on real { unit -inf  a * b = max(a, b) }
morphism scale (x: real[Seq, Model]) -> (y: real[Seq, Model]) weights g: real[Model] { y[s, m] = g[m] * x[s, m] }
export morphism net (x: real[Seq, Model], k: Model[Seq]) -> (y: real[Seq]) {
  box up: scale
  z = up(x)
  y[s] = best[m where m > 0](z[s, m]) + z[s, k[s]]
}
""")
GOOD = subprocess.run(["weft", "emit", "--stage", "network", SOURCE], capture_output=True, text=True, check=True).stdout

# What is replaced, by what, and the error. The text found is a regular expression that matches once or more.
EDITS = [
    (r'@scale\(%x\)', "@gauge(%x)", "name.unknown"),
    (r"weft.fold @best", "weft.fold @worst", "name.unknown"),
    (r'(@net\(.*\) -> \(y: !weft.obj<real)\[Seq\]', r"\1[Model]", "wire.axis"),
    (r'%0 = weft.box "up" @scale\(%x\) : \(!weft.obj<real\[Seq, Model\]>\) -> !weft.obj<real\[Seq, Model\]>',
     '%9 = weft.box "up" @scale(%x) : (!weft.obj<real[Seq, Model]>) -> !weft.obj<real[Seq, Model]>\n'
     '    %0 = weft.box "more" @scale(%9) : (!weft.obj<real[Seq, Model]>) -> !weft.obj<real[Seq, Model]>', None),
    (r'weft.equation "y"\(%0, %k', 'weft.equation "y"(%x, %k', "wire.unused"),
    (r"%x_1\[%s, %m\] : \(!weft.obj<real\[Seq, Model\]>, !weft.obj<Seq>, !weft.obj<Model>\)",
     "%x_1[%m, %s] : (!weft.obj<real[Seq, Model]>, !weft.obj<Model>, !weft.obj<Seq>)", "index.axis"),
    (r"at\[%s, %m\] : !weft.obj<real>, !weft.obj<Seq>, !weft.obj<Model>", "at[%s] : !weft.obj<real>, !weft.obj<Seq>",
     "call.arity"),
    (r"weft.apply  mul\(", "weft.apply  mod(", "type.element"),
    (r'weft.axis  fixed @Model "4"', 'weft.axis  fixed @Model "4 +"', "syntax"),
    (r'weft.axis  fixed @Head "2"', 'weft.axis  product @Head "2"', "syntax"),
    (r'carrier \["value"\]', 'carrier ["value", "more"]', "call.arity"),
    (r'weft.return %1 : !weft.obj<real\[Seq\]>', "weft.return %k : !weft.obj<Model[Seq]>", "wire.axis"),
]


def opened(text):
    path = FOLDER / "edited.mlir"
    path.write_text(text)
    return subprocess.run(["weft-opt", path], capture_output=True, text=True, timeout=patience(60))


assert opened(GOOD).returncode == 0
for find, replacement, error in EDITS:
    edited, count = re.subn(find, replacement, GOOD)
    assert count, find
    done = opened(edited)
    if error is None:
        assert done.returncode == 0, (find, done.stderr)
        continue
    assert done.returncode == 1, (find, done)
    assert f"[{error}]" in done.stderr, (find, error, done.stderr[:500])
