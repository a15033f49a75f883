"""A small GPT-2 with drawn weights, the read-out its own and tied to the embedding, against numpy in float64.

RUN: %python %s %t
REQUIRES: weft
"""
import sys
from pathlib import Path

import numpy as np
from drawn_network import compare, draw
from layers_float64 import layer_norm
from transformer_float64 import chain, shapes

VOCAB, POSITION, LAYER, MODEL, HEAD, KEY, HIDDEN = 11, 9, 3, 10, 2, 5, 13


def main():
    weights = draw({"embed.token": (VOCAB, MODEL), "embed.place": (POSITION, MODEL), "norm.scale": (MODEL,),
                    "norm.shift": (MODEL,), "head.W": (VOCAB, MODEL)}
                   | shapes("body", LAYER, MODEL, HEAD, KEY, HIDDEN, model_first=True))
    text = np.array([3, 1, 4, 1, 5, 9, 2])
    w = {name: value.astype(np.float64) for name, value in weights.items()}
    x = w["embed.token"][text] + w["embed.place"][:len(text)]
    x = chain(w, "body", x, 1e-5, pre_norm=True, model_first=True, causal=True, tanh_form=True)
    last = layer_norm(x, w["norm.scale"], w["norm.shift"], 1e-5)
    program = Path(__file__).with_suffix(".weft")
    own = compare("weft", program, sys.argv[1], {"gpt2." + name: value for name, value in weights.items()}, {"t": text},
                  {"y": last @ w["head.W"].T})
    del weights["head.W"]
    tied = compare("weft", program, sys.argv[1], {"gpt2_tied." + name: value for name, value in weights.items()},
                   {"t": text}, {"y": last @ w["embed.token"].T}, entry="gpt2_tiny_tied")
    return own | tied


if __name__ == "__main__":
    sys.exit(main())
