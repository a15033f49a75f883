"""Files in other layouts, read by checkpoint cells: stacked, transposed, in sixteen bits, by layer, with parts left out.

RUN: %python %s %t
REQUIRES: weft
"""
import subprocess
import sys
from pathlib import Path

import numpy as np
import safetensors_file
from patience import patience

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(5)
program = folder / "net.weft"

HEAD = """
import std.nn
axis Layer = 3, Head = 2, Key = 4, Hidden = 6
axis Model = Head * Key
morphism mix (x: real[Model]) -> (y: real[Model]) weights Wq, Wk: real[Model, Head, Key], b: real[Model] {
  q[h, e] = sum[m](x[m] * Wq[m, h, e])
  k[h, e] = sum[m](x[m] * Wk[m, h, e])
  y[(h, e): Model] = q[h, e] * k[h, e] + b[(h, e)]
}
morphism block (x: real[Model]) -> (y: real[Model]) {
  box attn: mix
  box up: dense[Model, Hidden]
  box down: linear[Hidden, Model]
  y = x + attn(x) + down(up(x))
}
morphism net = body: chain block over Layer ; last: dense[Model, Model]
export net
"""


def draw(*shape):
    return random.standard_normal(shape).astype(np.float32)


own = {"body.attn.Wq": draw(3, 8, 2, 4), "body.attn.Wk": draw(3, 8, 2, 4), "body.attn.b": draw(3, 8),
       "body.up.W": draw(3, 6, 8), "body.up.b": draw(3, 6), "body.down.W": draw(3, 8, 6), "last.W": draw(8, 8),
       "last.b": draw(8).astype(np.float16).astype(np.float32)}


def run(cells, tensors, flags=()):
    program.write_text(HEAD + cells)
    safetensors_file.write(str(folder / "w.safetensors"), tensors)
    np.save(folder / "x.npy", np.linspace(-1, 1, 8, dtype=np.float32))
    done = subprocess.run(["weft", "run", str(program), "--weights", str(folder / "w.safetensors"), *flags, "--in",
                           f"x={folder / 'x.npy'}", "--out", f"y={folder / 'y.npy'}"],
                          capture_output=True, text=True, timeout=patience(60))
    return (np.load(folder / "y.npy"), "") if done.returncode == 0 else (None, done.stderr)


expected, _ = run("", own)

CELLS = """
cell dense_file : dense[Model, Hidden] => file { W[o, i] = "weight"[i, o]  b = "bias" }
cell hf : net => file {
  body[l].attn.Wq[m, h, e] = "h.{l}.attn.qk"[m, (0, (h, e))]
  body[l].attn.Wk[m, h, e] = "h.{l}.attn.qk"[m, (1, (h, e))]
  body[l].attn.b = "h.{l}.attn.bias"
  body[l].up = dense_file "h.{l}.up."
  body[l].down.W[o, i] = 0.5 * real("layer{l + 1}"[i, o])
  last.b[m] = real("b"[m])
  drop "h.{l}.mask"
  drop "absent"
  drop "spare"[1]
}
"""
stored = {"last.W": own["last.W"], "b": own["last.b"].astype(np.float16), "h.0.mask": draw(2, 2), "h.17.mask": draw(1)}
for l in range(3):
    stored[f"h.{l}.attn.qk"] = np.concatenate([own["body.attn.Wq"][l].reshape(8, 8), own["body.attn.Wk"][l].reshape(8, 8)], 1)
    stored[f"h.{l}.attn.bias"] = own["body.attn.b"][l]
    stored[f"h.{l}.up.weight"] = np.ascontiguousarray(own["body.up.W"][l].T)
    stored[f"h.{l}.up.bias"] = own["body.up.b"][l]
    stored[f"layer{l + 1}"] = 2 * np.ascontiguousarray(own["body.down.W"][l].T).astype(np.float64)

got, message = run(CELLS, stored)
assert got is not None, message
assert np.array_equal(got, expected), np.abs(got - expected).max()


def refused(error, words, change, cells=CELLS, flags=()):
    tensors = dict(stored)
    change(tensors)
    got, message = run(cells, tensors, flags)
    assert got is None and f"[{error}]" in message and words in message, (error, message)
    assert "Traceback" not in message


refused("weights.missing", "h.1.up.bias", lambda t: t.pop("h.1.up.bias"))
refused("weights.unread", "extra", lambda t: t.update(extra=draw(3)))
got, message = run(CELLS.replace('drop "absent"', 'drop "h.{l}.attn.bias"'), stored)  # a pattern may meet what is read
assert got is not None and np.array_equal(got, expected), message
for name in ("b", "last.W"):
    refused("weights.unread", "is dropped here, and is read", lambda t: None, CELLS.replace('drop "absent"', f'drop "{name}"'))
refused("weights.unread", "`spare` is dropped here, and is read", lambda t: t.update(spare=draw(2, 4)),
        CELLS.replace('  last.b[m] = real("b"[m])', '  last.b[m] = "spare"[m div 4, m mod 4]  drop "b"'))
# Of several drops the one that is wrong is shown.
refused("weights.unread", ":46: error: `spare` is dropped here", lambda t: t.update(spare=draw(2, 4)),
        CELLS.replace('  last.b[m] = real("b"[m])', '  last.b[m] = "spare"[0, m mod 4]  drop "b"  drop "spare"[0]'))
refused("syntax", "a `{` in this name is not closed", lambda t: None, CELLS.replace('"h.{l}.attn.bias"', '"h.{l.attn.bias"'))
refused("syntax", "a `}` in this name closes nothing", lambda t: None, CELLS.replace('"h.{l}.attn.bias"', '"h.l}.attn.bias"'))

# What is wrong for every layer is said once.
got, message = run(CELLS.replace('"layer{l + 1}"', '"layer{l + 7}"'), stored)
assert got is None and message.count("holds no `layer7`") == 1 and "layer8" not in message, message
refused("weights.unread", "8 of the 72 elements", lambda t: t.update({"h.0.attn.qk": draw(9, 8)[:, :8]}),
        CELLS.replace('"h.{l}.attn.qk"[m, (0, (h, e))]', '"h.{l}.attn.qk"[m, (h, e)]')
        .replace('"h.{l}.attn.qk"[m, (1, (h, e))]', '"h.{l}.attn.qk"[m, (h, e)]'))
refused("weights.shape", "b", lambda t: t.update(b=stored["b"][:7]))
refused("weights.type", "real(", lambda t: None, CELLS.replace('real("b"[m])', '"b"[m]'))
refused("weights.missing", "elements of weight `last.b`", lambda t: None,
        CELLS.replace('last.b[m] = real("b"[m])', 'last.b[0] = real("b"[0])'))
refused("cell.twice", "last.b", lambda t: None, CELLS.replace('last.b[m] = real("b"[m])', 'last.b[m] = real("b"[m])  last.b[0] = real("b"[0])'))
refused("cell.target", "last.c", lambda t: None, CELLS.replace("last.b[m]", "last.c[m]"))
refused("index.unbound", "{z}", lambda t: None, CELLS.replace('"h.{l}.attn.bias"', '"h.{z}.attn.bias"'))
refused("name.unknown", "--cell", lambda t: None, CELLS + "cell other : net => file { }\n")
refused("name.unknown", "nothing", lambda t: None, flags=["--cell", "nothing"])
# Templates that lie about the file: names that it has not, positions far outside, one layer of another shape or type.
refused("weights.missing", "h.-5.attn.bias", lambda t: None, CELLS.replace('"h.{l}.attn.bias"', '"h.{l - 5}.attn.bias"'))
refused("limit", "2^40", lambda t: None, CELLS.replace('real("b"[m])', 'real("b"[m + 9223372036854775807])'))
refused("weights.shape", "h.0.attn.qk", lambda t: None, CELLS.replace("[m, (1, (h, e))]", "[m, (1_000_000_000, (h, e))]"))
refused("weights.shape", "h.1.attn.qk", lambda t: t.update({"h.1.attn.qk": draw(16, 8)}))
refused("weights.shape", "h.2.attn.bias", lambda t: t.update({"h.2.attn.bias": draw(8, 1)}))
refused("weights.type", "h.2.attn.bias", lambda t: t.update({"h.2.attn.bias": np.zeros(8, np.int8)}))
got, message = run(CELLS + "cell other : net => file { }\n", stored, ["--cell", "hf"])
assert got is not None and np.array_equal(got, expected), message
got, message = run(CELLS + "cell other : net => file { }\n", own, ["--cell", "other"])
assert got is not None and np.array_equal(got, expected), message
# Heads that hold q and k in turn: the size of that factor comes from the file. One layer under another name.
in_turn = {name: value for name, value in stored.items() if not name.startswith("h.0.up")}
for l in range(3):
    turned = np.stack([own["body.attn.Wq"][l], own["body.attn.Wk"][l]], 2)
    in_turn[f"h.{l}.attn.qk"] = np.ascontiguousarray(turned.reshape(8, 16))
    in_turn[f"h.{l}.up.weight" if l else "first.weight"] = stored[f"h.{l}.up.weight"]
    in_turn[f"h.{l}.up.bias" if l else "first.bias"] = stored[f"h.{l}.up.bias"]
TURN = (CELLS.replace("(0, (h, e))", "(h, (0, e))").replace("(1, (h, e))", "(h, 1, e)")
        .replace('body[l].up = dense_file "h.{l}.up."', 'body[0].up = dense_file "first."  body[1].up = dense_file "h.1.up."'
                 '  body[2].up = dense_file "h.2.up."'))
got, message = run(TURN, in_turn)
assert got is not None and np.array_equal(got, expected), message
refused("index.unbound", "of one factor", lambda t: None, CELLS.replace("(0, (h, e))", "(0, (h, 0), e)"))
refused("weights.shape", "h.0.attn.qk", lambda t: t.update({"h.0.attn.qk": draw(8, 15)}),
        CELLS.replace("(0, (h, e))", "(h, (0, e))"))
# Layers from the last to the first, one after the other with what lies between; the halves of a key interleaved, by an
# index that is no pair.
turned = {name: value for name, value in stored.items() if not name.startswith(("layer", "h.")) or "mask" in name}
for l in range(3):
    turned[f"h.{2 * l + 1}.attn.bias"] = stored[f"h.{l}.attn.bias"]
    turned[f"h.{2 * l}.up.weight"] = stored[f"h.{l}.up.weight"]
    turned[f"h.{2 * l}.up.bias"] = stored[f"h.{l}.up.bias"]
    turned[f"layer{2 - l}"] = stored[f"layer{l + 1}"]
    halves = own["body.attn.Wq"][l].reshape(8, 2, 2, 2).transpose(0, 1, 3, 2).reshape(8, 8)
    turned[f"h.{l}.attn.qk"] = np.concatenate([halves, own["body.attn.Wk"][l].reshape(8, 8)], 1)
DIVIDED = (CELLS.replace('"layer{l + 1}"', '"layer{#Layer - 1 - l}"').replace('"h.{l}.attn.bias"', '"h.{2 * l + 1}.attn.bias"')
           .replace('"h.{l}.up."', '"h.{l * 2}.up."')
           .replace("(0, (h, e))", "h * 4 + e mod 2 * 2 + e div 2").replace("(1, (h, e))", "(1, (h, (e div 2, e mod 2)))"))
got, message = run(DIVIDED, turned)
assert got is not None and np.array_equal(got, expected), message
refused("index.range", "positive", lambda t: None, CELLS.replace("(0, (h, e))", "h * 4 + e mod 0"))
refused("index.range", "positive", lambda t: None, CELLS.replace("(0, (h, e))", "h * 4 + e div (m - 1)"))
refused("index.unbound", "{l * l}", lambda t: None, CELLS.replace('"h.{l}.attn.bias"', '"h.{l * l}.attn.bias"'))
refused("index.unbound", "{#Nothing - l}", lambda t: None, CELLS.replace('"h.{l}.attn.bias"', '"h.{#Nothing - l}.attn.bias"'))
refused("index.unbound", "{l - }", lambda t: None, CELLS.replace('"h.{l}.attn.bias"', '"h.{l - }.attn.bias"'))
spare = dict(stored, spare=draw(2, 3))
assert "3 of the 6 elements" in run(CELLS, spare)[1]

# Right sides are typed, and computed exactly, like expressions of a network.
whole = folder / "whole.weft"


def whole_numbers(kind, formula, *stored):
    """The weight that a formula gives, or what is said."""
    whole.write_text(f"axis A = 3\nexport morphism net (z: {kind}[A]) -> (y: {kind}[A]) weights q: {kind}[A] "
                     f"{{ y[a] = q[a]  drop z }}\ncell f : net => file {{ q[o] = {formula} }}\n")
    safetensors_file.write(str(folder / "q.safetensors"), {"q": np.array(*stored)})
    np.save(folder / "z.npy", np.zeros(3, {"real": np.float32}.get(kind, np.dtype(f"int{kind[1:]}") if kind[0] == "i" else np.uint8)))
    done = subprocess.run(["weft", "run", str(whole), "--weights", str(folder / "q.safetensors"), "--in",
                           f"z={folder / 'z.npy'}", "--out", f"y={folder / 'y.npy'}"],
                          capture_output=True, text=True, timeout=patience(60))
    return np.load(folder / "y.npy").tolist() if done.returncode == 0 else done.stderr


large = [-3, 0, 2**53 + 1], np.int64
for kind, formula, file, expected in [
        ("i64", '"q"[o] mod 4', large, [1, 0, 1]), ("i64", '"q"[o] div 2 + 1', large, [-1, 1, 2**52 + 1]),
        ("i64", '"q"[o] * 1', large, large[0]), ("i64", 'i64(real("q"[o]) / 2)', ([-3, 0, 5], np.int64), [-1, 0, 2]),
        ("i8", 'i8("q"[o])', ([-128, 5, 127], np.int32), [-128, 5, 127]), ("real", 'real("q"[o]) / 4', ([1, 2, 3], np.int8), [0.25, 0.5, 0.75]),
        ("real", '2 * "q"[o] - 1', ([1, 2, 3], np.float32), [1, 3, 5])]:
    got = whole_numbers(kind, formula, *file)
    assert got == expected, (formula, got)
for kind, formula, file, error, words in [
        ("i64", '"q"[o] / 2', large, "type.element", "`/` takes reals"), ("i64", '"q"[o] < 2', large, "cell.target", "div"),
        ("i64", '"q"[o] div "q"[1]', large, "number.divide", "at o = 0"), ("i64", 'real("q"[o])', large, "type.element", "holds `i64`"),
        ("i64", '"q"[o] * 0.5', large, "type.element", "an integer on the left"), ("i64", "-(\"q\"[o] * 9_000)", large, "number.overflow", "`i64`, at o = 2"),
        ("i8", '"q"[o] * 2', ([100, 1, 2], np.int8), "number.overflow", "`i8`, at o = 0"), ("u8", '"q"[o] - 1', ([0, 1, 2], np.uint8), "number.overflow", "`u8`"),
        ("i8", 'i8("q"[o])', ([1, np.nan, 2], np.float32), "number.overflow", "`i8`, at o = 1"), ("real", 'i32("q"[o])', ([1.5, 2, 3], np.float32), "type.element", "holds `real`"),
        ("real", '"q"[o] mod 2', ([1, 2, 3], np.float32), "type.element", "`mod` takes integers"), ("real", 'not "q"[o]', ([1, 2, 3], np.float32), "cell.target", "`mod`")]:
    got = whole_numbers(kind, formula, *file)
    assert isinstance(got, str) and f"[{error}]" in got and words in got, (formula, got)
print("fine")
