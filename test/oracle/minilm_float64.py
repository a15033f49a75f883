"""all-MiniLM-L6-v2 in float64 with numpy alone: what the compiled network is compared with.

Written from the description of BERT (Devlin et al., 2018), not from any program in Weft: post-norm blocks, biased
variance with eps 1e-12, the erf form of GELU, then the mean over all tokens, scaled to length one.
"""
import numpy as np
from layers_float64 import attention, gelu, layer_norm

HEADS = 12


def tokens(weights, ids):
    """The last hidden state, one row a token, of one sentence without padding. `weights` are the file's own names."""
    w = {name: tensor.astype(np.float64) for name, tensor in weights.items() if tensor.dtype == np.float32}

    def dense(name, x):
        return x @ w[name + ".weight"].T + w[name + ".bias"]

    def norm(name, x):
        return layer_norm(x, w[name + ".weight"], w[name + ".bias"], 1e-12)

    x = (w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:len(ids)]
         + w["embeddings.token_type_embeddings.weight"][0])
    x = norm("embeddings.LayerNorm", x)
    length, model = x.shape
    for layer in range(6):
        prefix = f"encoder.layer.{layer}."
        q, k, v = (dense(prefix + "attention.self." + name, x).reshape(length, HEADS, -1).transpose(1, 0, 2)
                   for name in ("query", "key", "value"))
        mixed = attention(q, k, v).transpose(1, 0, 2).reshape(length, model)
        x = norm(prefix + "attention.output.LayerNorm", x + dense(prefix + "attention.output.dense", mixed))
        hidden = gelu(dense(prefix + "intermediate.dense", x))
        x = norm(prefix + "output.LayerNorm", x + dense(prefix + "output.dense", hidden))
    return x


def pooled(weights, ids):
    mean = tokens(weights, ids).mean(0)
    return mean / np.sqrt((mean ** 2).sum())
