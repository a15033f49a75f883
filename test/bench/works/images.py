"""Convolutions and networks of them."""
import importlib.util

import numpy as np
from peers import onnx_model, onnxruntime, openvino
from works import PROGRAMS, Program, Work, drawn_weight, normal

NETWORK = PROGRAMS.parent / "networks" / "resnet"
RESTS, STRIDES = (2, 3, 5, 2), (1, 2, 2, 2)


def convolution_work(entry, channels, size):
    def inputs():
        return {"x": normal(np.random.default_rng(3), channels, size, size)}

    def parts(weights):
        return (next(w for w in weights.values() if w.ndim == 4), next(w for w in weights.values() if w.ndim == 1))

    def exact(arrays, weights):
        from layers_float64 import convolution
        taps, shift = (w.astype(np.float64) for w in parts(weights))
        return convolution(arrays["x"].astype(np.float64), taps, 1, 1) + shift[:, None, None]

    def model(arrays, weights):
        return onnx_model({"x": arrays["x"][None]}, {}, lambda g: g.op(
            "Conv", "x", *map(g.constant, parts(weights)), pads=[1] * 4, kernel_shape=[3, 3]))

    return Work("convolution", f"3×3, {channels}×{size}×{size}", Program(entry, PROGRAMS / "images.weft"), inputs,
                exact, {"onnxruntime": onnxruntime(model), "openvino": openvino(model)},
                2 * 9 * channels * channels * size * size)


def resnet_weight(name, shape, generator):
    drawn = drawn_weight(name, shape, generator)
    if name.endswith((".var", ".scale")):
        return np.abs(drawn) + np.float32(0.5)
    if name.endswith(".W") and len(shape) > 3:
        return drawn * np.float32(2 / np.sqrt(shape[-1] * shape[-2]))
    return drawn


def resnet_exact(arrays, weights):
    spec = importlib.util.spec_from_file_location("resnet", NETWORK / "resnet.py")
    oracle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(oracle)
    wide = {name.removeprefix("resnet."): value.astype(np.float64) for name, value in weights.items()}
    return oracle.forward(wide, arrays["x"].astype(np.float64), RESTS)


def resnet_model(arrays, weights):
    w = {name.removeprefix("resnet."): value for name, value in weights.items()}

    def build(g):
        def conv(x, prefix, stride=1, layer=None):
            taps, scale, shift, mean, var = (
                w[f"{prefix}.{name}"] if layer is None else w[f"{prefix}.{name}"][layer]
                for name in ("W", "scale", "shift", "mean_of", "var"))
            factor = scale / np.sqrt(var + np.float32(1e-5))
            size = taps.shape[-1]
            return g.op("Conv", x, g.constant(taps * factor[:, None, None, None]), g.constant(shift - mean * factor),
                        pads=[size // 2] * 4, strides=[stride] * 2, kernel_shape=[size] * 2)

        def path(x, prefix, stride=1, layer=None):
            x = g.op("Relu", conv(x, prefix + ".one", 1, layer))
            x = g.op("Relu", conv(x, prefix + ".two", stride, layer))
            return conv(x, prefix + ".three", 1, layer)

        x = g.op("MaxPool", g.op("Relu", conv("x", "stem.conv", 2)), kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
        for stage, (rest, stride) in enumerate(zip(RESTS, STRIDES), start=1):
            first = f"stage_{stage}.first_block"
            x = g.op("Relu", g.op("Add", path(x, first + ".path", stride), conv(x, first + ".short", stride)))
            for layer in range(rest):
                x = g.op("Relu", g.op("Add", x, path(x, f"stage_{stage}.rest.path", 1, layer)))
        x = g.op("Flatten", g.op("GlobalAveragePool", x))
        return g.op("Gemm", x, g.constant(w["head.W"].T.copy()), g.constant(w["head.b"]))
    return onnx_model({"x": arrays["x"][None]}, {}, build)


def works():
    yield convolution_work("early", 64, 56)
    yield convolution_work("late", 256, 14)
    yield Work("resnet", "ResNet-50, one image", Program("resnet50", NETWORK / "resnet.weft"),
               lambda: {"x": normal(np.random.default_rng(3), 3, 224, 224)}, resnet_exact,
               {"onnxruntime": onnxruntime(resnet_model), "openvino": openvino(resnet_model)}, 8.18e9,
               weights=resnet_weight)
