"""The layers that the oracles share, in float64 with numpy alone, written from their papers' equations."""
import math

import numpy as np

erf = np.vectorize(math.erf, otypes=[np.float64])


def layer_norm(x, scale, shift, eps):
    """Over the last axis, with the biased variance."""
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred ** 2).mean(-1, keepdims=True) + eps) * scale + shift


def softmax(x):
    weights = np.exp(x - x.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True)


def gelu(x):
    return x / 2 * (1 + erf(x / math.sqrt(2)))


def gelu_tanh(x):
    return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def attention(q, k, v, causal=False):
    """Heads first: [head, token, key]."""
    scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
    if causal:
        scores = np.where(np.tril(np.ones(scores.shape[1:], bool)), scores, -np.inf)
    return softmax(scores) @ v


def convolution(x, weights, stride, pad):
    """Of an image [channel, row, column], by its definition."""
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    tap = weights.shape[-1]
    rows, columns = ((size - tap) // stride + 1 for size in padded.shape[1:])
    result = np.empty((len(weights), rows, columns))
    for row in range(rows):
        for column in range(columns):
            window = padded[:, stride * row:stride * row + tap, stride * column:stride * column + tap]
            result[:, row, column] = np.tensordot(weights, window, 3)
    return result
