"""MiniLM with its real weights and a low-rank update, kept apart and merged into the matrix by numpy: equal; and its
matrices as bytes: sentences stay as alike as they were, within 0.01.

RUN: weft check %S/ties.weft
RUN: %python-models %s %t %root/examples/minilm
REQUIRES: weft, models
"""
import itertools
import sys
from pathlib import Path

import numpy as np
import safetensors_file
from weft_library import Library, build

folder = Path(sys.argv[1])
sys.path.insert(0, sys.argv[2])
import embed

PROGRAM = Path(__file__).with_suffix(".weft")
LAYERS, HEADS, KEY, MODEL, RANK = 6, 12, 32, 384, 8
PLACES = {"attn.Wq": ("attention.self.query.weight", (HEADS, KEY, MODEL)),
          "attn.Wk": ("attention.self.key.weight", (HEADS, KEY, MODEL)),
          "attn.Wv": ("attention.self.value.weight", (HEADS, KEY, MODEL)),
          "attn.Wo": ("attention.output.dense.weight", (MODEL, HEADS, KEY)),
          "attn.bq": ("attention.self.query.bias", (HEADS, KEY)), "attn.bk": ("attention.self.key.bias", (HEADS, KEY)),
          "attn.bv": ("attention.self.value.bias", (HEADS, KEY)), "attn.bo": ("attention.output.dense.bias", (MODEL,)),
          "norm_1.scale": ("attention.output.LayerNorm.weight", (MODEL,)),
          "norm_1.shift": ("attention.output.LayerNorm.bias", (MODEL,)),
          "norm_2.scale": ("output.LayerNorm.weight", (MODEL,)), "norm_2.shift": ("output.LayerNorm.bias", (MODEL,)),
          "mlp.up.W": ("intermediate.dense.weight", (4 * MODEL, MODEL)),
          "mlp.up.b": ("intermediate.dense.bias", (4 * MODEL,)),
          "mlp.down.W": ("output.dense.weight", (MODEL, 4 * MODEL)), "mlp.down.b": ("output.dense.bias", (MODEL,))}
BYTES = {"attn.Wq": ("q", 2), "attn.Wk": ("k", 2), "attn.Wv": ("v", 2), "attn.Wo": ("o", 1), "mlp.up.W": ("up", 1),
         "mlp.down.W": ("down", 1)}


def own_weights(file):
    """The weights by the network's own names, layers stacked."""
    own = {"embed.word": file["embeddings.word_embeddings.weight"],
           "embed.place": file["embeddings.position_embeddings.weight"],
           "embed.segment": file["embeddings.token_type_embeddings.weight"],
           "embed.norm.scale": file["embeddings.LayerNorm.weight"], "embed.norm.shift": file["embeddings.LayerNorm.bias"]}
    for name, (place, shape) in PLACES.items():
        layers = [file[f"encoder.layer.{layer}.{place}"].reshape(shape) for layer in range(LAYERS)]
        own["body." + name] = np.stack(layers).astype(np.float32)
    return own


def as_bytes(own):
    """Each row of each matrix as bytes and the scale that its largest number asks for."""
    result = dict(own)
    for name, (byte, rows) in BYTES.items():
        matrix = result.pop("body." + name)
        inner = tuple(range(1 + rows, matrix.ndim))
        scale = np.abs(matrix).max(axis=inner) / 127
        result[byte] = np.round(matrix / np.expand_dims(scale, inner)).astype(np.int8)
        result[byte + "_scale"] = scale.astype(np.float32)
    return result


class Compiled:
    """One entry, compiled once, with any weights."""

    def __init__(self, entry):
        build(PROGRAM, entry, (), folder)
        self.library = Library(entry, folder)

    def vectors(self, weights, texts):
        self.library.bind(weights, folder / "weights.safetensors")
        return [self.library.call({"token": np.array(ids)}, {})["y"].copy() for ids in texts]


def main():
    folder.mkdir(parents=True, exist_ok=True)
    reads = embed.tokenizer()
    texts = [reads.encode(sentence).ids for sentence in embed.PUBLISHED]
    own = own_weights(safetensors_file.read(embed.weights()))
    random = np.random.default_rng(4)
    down = random.normal(0, 0.02, (LAYERS, RANK, MODEL)).astype(np.float32)
    up = random.normal(0, 0.2, (LAYERS, HEADS, KEY, RANK)).astype(np.float32)
    update = np.einsum("lher,lrm->lhem", up.astype(float), down.astype(float))
    low_rank, none = Compiled("minilm_lora"), {"A": down, "B": np.zeros_like(up)}
    plain = low_rank.vectors(own | none, texts)
    apart = low_rank.vectors(own | {"A": down, "B": up}, texts)
    merged = {"body.attn.Wq": (own["body.attn.Wq"] + update).astype(np.float32)}
    whole = low_rank.vectors(own | none | merged, texts)
    off = max(np.abs(a - b).max() for a, b in zip(apart, whole))
    moved = max(np.abs(a - b).max() for a, b in zip(plain, whole))
    print(f"low rank apart and merged differ by {off:.1e}; the update moves vectors by {moved:.1e}")
    status = not (off < 1e-5 < 1e-3 < moved)
    small = Compiled("minilm_int8").vectors(as_bytes(own), texts)
    for one, two in itertools.combinations(range(len(texts)), 2):
        exact, rough = float(plain[one] @ plain[two]), float(small[one] @ small[two])
        print(f"cosine {exact:.4f}, as bytes {rough:.4f}")
        status |= not abs(exact - rough) < 0.01
    return status


if __name__ == "__main__":
    sys.exit(main())
