"""Indices bound by net_bind_input are sorted by the first call of their sizes, and not again: not when other inputs change,
but when they are bound again, given by the call, or called at other sizes.

RUN: rm -rf %t && mkdir %t
RUN: weft build %S/Inputs/segments.weft -o %t/segments --shared
RUN: %python %s %t
REQUIRES: weft
"""
import ctypes
import sys
from pathlib import Path

import numpy as np

library = ctypes.CDLL(str(Path(sys.argv[1]) / "segments.so"))
library.segments_last_error.restype = ctypes.c_char_p
library.segments_scratch_size.restype = ctypes.c_size_t
random = np.random.default_rng(3)
context = ctypes.c_void_p()
assert library.segments_create(ctypes.byref(context), 2) == 0
RANGE = 16


def address(array):
    return None if array is None else ctypes.c_void_p(array.ctypes.data)


def bind(name, array):
    assert library.segments_bind_input(context, name, address(array)) == 0


def scratch_size(nodes, edges, width):
    return library.segments_scratch_size(context, (ctypes.c_int64 * 3)(nodes, edges, width))


def call(nodes, src, dst, x, edges=None, status=0, room=1 << 20):
    """The outputs; `src` and `dst` may be None, for what is bound."""
    total, most = np.full((2, nodes, x.shape[1]), 77, np.float32)
    inputs = (ctypes.c_void_p * 3)(*[None if a is None else a.ctypes.data for a in (src, dst, x)])
    outputs = (ctypes.c_void_p * 2)(total.ctypes.data, most.ctypes.data)
    scratch = np.full(room, 0xA5, np.uint8)
    sizes = (ctypes.c_int64 * 3)(nodes, len(dst) if edges is None else edges, x.shape[1])
    got = library.segments_call(context, sizes, inputs, outputs, address(scratch), ctypes.c_size_t(room))
    assert got == status, (got, library.segments_last_error(context))
    return total, most


def check(nodes, src, dst, x, got, what):
    total, most = np.zeros((nodes, x.shape[1])), np.full((nodes, x.shape[1]), -np.inf)
    np.add.at(total, dst, x[src])
    np.maximum.at(most, dst, x[src])
    assert np.allclose(got[0], total, atol=1e-4) and np.array_equal(got[1], most.astype(np.float32)), what


def drawn(nodes, edges, ordered=False):
    dst = random.integers(0, nodes, edges)
    return random.integers(0, nodes, edges), np.sort(dst) if ordered else dst, random.standard_normal((nodes, 3), np.float32)


for ordered in (False, True):
    src, dst, x = drawn(10, 60, ordered)
    bind(b"dst", dst)
    assert scratch_size(10, 60, 3)
    for i in range(3):
        x = random.standard_normal((10, 3), np.float32)
        check(10, src, dst, x, call(10, src, None, x, 60), "bound")
    # That it is not sorted again shows where the promise is broken, and the memory changed: the old order stands.
    was = dst.copy()
    dst[:] = (dst + 1) % 10
    check(10, src, was, x, call(10, src, None, x, 60), "sorted again")
    bind(b"dst", dst)
    check(10, src, dst, x, call(10, src, None, x, 60), "bound again")
    # A call's own, at the same sizes; and what is bound after it.
    mine = random.integers(0, 10, 60)
    check(10, src, mine, x, call(10, src, mine, x), "given by the call")
    check(10, src, dst, x, call(10, src, None, x, 60), "bound, after one of the call's own")

# Other sizes: sorted by each call until they are asked for.
src, other, x = drawn(7, 40)
bind(b"dst", other)
check(7, src, other, x, call(7, src, None, x, 40), "not asked for")
assert scratch_size(7, 40, 3)
for _ in range(2):
    check(7, src, other, x, call(7, src, None, x, 40), "other sizes")
check(7, src[:20], other[:20], x, call(7, src[:20], None, x, 20), "fewer edges of the same")
check(7, src, other, x, call(7, src, None, x, 40), "and all of them again")

# Wrong indices are found by each call until they are right, and nothing is made of them.
wrong = other.copy()
wrong[5] = 7
bind(b"dst", wrong)
for _ in range(2):
    call(7, src, None, x, 40, status=RANGE)
    assert b"`dst` holds 7 at [5]" in library.segments_last_error(context)
wrong[5] = 1
bind(b"dst", wrong)
check(7, src, wrong, x, call(7, src, None, x, 40), "right again")
astray = src.copy()
astray[3] = -1
bind(b"dst", other)
call(7, astray, None, x, 40, status=RANGE)
check(7, src, other, x, call(7, src, None, x, 40), "after an error in another input")

# Both bound, no edges, and nothing bound any more.
bind(b"src", src)
for _ in range(2):
    check(7, src, other, x, call(7, None, None, x, 40), "both bound")
none = np.zeros(0, np.int64)
bind(b"dst", none)
bind(b"src", none)
assert scratch_size(7, 0, 3)
for _ in range(2):
    check(7, none, none, x, call(7, None, None, x, 0), "no edges")
bind(b"dst", None)
check(7, src, other, x, call(7, src, other, x), "nothing bound")
library.segments_destroy(context)
