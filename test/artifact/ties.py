"""A network with ties as an artifact: each stored weight once, with what it stands for; the file's bytes are those of
the weights that are stored.

RUN: %python %s %t
REQUIRES: weft
"""
import json
import struct
import subprocess
import sys
from pathlib import Path

from patience import patience

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
program = folder / "tied.weft"
program.write_text("""
import std.nn
axis Seq
axis Vocab = 50, Model = 16, Rank = 2, Layer = 3
morphism embed (t: Vocab[Seq]) -> (x: real[Seq, Model]) weights token: real[Vocab, Model] { x[s, m] = token[t[s], m] }
morphism net =
  embed ; body: chain (map linear[Model, Model] over Seq) over Layer ; head: map linear[Model, Vocab] over Seq
cell tie_head : net => half { head.W[v, m] = embed.token[v, m] }
cell low_rank : half => tied weights A: real[Layer, Model, Rank], B: real[Layer, Rank, Model] {
  body[l].W[o, i] = sum[r](A[l, o, r] * B[l, r, i])
}
export tied
""")
subprocess.run(["weft", "build", str(program), "-o", str(folder / "net"), "--init", "1"], check=True, timeout=patience(60))
manifest = json.loads((folder / "net.json").read_text())
weights = {weight["name"]: weight for weight in manifest["weights"]}
assert set(weights) == {"embed.token", "A", "B"}, weights
assert weights["embed.token"]["aliases"] == ["head.W"] and weights["A"]["aliases"] == []
ties = {tie["occurrence"]: tie for tie in manifest["ties"]}
assert ties["head.W"] == {"occurrence": "head.W", "form": "alias", "of": "embed.token", "cells": ["tie_head"], "flops": None}
assert ties["body.W"]["form"] == "computed" and ties["body.W"]["cells"] == ["low_rank"] and ties["body.W"]["of"] is None
stored = 50 * 16 + 2 * 3 * 16 * 2
assert manifest["costs"]["parameters"] == str(stored)
assert manifest["costs"]["parametersWithoutTies"] == str(2 * 50 * 16 + 3 * 16 * 16)
assert manifest["costs"]["weightBytes"] == str(4 * stored)
raw = (folder / "net.weights").read_bytes()
length = struct.unpack("<Q", raw[:8])[0]
header = json.loads(raw[8 : 8 + length])
assert header["__metadata__"] == {"head.W": "alias of embed.token", "body.W": "computed"}, header
data = sum(end - begin for begin, end in (e["data_offsets"] for n, e in header.items() if n != "__metadata__"))
assert data == 4 * stored
