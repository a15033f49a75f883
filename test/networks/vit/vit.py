"""A small ViT on a full image with drawn weights, against numpy in float64.

RUN: %python %s %t
REQUIRES: weft
"""
import sys
from pathlib import Path

import numpy as np
from drawn_network import compare, draw
from layers_float64 import layer_norm
from transformer_float64 import chain, shapes

GRID, SIDE, LAYER, MODEL, HEAD, KEY, HIDDEN, CLASS = 14, 16, 2, 10, 2, 5, 13, 7


def main():
    weights = draw({"embed.W": (MODEL, 3, SIDE, SIDE), "embed.b": (MODEL,), "embed.start": (MODEL,),
                    "embed.place": (1 + GRID * GRID, MODEL), "norm.scale": (MODEL,), "norm.shift": (MODEL,),
                    "head.W": (CLASS, MODEL), "head.b": (CLASS,)}
                   | shapes("body", LAYER, MODEL, HEAD, KEY, HIDDEN, model_first=False))
    image = np.random.default_rng(2).normal(0, 1, (3, GRID * SIDE, GRID * SIDE)).astype(np.float32)
    w = {name: value.astype(np.float64) for name, value in weights.items()}
    tiles = image.astype(np.float64).reshape(3, GRID, SIDE, GRID, SIDE)
    patches = np.einsum("mcij,cgihj->ghm", w["embed.W"], tiles).reshape(-1, MODEL) + w["embed.b"]
    x = np.concatenate([w["embed.start"][None], patches]) + w["embed.place"]
    x = chain(w, "body", x, 1e-6, pre_norm=True)[0]
    scores = w["head.W"] @ layer_norm(x, w["norm.scale"], w["norm.shift"], 1e-6) + w["head.b"]
    return compare("weft", Path(__file__).with_suffix(".weft"), sys.argv[1],
                   {"vit." + name: value for name, value in weights.items()}, {"image": image}, {"y": scores},
                   interpreted=False)


if __name__ == "__main__":
    sys.exit(main())
