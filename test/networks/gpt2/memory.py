"""GPT-2 small with its read-out tied to the embedding has one matrix for both, and one copy of every weight: what binding
and a call add to the process is the weights once and the activations, and a tenth. The tool that runs it, too.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
RUN: rm -rf %t
REQUIRES: weft
"""
import ctypes
import mmap
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import safetensors_file
import weft_library

folder = Path(sys.argv[1])
source = Path(__file__).with_name("gpt2.weft").read_text().replace("export ", "")
program = folder / "gpt2.weft"
program.write_text(source + "export morphism gpt2_small_tied =\n"
                   "  gpt2_tied[Vocab_all, Position_all, Layer_s, Model_s, Head_s, Key_all, Hidden_s]\n")
weft_library.build(str(program), "gpt2_small_tied", [], folder)
compiling = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
net = weft_library.Library("gpt2_small_tied", folder)
line = np.random.default_rng(1).standard_normal(1 << 22, np.float32) / 50
shapes = {weight["name"]: [int(size) for size in weight["shape"]] for weight in net.weights}
safetensors_file.write(folder / "w.safetensors", {name: np.resize(line, shape) for name, shape in shapes.items()})
stored = 4 * sum(int(np.prod(shape)) for shape in shapes.values())
assert stored == 4 * 124_439_808
text = np.arange(128) * 12_289 % 50_257
np.save(folder / "t.npy", text)


def reset():
    open("/proc/self/clear_refs", "w").write("5")


def peak():
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))


# A child's peak counts that of its parent before it is another program.
reset()
subprocess.run(["weft", "run", program, "--weights", folder / "w.safetensors", "--in", f"t={folder / 't.npy'}",
                "--out", f"y={folder / 'y.npy'}"], check=True, timeout=60)
running = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
print(f"running it takes {(running - compiling) / stored:.3f} of the weights beside compiling it")
given = np.load(folder / "y.npy")
assert running <= compiling + 1.1 * (stored + 2 * given.nbytes), (running, compiling)

file = open(folder / "w.safetensors", "rb")
mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
address = np.frombuffer(mapped, np.uint8)
reset()
before = peak()
net.must(net.function("bind_weights")(net.context, weft_library.pointer(address), ctypes.c_size_t(address.nbytes)))
answer = next(iter(net.call({"t": text}, {}).values()))
allowed = stored + answer.nbytes + net.kept[1].nbytes
growth = peak() - before
print(f"peak grew by {growth / allowed:.3f} of weights once and activations")
assert growth <= 1.1 * allowed, (growth, allowed)
assert np.array_equal(given, answer)
