"""What the tool writes goes where its path leads: through links, into pipes; files keep their permissions.

RUN: %python %s %t
REQUIRES: weft
"""
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
from patience import patience

folder = Path(sys.argv[1])
shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
source = folder / "net.weft"
LOOSE = "axis N\nexport morphism net (x: real[N]) -> (y: real[N]) {   y[n] = x[n] + 1 }\n"
source.write_text(LOOSE)
np.save(folder / "x.npy", np.arange(3, dtype=np.float32))


def weft(*words):
    return subprocess.run(["weft", *map(str, words)], check=True, timeout=patience(60), capture_output=True)


def run(place):
    weft("run", source, "--in", f"x={folder / 'x.npy'}", "--out", f"y={place}")


target, link, pipe = folder / "target.npy", folder / "link.npy", folder / "pipe"
link.symlink_to("target.npy")
run(link)
assert link.is_symlink() and list(np.load(target)) == [1, 2, 3]

os.mkfifo(pipe)
read = []
reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
reader.start()
run(pipe)
reader.join()
assert read == [target.read_bytes()] and pipe.is_fifo()

linked = folder / "linked.weft"
linked.symlink_to("net.weft")
source.chmod(0o640)
weft("fmt", linked)
assert linked.is_symlink() and source.read_text() != LOOSE and source.stat().st_mode & 0o777 == 0o640

weft("build", source, "-o", folder / "new" / "net")
assert {path.name for path in (folder / "new").iterdir()} == {"net.o", "net.h", "net.json"}
assert (folder / "new").stat().st_mode & 0o755 == 0o755 & ~os.umask(0)
