"""Attention alone: queries, keys and values come from outside."""
import math

import numpy as np
from peers import Runner, onnx_model, onnxruntime, openvino, torch
from works import PROGRAMS, Program, Work, normal

KEY = 64


def sees(entry, to, since):
    s, t = np.arange(to)[:, None], np.arange(since)[None, :]
    if entry in ("causal", "grouped"):
        return t <= s
    if entry == "window":
        return (t <= s) & (s - t < 256)
    return np.ones((to, since), bool)


def attention(entry, to, since, heads=12, groups=12):
    def inputs():
        generator = np.random.default_rng(3)
        return {"q": normal(generator, to, heads, KEY), "k": normal(generator, since, groups, KEY),
                "v": normal(generator, since, groups, KEY)}

    def exact(arrays, weights):
        q, k, v = (arrays[name].astype(np.float64) for name in "qkv")
        mask, y = sees(entry, to, since), np.empty(q.shape)
        for head in range(heads):
            group = head * groups // heads
            scores = np.where(mask, q[:, head] @ k[:, group].T / math.sqrt(KEY), -np.inf)
            scores = np.exp(scores - scores.max(1, keepdims=True))
            y[:, head] = scores @ v[:, group] / scores.sum(1, keepdims=True)
        return y

    def fused(arrays, weights):
        """onnxruntime's own operators; the one for groups is causal, and has a window."""
        flat = {name: array.reshape(1, len(array), -1) for name, array in arrays.items()}
        if entry in ("window", "grouped"):
            size = np.array([since - 1], np.int32), np.array(since, np.int32)
            return onnx_model(flat, {}, lambda g: g.op(
                "GroupQueryAttention", "q", "k", "v", "", "", *map(g.constant, size), domain="com.microsoft",
                num_heads=heads, kv_num_heads=groups, outputs=3,
                local_window_size=256 if entry == "window" else -1)[0])
        return onnx_model(flat, {}, lambda g: g.op("MultiHeadAttention", "q", "k", "v", domain="com.microsoft",
                                                   num_heads=heads, unidirectional=int(entry == "causal")))

    def own_operator(arrays, weights):
        import openvino as package
        from openvino import opset13 as ops
        repeated = {"q": arrays["q"], **{name: np.repeat(arrays[name], heads // groups, 1) for name in "kv"}}
        given = {name: np.ascontiguousarray(array.transpose(1, 0, 2))[None] for name, array in repeated.items()}
        parameters = [ops.parameter(array.shape, array.dtype) for array in given.values()]
        mask = [] if entry != "window" else [ops.constant(sees(entry, to, since)[None, None])]
        y = ops.scaled_dot_product_attention(*parameters, *mask, causal=entry in ("causal", "grouped"))
        return package.Model([y], parameters, "attention"), given

    def heads_last(arrays, weights):
        runner = openvino(own_operator)(arrays, weights)
        return Runner(runner.many, lambda: np.ascontiguousarray(runner.result()[0].transpose(1, 0, 2)))

    def scaled(package, tensors, weights):
        given = [tensors[name].transpose(0, 1)[None].contiguous() for name in "qkv"]
        mask = package.from_numpy(sees(entry, to, since)) if entry == "window" else None
        attend = package.nn.functional.scaled_dot_product_attention
        return lambda: attend(*given, mask, is_causal=entry in ("causal", "grouped"),
                              enable_gqa=heads != groups)[0].transpose(0, 1)

    contestants = {"onnxruntime": onnxruntime(fused), "openvino": heads_last} | torch(scaled)
    sizes = f"S = {to}" if to == since else f"{to} to {since}"
    return Work("attention", f"{entry} {heads}×{KEY}, {sizes}", Program(entry, PROGRAMS / "attention.weft"), inputs,
                exact, contestants,
                4 * KEY * heads * int(sees(entry, to, since).sum()))


def works():
    for size in (512, 2048):
        yield attention("full", size, size)
        yield attention("causal", size, size)
    yield attention("window", 4096, 4096)
    yield attention("grouped", 512, 512, heads=32, groups=8)
    yield attention("cross", 128, 2048)
