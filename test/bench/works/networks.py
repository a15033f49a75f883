"""Transformers: an encoder of MiniLM's shape, GPT-2 small on a prompt, and its next token with a cache."""
from dataclasses import dataclass

import numpy as np
from peers import onnx_model, onnxruntime, openvino
from works import PROGRAMS, Program, Work, normal

ROOT = PROGRAMS.parent.parent
KEYS = "qkv"


@dataclass
class Shape:
    """Of a transformer, and where its weights keep the model's axis: Wq[model, head, key] or [head, key, model]."""
    layers: int
    model: int
    heads: int
    vocabulary: int
    positions: int
    hidden: int
    causal: bool  # and with norms before the layers, GELU by tanh, and a read-out
    eps: float

    @property
    def model_first(self):
        return self.causal

    def operations(self, rows, pairs):
        return self.layers * (2 * rows * (4 * self.model ** 2 + 2 * self.model * self.hidden) + 4 * pairs * self.model)


MINILM = Shape(6, 384, 12, 30_522, 512, 1_536, causal=False, eps=1e-12)
GPT2 = Shape(12, 768, 12, 50_257, 1_024, 3_072, causal=True, eps=1e-5)


def plain(weights):
    return {name.removeprefix("gpt2."): value for name, value in weights.items()}


class Builder:
    """ONNX from the program's weights; `fused` is onnxruntime's own attention."""

    def __init__(self, g, shape, weights, fused):
        self.g, self.shape, self.w, self.fused = g, shape, plain(weights), fused

    def norm(self, x, name, layer=None):
        scale, shift = (self.at(f"{name}.{part}", layer) for part in ("scale", "shift"))
        return self.g.op("LayerNormalization", x, *map(self.g.constant, (scale, shift)), axis=-1,
                         epsilon=self.shape.eps)

    def at(self, name, layer):
        return self.w[name] if layer is None else self.w[name][layer]

    def linear(self, x, matrix, bias):
        return self.g.op("Add", self.g.op("MatMul", x, self.g.constant(matrix)), self.g.constant(bias))

    def project(self, x, which, layer):
        """[rows, model] → [rows, model]."""
        size = self.shape.model
        matrix = self.w[f"body.attn.W{which}"][layer]
        matrix = matrix.reshape(size, size) if self.shape.model_first else matrix.reshape(size, size).T
        return self.linear(x, matrix, self.w[f"body.attn.b{which}"][layer].reshape(size))

    def back(self, x, layer):
        size = self.shape.model
        matrix = self.w["body.attn.Wo"][layer].reshape(size, size)
        return self.linear(x, matrix if self.shape.model_first else matrix.T, self.w["body.attn.bo"][layer])

    def perceptron(self, x, layer, rows):
        x = self.linear(x, self.w["body.mlp.up.W"][layer].T, self.w["body.mlp.up.b"][layer])
        x = self.g.op("Gelu", x, approximate="tanh" if self.shape.causal else "none")
        return self.linear(x, self.w["body.mlp.down.W"][layer].T, self.w["body.mlp.down.b"][layer])

    def attention(self, x, layer, rows):
        """Of x[1, rows, model]."""
        g, heads, size = self.g, self.shape.heads, self.shape.model
        q, k, v = (self.project(x, which, layer) for which in KEYS)
        if self.fused:
            return g.op("MultiHeadAttention", q, k, v, domain="com.microsoft", num_heads=heads,
                        unidirectional=int(self.shape.causal))
        split = g.constant(np.array([1, rows, heads, size // heads]))
        q, k, v = (g.op("Transpose", g.op("Reshape", x, split), perm=[0, 2, 1, 3]) for x in (q, k, v))
        y = self.weighted(q, k, v, size // heads, rows if self.shape.causal else 0)
        return g.op("Reshape", g.op("Transpose", y, perm=[0, 2, 1, 3]), g.constant(np.array([1, rows, size])))

    def weighted(self, q, k, v, key, causal_rows=0):
        g = self.g
        scores = g.op("MatMul", q, g.op("Transpose", k, perm=[0, 1, 3, 2]))
        scores = g.op("Mul", scores, g.constant(np.float32(key ** -0.5)))
        if causal_rows:
            mask = np.where(np.tri(causal_rows, dtype=bool), 0, -np.inf).astype(np.float32)[None, None]
            scores = g.op("Add", scores, g.constant(mask))
        return g.op("MatMul", g.op("Softmax", scores, axis=-1), v)

    def body(self, x, rows):
        for layer in range(self.shape.layers):
            for norm, part in (("body.norm_1", self.mixed), ("body.norm_2", self.perceptron)):
                if self.shape.causal:
                    x = self.g.op("Add", x, part(self.norm(x, norm, layer), layer, rows))
                else:
                    x = self.norm(self.g.op("Add", x, part(x, layer, rows)), norm, layer)
        return x

    def mixed(self, x, layer, rows):
        return self.back(self.attention(x, layer, rows), layer)

    def read_out(self, x):
        return self.g.op("MatMul", self.norm(x, "norm"), self.g.constant(self.w["head.W"].T))


def encoder(size):
    def inputs():
        return {"token": np.random.default_rng(3).integers(0, MINILM.vocabulary, size)}

    def embedded(weights):
        return weights["embed.place"][:size] + weights["embed.segment"][0]

    def exact(arrays, weights):
        from layers_float64 import layer_norm
        from transformer_float64 import chain
        w = {name: value.astype(np.float64) for name, value in weights.items()}
        x = layer_norm(w["embed.word"][arrays["token"]] + embedded(w), w["embed.norm.scale"], w["embed.norm.shift"],
                       MINILM.eps)
        return chain(w, "body", x, MINILM.eps, pre_norm=False)

    def model(fused):
        def make(arrays, weights):
            def build(g):
                x = g.op("Gather", g.constant(weights["embed.word"]), "token")
                x = g.op("Add", x, g.constant(embedded(weights)[None]))
                builder = Builder(g, MINILM, weights, fused)
                return builder.body(builder.norm(x, "embed.norm"), size)
            return onnx_model({"token": arrays["token"][None]}, {}, build)
        return make
    program = Program("tokens", ROOT / "examples" / "minilm" / "minilm.weft")
    return Work("encoder", f"MiniLM's shape, S = {size}", program, inputs, exact,
                {"onnxruntime": onnxruntime(model(True)), "openvino": openvino(model(False))},
                MINILM.operations(size, size * size), models={"onnxruntime": model(True)})


def prompt(size):
    def inputs():
        return {"t": np.random.default_rng(3).integers(0, GPT2.vocabulary, size)}

    def exact(arrays, weights):
        from layers_float64 import layer_norm
        from transformer_float64 import chain
        w = {name: value.astype(np.float64) for name, value in plain(weights).items()}
        x = w["embed.token"][arrays["t"]] + w["embed.place"][:size]
        x = chain(w, "body", x, GPT2.eps, pre_norm=True, model_first=True, causal=True, tanh_form=True)
        return layer_norm(x, w["norm.scale"], w["norm.shift"], GPT2.eps) @ w["head.W"].T

    def model(fused):
        def make(arrays, weights):
            w = plain(weights)

            def build(g):
                x = g.op("Add", g.op("Gather", g.constant(w["embed.token"]), "t"),
                         g.constant(w["embed.place"][None, :size]))
                builder = Builder(g, GPT2, weights, fused)
                return builder.read_out(builder.body(x, size))
            return onnx_model({"t": arrays["t"][None]}, {}, build)
        return make
    program = Program("gpt2_small", ROOT / "test" / "networks" / "gpt2" / "gpt2.weft")
    operations = GPT2.operations(size, size * (size + 1) // 2) + 2 * size * GPT2.model * GPT2.vocabulary
    return Work("gpt2", f"GPT-2 small, prompt of {size}, all logits", program, inputs, exact,
                {"onnxruntime": onnxruntime(model(True)), "openvino": openvino(model(False))}, operations)


def next_token(past):
    key = GPT2.model // GPT2.heads

    def inputs():
        generator = np.random.default_rng(3)
        cache = (GPT2.layers, GPT2.heads, past, key)
        return {"t": np.array(11), "at": np.array(past), "keys": normal(generator, *cache),
                "values": normal(generator, *cache)}

    def exact(arrays, weights):
        from layers_float64 import gelu_tanh, layer_norm, softmax
        w = {name: value.astype(np.float64) for name, value in weights.items()}
        x = w["token"][arrays["t"]] + w["place"][arrays["at"]]
        for layer in range(GPT2.layers):
            b = {name.removeprefix("body."): value[layer] for name, value in w.items() if name.startswith("body.")}
            y = layer_norm(x, b["norm_1.scale"], b["norm_1.shift"], GPT2.eps)
            q, k, v = (np.einsum("m,mhe->he", y, b["attn.W" + which]) + b["attn.b" + which] for which in KEYS)
            keys = np.concatenate([arrays["keys"][layer].astype(np.float64), k[:, None]], 1)
            values = np.concatenate([arrays["values"][layer].astype(np.float64), v[:, None]], 1)
            shares = softmax(np.einsum("he,hte->ht", q, keys) / np.sqrt(key))
            x = x + np.einsum("ht,hte,hem->m", shares, values, b["attn.Wo"], optimize=True) + b["attn.bo"]
            y = layer_norm(x, b["norm_2.scale"], b["norm_2.shift"], GPT2.eps)
            x = x + gelu_tanh(y @ b["mlp.up.W"].T + b["mlp.up.b"]) @ b["mlp.down.W"].T + b["mlp.down.b"]
        return layer_norm(x, w["norm.scale"], w["norm.shift"], GPT2.eps) @ w["head.W"].T

    def model(arrays, weights):
        given = {"t": arrays["t"].reshape(1, 1), "at": arrays["at"].reshape(1, 1)}
        given |= {f"{name}{layer}": arrays[name][layer][None] for name in ("keys", "values")
                  for layer in range(GPT2.layers)}

        def build(g):
            builder = Builder(g, GPT2, weights, fused=False)
            heads = g.constant(np.array([1, GPT2.heads, 1, key]))

            def cached(x, layer, rows):
                q, k, v = (g.op("Reshape", builder.project(x, which, layer), heads) for which in KEYS)
                k = g.op("Concat", f"keys{layer}", k, axis=2)
                v = g.op("Concat", f"values{layer}", v, axis=2)
                return g.op("Reshape", builder.weighted(q, k, v, key), g.constant(np.array([1, 1, GPT2.model])))
            builder.attention = cached
            x = g.op("Add", g.op("Gather", g.constant(weights["token"]), "t"),
                     g.op("Gather", g.constant(weights["place"]), "at"))
            return builder.read_out(builder.body(x, 1))
        return onnx_model(given, {}, build)

    layer_bytes = 4 * (4 * GPT2.model ** 2 + 2 * GPT2.model * GPT2.hidden + 2 * past * GPT2.model)
    read = GPT2.layers * layer_bytes + 4 * GPT2.vocabulary * GPT2.model
    program = Program("step", PROGRAMS / "gpt2-step.weft")
    return Work("gpt2-step", f"GPT-2 small, one token behind {past}", program, inputs, exact,
                {"onnxruntime": onnxruntime(model), "openvino": openvino(model)}, read, "read_256m_gbs", "GB/s")


def works():
    return [encoder(128), encoder(512), prompt(512), next_token(511)]
