"""An object for several processors takes the best that it finds itself on, and says which; a processor that lacks them
all is told what it lacks. Object code for each target is the same every time.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import sys
from pathlib import Path

import emulated
import numpy as np

folder = Path(sys.argv[1])
PROGRAM = """
axis Row
axis In = 20, Out = 70
export morphism net (x: real[Row, In], h: f16[Row, In]) -> (y: real[Row, Out], d: f16[Row, In])
  weights W: real[In, Out]
{
  y[r, o] = sum[i](x[r, i] * W[i, o])
  d[r, i] = h[r, i] * f16(x[r, i])
}
"""
(folder / "net.weft").write_text(PROGRAM)
random = np.random.default_rng(2)
x, W = random.standard_normal((5, 20)).astype(np.float32), random.standard_normal((20, 70)).astype(np.float32)
h = random.standard_normal((5, 20)).astype(np.float16)
FOUND = {"Nehalem": "x86-64-v2", "Haswell": "x86-64-v3"}

several = emulated.Network(folder / "net.weft", folder / "several", emulated.X86_64, "--target", "x86_64-linux-gnu", "--cpu",
                        "v2,v3,v4")
target = several.manifest["target"]
assert target["triple"] == "x86_64-unknown-linux-gnu"
assert [cpu["cpu"] for cpu in target["cpus"]] == ["x86-64-v4", "x86-64-v3", "x86-64-v2"]


def call(network, emulator):
    return network.call(emulator, {"Row": 5}, {"x": x, "h": h}, {"W": W})


def check(network, emulator, cpu):
    status, said, outputs = call(network, emulator)
    assert (status, said) == (0, cpu), (status, said, cpu)
    assert np.allclose(outputs["y"], x @ W, atol=1e-5)
    assert np.array_equal(outputs["d"], h * x.astype(np.float16))


for machine, cpu in FOUND.items():
    check(several, ["qemu-x86_64", "-cpu", machine], cpu)
if "avx512vl" in Path("/proc/cpuinfo").read_text():
    check(several, [], "x86-64-v4")
status, said, _ = call(several, ["qemu-x86_64", "-cpu", "core2duo"])
assert (status, said) == (2, "sse4.1"), (status, said)
demanding = emulated.Network(folder / "net.weft", folder / "demanding", emulated.X86_64, "--cpu", "v4")
status, said, _ = call(demanding, ["qemu-x86_64", "-cpu", "Haswell"])
assert (status, said) == (2, "avx512f"), (status, said)

# The same bytes again, and nothing but libc and libm is asked for.
for flags in (("--cpu", "v2,v3"), ("--cpu", "v2"), ("--target", "aarch64-linux-gnu")):
    made = []
    for place in ("once", "again"):
        (folder / place).mkdir(exist_ok=True)
        done = emulated.run("weft", "build", folder / "net.weft", "-o", folder / place / "net", *flags)
        assert done.returncode == 0, done.stderr
        made.append([(folder / place / f"net.{kind}").read_bytes() for kind in ("o", "h", "json")])
    assert made[0] == made[1], flags
    asked = emulated.run("llvm-nm", "--undefined-only", "--format=just-symbols", folder / "again" / "net.o").stdout.split()
    strange = [name for name in asked if name.startswith("__") or "weft" in name or "half" in name]
    assert not strange and "malloc" in asked, (flags, asked)
