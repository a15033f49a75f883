"""A shared library called through ctypes, rightly and wrongly: each wrong call gives its status and says why.

RUN: rm -rf %t && mkdir %t
RUN: weft build %S/Inputs/rows.weft -o %t/rows --shared
RUN: %python %s %t
REQUIRES: weft
"""
import ctypes
import sys
from pathlib import Path

import numpy as np
import safetensors_file

folder = Path(sys.argv[1])
library = ctypes.CDLL(str(folder / "rows.so"))
library.rows_last_error.restype = library.rows_status_text.restype = ctypes.c_char_p
library.rows_scratch_size.restype = ctypes.c_size_t
OK, ABI, ARGUMENT, FILE_FORMAT, MISSING, SHAPE, TYPE, UNREAD = 0, 1, 4, 5, 6, 7, 8, 9
SIZE, INPUT, OUTPUT, ALIGNMENT, SCRATCH, RANGE = 11, 12, 13, 14, 15, 16

context = ctypes.c_void_p()
failures = 0


def expect(what, status, wanted, message=""):
    global failures
    said = library.rows_last_error(context).decode() if status and context else ""
    if status != wanted or message not in said:
        failures += 1
        print(f"{what}: status {status} for {wanted}, says `{said}` without `{message}`")


def pointers(*arrays):
    return (ctypes.c_void_p * len(arrays))(*[None if a is None else a if isinstance(a, int) else a.ctypes.data
                                             for a in arrays])


expect("wrong ABI", library.rows_create(ctypes.byref(context), 999), ABI)
expect("create", library.rows_create(ctypes.byref(context), 2), OK)
x = np.array([[1, 0, 1], [0, 1, 0]], np.float32)
y, chosen = np.zeros((2, 2), np.float32), np.zeros(3, np.float32)
W = np.arange(1, 7, dtype=np.float32).reshape(2, 3)
scratch = np.zeros(1 << 16, np.uint8)


def call(rows=2, inputs=None, outputs=None, pick=1, room=scratch.nbytes, memory=scratch.ctypes.data):
    index = np.array(pick, np.int64)
    given = pointers(x, index) if inputs is None else inputs
    taken = pointers(y, chosen) if outputs is None else outputs
    sizes = (ctypes.c_int64 * 1)(rows)
    return library.rows_call(context, sizes, given, taken, ctypes.c_void_p(memory), ctypes.c_size_t(room))


def bind(tensors):
    safetensors_file.write(folder / "w.safetensors", tensors)
    data = np.fromfile(folder / "w.safetensors", np.uint8)
    kept.append(data)
    return library.rows_bind_weights(context, ctypes.c_void_p(data.ctypes.data), ctypes.c_size_t(data.nbytes))


kept = []
expect("no weights yet", call(), MISSING, "weights.missing")
expect("a weight too few", bind({}), MISSING, "`W`")
expect("another shape", bind({"W": W.T.copy()}), SHAPE, "[2, 3]")
expect("another type", bind({"W": W.astype(np.float64)}), TYPE, "F32")
expect("a weight too many", bind({"W": W, "V": W}), UNREAD, "`V`")
expect("no file", library.rows_bind_weights(context, b"abcdefgh" * 4, ctypes.c_size_t(32)), FILE_FORMAT, "safetensors")
expect("cut short", library.rows_bind_weights(context, kept[0].ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(5)),
       FILE_FORMAT)
expect("no such weight", library.rows_bind_weight(context, b"V", None, ctypes.c_size_t(0)), ARGUMENT, "`V`")
expect("too few bytes", library.rows_bind_weight(context, b"W", W.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(8)),
       SHAPE, "24 bytes")
expect("right weights", bind({"W": W}), OK)

expect("a right call", call(), OK)
if not (np.array_equal(y, x @ W.T) and np.array_equal(chosen, x[1])):
    failures += 1
    print("wrong numbers", y, chosen)
expect("a negative size", call(rows=-1), SIZE, "`Row`")
expect("a size beyond memory", call(rows=1 << 60), SIZE, "`Row`")
expect("an index outside", call(pick=2), RANGE, "`pick` holds 2")
expect("a negative index", call(pick=-1), RANGE, "holds -1")
expect("no input", call(inputs=pointers(None, np.array(0))), INPUT, "`x`")
expect("no output", call(outputs=pointers(y, None)), OUTPUT, "`chosen`")
expect("an input out of line", call(inputs=pointers(x.ctypes.data + 1, np.array(0))), ALIGNMENT, "`x`")
expect("an output out of line", call(outputs=pointers(y, chosen.ctypes.data + 2)), ALIGNMENT, "`chosen`")
expect("too little scratch", call(room=8), SCRATCH, "8 are given")
needed = library.rows_scratch_size(context, (ctypes.c_int64 * 1)(2))
expect("a byte less than enough scratch", call(room=needed - 1), SCRATCH, f"{needed - 1} are given")
expect("just enough scratch", call(room=needed), OK)
expect("no scratch", call(memory=None), SCRATCH)
expect("no context", library.rows_call(None, None, None, None, None, ctypes.c_size_t(0)), ARGUMENT)
if library.rows_scratch_size(context, (ctypes.c_int64 * 1)(-5)) != 0:
    failures += 1
    print("scratch for a negative size")

expect("bind an input", library.rows_bind_input(context, b"x", x.ctypes.data_as(ctypes.c_void_p)), OK)
zero = np.array(0, np.int64)
expect("a bound input", call(inputs=pointers(None, zero)), OK)
expect("no such input", library.rows_bind_input(context, b"z", None), ARGUMENT, "`z`")
library.rows_destroy(context)
sys.exit(failures != 0)
