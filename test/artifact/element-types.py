"""Each element type as an input, as a weight and as an output: its bytes in a file and in memory, at every address that
is a multiple of its size and at no other.

RUN: rm -rf %t && mkdir %t
RUN: %python %s %t
REQUIRES: weft
"""
import sys
from pathlib import Path

import numpy as np
import weft_library
from safetensors_file import TYPES

ALIGNMENT = 14
folder = Path(sys.argv[1])
declared = "input_{0}: {0}[N]", "weight_{0}: {0}[N]", "copied_{0}: {0}[N], bound_{0}: {0}[N]"
inputs, weights, outputs = (", ".join(text.format(kind.lower()) for kind in TYPES) for text in declared)
body = "\n".join("  copied_{0}[i] = input_{0}[i]\n  bound_{0}[i] = weight_{0}[i]".format(kind.lower()) for kind in TYPES)
(folder / "net.weft").write_text(f"axis N = 5\nexport morphism net ({inputs}) -> ({outputs})\n  weights {weights}\n{{\n{body}\n}}\n")
weft_library.build(folder / "net.weft", "net", (), folder)
library = weft_library.Library("net", folder)


def at(array, offset):
    """The same elements at an address that is `offset` bytes behind a multiple of 64."""
    room = np.zeros(array.nbytes + 128, np.uint8)
    begin = -room.ctypes.data % 64 + offset
    room[begin: begin + array.nbytes] = array.view(np.uint8)
    return room[begin: begin + array.nbytes].view(array.dtype)


random = np.random.default_rng(7)
drawn = lambda: {kind.lower(): random.integers(0, 2 if kind == "BOOL" else 100, 5).astype(TYPES[kind]) for kind in TYPES}
given, bound = drawn(), drawn()
library.bind({f"weight_{kind}": array for kind, array in bound.items()}, folder / "w.safetensors")
found = library.call({f"input_{kind}": at(array, array.itemsize) for kind, array in given.items()}, {})
for kind in given:
    assert found[f"copied_{kind}"].tobytes() == given[kind].tobytes(), kind
    assert found[f"bound_{kind}"].tobytes() == bound[kind].tobytes(), kind
    if given[kind].itemsize > 1:
        moved = given | {kind: at(given[kind], given[kind].itemsize // 2)}
        arguments, _ = library.prepare({f"input_{name}": array for name, array in moved.items()}, {})
        assert library.function("call")(*arguments) == ALIGNMENT, kind
