"""A small ALBERT with drawn weights, one block of them, against numpy in float64 with the block as often as there are
layers.

RUN: %python %s %t
REQUIRES: weft
"""
import sys
from pathlib import Path

import numpy as np
from drawn_network import compare, draw
from layers_float64 import layer_norm
from transformer_float64 import chain, shapes

VOCAB, POSITION, SEGMENT, LAYER, SMALL, MODEL, HEAD, KEY, HIDDEN = 11, 9, 2, 3, 6, 10, 2, 5, 13


def main():
    block = {name: shape[1:] for name, shape in shapes("body", 1, MODEL, HEAD, KEY, HIDDEN, model_first=False).items()}
    weights = draw({"embed.word": (VOCAB, SMALL), "embed.place": (POSITION, SMALL), "embed.part": (SEGMENT, SMALL),
                    "embed.norm.scale": (SMALL,), "embed.norm.shift": (SMALL,),
                    "widen.W": (MODEL, SMALL), "widen.b": (MODEL,),
                    "pooler.out.W": (MODEL, MODEL), "pooler.out.b": (MODEL,)} | block)
    token, segment = np.array([3, 1, 4, 1, 5, 9, 2]), np.array([0, 0, 0, 1, 1, 1, 1])
    w = {name: value.astype(np.float64) for name, value in weights.items()}
    w |= {name: np.stack([w[name]] * LAYER) for name in block}
    x = w["embed.word"][token] + w["embed.place"][:len(token)] + w["embed.part"][segment]
    x = layer_norm(x, w["embed.norm.scale"], w["embed.norm.shift"], 1e-12) @ w["widen.W"].T + w["widen.b"]
    x = chain(w, "body", x, 1e-12, pre_norm=False)
    pooled = np.tanh(w["pooler.out.W"] @ x[0] + w["pooler.out.b"])
    return compare("weft", Path(__file__).with_suffix(".weft"), sys.argv[1],
                   {"albert." + name: value for name, value in weights.items()},
                   {"token": token, "segment": segment}, {"y": pooled})


if __name__ == "__main__":
    sys.exit(main())
