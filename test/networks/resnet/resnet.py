"""A narrow ResNet of the shape of ResNet-50 with drawn weights, against numpy in float64.

RUN: %python %s %t
REQUIRES: weft
"""
import sys
from pathlib import Path

import numpy as np
from drawn_network import compare, draw
from layers_float64 import convolution

NARROW, WIDE, REST, STRIDE, SIZE, CLASS = (2, 3, 4, 5), (5, 6, 7, 8), (2, 1, 2, 1), (1, 2, 2, 2), 37, 6


def conv_norm(prefix, out, into, tap, layers=()):
    shapes = {"W": (out, into, tap, tap)} | {name: (out,) for name in ("scale", "shift", "mean_of", "var")}
    return {f"{prefix}.{name}": (*layers, *shape) for name, shape in shapes.items()}


def path(prefix, into, narrow, wide, layers=()):
    return (conv_norm(prefix + ".one", narrow, into, 1, layers) | conv_norm(prefix + ".two", narrow, narrow, 3, layers)
            | conv_norm(prefix + ".three", wide, narrow, 1, layers))


def all_shapes():
    shapes = conv_norm("stem.conv", NARROW[0], 3, 7) | {"head.W": (CLASS, WIDE[3]), "head.b": (CLASS,)}
    into = NARROW[0]
    for stage, (narrow, wide, rest) in enumerate(zip(NARROW, WIDE, REST), start=1):
        first = f"stage_{stage}.first_block"
        shapes |= path(first + ".path", into, narrow, wide) | conv_norm(first + ".short", wide, into, 1)
        shapes |= path(f"stage_{stage}.rest.path", wide, narrow, wide, (rest,))
        into = wide
    return shapes


def normed(w, prefix, x, stride=1, layer=None):
    values = [w[f"{prefix}.{name}"] for name in ("W", "scale", "shift", "mean_of", "var")]
    weights, scale, shift, mean, var = (value if layer is None else value[layer] for value in values)
    z = convolution(x, weights, stride, weights.shape[-1] // 2)
    scale, shift, mean, var = (value[:, None, None] for value in (scale, shift, mean, var))
    return (z - mean) / np.sqrt(var + 1e-5) * scale + shift


def narrow_path(w, prefix, x, stride=1, layer=None):
    x = np.maximum(normed(w, prefix + ".one", x, 1, layer), 0)
    x = np.maximum(normed(w, prefix + ".two", x, stride, layer), 0)
    return normed(w, prefix + ".three", x, 1, layer)


def max_pool(x):
    """3 by 3 with stride 2 and a border of -inf."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)), constant_values=-np.inf)
    size = (x.shape[1] - 1) // 2 + 1
    return np.stack([np.stack([padded[:, 2 * r:2 * r + 3, 2 * c:2 * c + 3].max((1, 2)) for c in range(size)], 1)
                     for r in range(size)], 1)


def forward(w, x, rests=REST):
    x = max_pool(np.maximum(normed(w, "stem.conv", x, 2), 0))
    for stage, (rest, stride) in enumerate(zip(rests, STRIDE), start=1):
        first = f"stage_{stage}.first_block"
        x = np.maximum(narrow_path(w, first + ".path", x, stride) + normed(w, first + ".short", x, stride), 0)
        for layer in range(rest):
            x = np.maximum(x + narrow_path(w, f"stage_{stage}.rest.path", x, 1, layer), 0)
    return w["head.W"] @ x.mean((1, 2)) + w["head.b"]


def main():
    weights = draw(all_shapes())
    for name, value in weights.items():
        if name.endswith((".var", ".scale")):
            weights[name] = np.abs(value) + np.float32(0.5)
    image = np.random.default_rng(2).normal(0, 1, (3, SIZE, SIZE)).astype(np.float32)
    scores = forward({name: value.astype(np.float64) for name, value in weights.items()}, image.astype(np.float64))
    return compare("weft", Path(__file__).with_suffix(".weft"), sys.argv[1],
                   {"resnet." + name: value for name, value in weights.items()}, {"x": image}, {"y": scores})


if __name__ == "__main__":
    sys.exit(main())
