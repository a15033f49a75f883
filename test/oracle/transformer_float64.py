"""Blocks of transformers in float64, on weights with the layer in front: what GPT-2, BERT and ViT share."""
import numpy as np
from layers_float64 import attention, gelu, gelu_tanh, layer_norm


def shapes(prefix, layers, model, head, key, hidden, model_first):
    """The weights of a chain of blocks by name. `model_first`: Wq[Model, Head, Key], else Wq[Head, Key, Model]."""
    into = (model, head, key) if model_first else (head, key, model)
    back = (head, key, model) if model_first else (model, head, key)
    block = {"attn.Wq": into, "attn.Wk": into, "attn.Wv": into, "attn.Wo": back, "attn.bo": (model,),
             "attn.bq": (head, key), "attn.bk": (head, key), "attn.bv": (head, key),
             "mlp.up.W": (hidden, model), "mlp.up.b": (hidden,), "mlp.down.W": (model, hidden), "mlp.down.b": (model,)}
    for norm in ("norm_1", "norm_2"):
        block |= {norm + ".scale": (model,), norm + ".shift": (model,)}
    return {f"{prefix}.{name}": (layers, *shape) for name, shape in block.items()}


def mixed(w, x, model_first, causal):
    into, back = ("sm,mhe->hse", "hse,hem->sm") if model_first else ("sm,hem->hse", "hse,mhe->sm")
    q, k, v = (np.einsum(into, x, w["attn.W" + which]) + w["attn.b" + which][:, None, :] for which in "qkv")
    return np.einsum(back, attention(q, k, v, causal), w["attn.Wo"]) + w["attn.bo"]


def perceptron(w, x, bend):
    return bend(x @ w["mlp.up.W"].T + w["mlp.up.b"]) @ w["mlp.down.W"].T + w["mlp.down.b"]


def chain(weights, prefix, x, eps, pre_norm, model_first=False, causal=False, tanh_form=False):
    bend = gelu_tanh if tanh_form else gelu
    block = {name.removeprefix(prefix + "."): np.asarray(value, np.float64)
             for name, value in weights.items() if name.startswith(prefix + ".")}
    for layer in range(len(block["attn.bo"])):
        w = {name: value[layer] for name, value in block.items()}

        def norm(which, value):
            return layer_norm(value, w[which + ".scale"], w[which + ".shift"], eps)

        if pre_norm:
            x = x + mixed(w, norm("norm_1", x), model_first, causal)
            x = x + perceptron(w, norm("norm_2", x), bend)
        else:
            x = norm("norm_1", x + mixed(w, x, model_first, causal))
            x = norm("norm_2", x + perceptron(w, x, bend))
    return x
