"""Parameters are stored once: for every example, and for networks whose weights are tied, the file of weights holds the
numbers that `weft check` counts and no more, under distinct names; the object holds none; and the manifest lists what the
file holds.

RUN: %python %s %root %t
REQUIRES: weft
"""
import json
import re
import subprocess
import sys
from pathlib import Path

root, folder = Path(sys.argv[1]), Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
BYTES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
TIED = [("examples/adderboard/adderboard.weft", "add_2"), ("examples/adderboard/adderboard.weft", "add_4"),
        ("test/networks/albert/albert.weft", "albert_tiny"), ("test/networks/gpt2/gpt2.weft", "gpt2_tiny_tied")]


def examples():
    for path in sorted((root / "examples").rglob("*.weft")):
        yield path, None
    for path, entry in TIED:
        yield root / path, entry


def header(path):
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    tensors = json.loads(data[8:8 + size])
    tensors.pop("__metadata__", None)
    return tensors, len(data) - 8 - size


def count(shape):
    total = 1
    for size in shape:
        total *= size
    return total


def main():
    compiled = 0
    for path, entry in examples():
        chosen = ["--entry", entry] if entry else []
        out = folder / f"{path.stem}-{entry}"
        done = subprocess.run(["weft", "build", path, *chosen, "--init", "1", "-o", out, "--prefix", "net"],
                              capture_output=True, text=True)
        if "entry.missing" in done.stderr:
            continue
        assert done.returncode == 0, (path, done.stderr)
        manifest = json.loads(out.with_suffix(".json").read_text())
        weights = {weight["name"]: weight for weight in manifest["weights"]}
        if not weights:
            continue
        compiled += 1
        tensors, held = header(out.with_suffix(".weights"))
        assert tensors.keys() == weights.keys(), (path, entry, tensors.keys() ^ weights.keys())
        spans = sorted(tuple(tensor["data_offsets"]) for tensor in tensors.values())
        assert all(end <= begin for (_, end), (begin, _) in zip(spans, spans[1:])), (path, spans)
        stored = sum(count(tensor["shape"]) * BYTES[tensor["dtype"]] for tensor in tensors.values())
        assert stored == held, (path, entry, stored, held)
        numbers = sum(count(tensor["shape"]) for tensor in tensors.values())
        ties = subprocess.run(["weft", "emit", path, *chosen, "--stage", "ties"], capture_output=True, text=True,
                              check=True).stdout
        says = re.search(r"stores ([\d_]+) numbers", ties)
        assert says and int(says[1]) == numbers, (path, entry, says and says[0], numbers)
        sections = subprocess.run(["llvm-size", "-A", out.with_suffix(".o")], capture_output=True, text=True,
                                  check=True).stdout
        data = sum(int(line.split()[1]) for line in sections.splitlines()
                   if re.match(r"\.(rodata|data|bss)", line))
        # Constants of the code, names and messages; a network's numbers would not fit.
        assert data < 40_000, (path, entry, data)
        print(f"{path.name} {entry or ''}: {numbers:,} numbers, {held:,} bytes, {data:,} bytes of constants in the object")
    assert compiled > len(TIED)


if __name__ == "__main__":
    main()
