"""Matrix products, with a constant factor and without, and what is made of them."""
import numpy as np
from peers import onnx_model, onnxruntime, openvino, plain_c, torch
from works import PROGRAMS, Program, Work, called, normal

SQUARE = ((128, 128, 128), (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048))
LAYERS = ((128, 768, 768), (128, 3072, 768), (128, 768, 3072))
PRIME = ((131, 257, 389), (127, 509, 1021))


def product_program(m, n, k, constant):
    wires, weights = ("", "\n  weights w: real[K, N]") if constant else (", w: real[K, N]", "")
    return Program("product", text=f"""axis M = {m}, N = {n}, K = {k}

export morphism product (x: real[M, K]{wires}) -> (y: real[M, N]){weights}
{{
  y[m, n] = sum[k](x[m, k] * w[k, n])
}}
""")


def product(group, m, n, k, constant):
    def inputs():
        generator = np.random.default_rng(3)
        arrays = {"x": normal(generator, m, k)}
        return arrays if constant else arrays | {"w": normal(generator, k, n)}

    def exact(arrays, weights):
        return arrays["x"].astype(np.float64) @ (arrays | weights)["w"].astype(np.float64)

    def openblas(arrays, weights):
        y = np.empty((m, n), np.float32)
        w = (arrays | weights)["w"]
        return called(lambda: np.matmul(arrays["x"], w, out=y), lambda: y)

    def model(arrays, weights):
        return onnx_model(arrays, weights, lambda g: g.op("MatMul", "x", g.named("w")))

    contestants = {"openblas": openblas, "onnxruntime": onnxruntime(model), "openvino": openvino(model)}
    contestants |= torch(lambda package, x, w: lambda: x["x"] @ (x | w)["w"])
    return Work(group, f"{m}×{n}×{k}", product_program(m, n, k, constant), inputs, exact, contestants, 2 * m * n * k)


def rows(count, n, k):
    return product("rows", count, n, k, constant=True)


def perceptron(group, name, program, count, shape, bend, bend_exact, openblas=None, plain=None):
    into, hidden, out = shape

    def inputs():
        return {"x": normal(np.random.default_rng(3), count, into)}

    def parts(weights):
        names = sorted(weights, key=lambda which: (weights[which].size, which))
        small, large = [w for w in names if weights[w].ndim == 1], [w for w in names if weights[w].ndim == 2]
        first = next(w for w in large if weights[w].shape == (hidden, into))
        second = next(w for w in large if w != first)
        return [weights[which] for which in (first, bias(weights, first, small), second, bias(weights, second, small))]

    def bias(weights, matrix, small):
        return next(which for which in small if which.rsplit(".", 1)[0] == matrix.rsplit(".", 1)[0])

    def exact(arrays, weights):
        w1, b1, w2, b2 = (weight.astype(np.float64) for weight in parts(weights))
        return bend_exact(arrays["x"].astype(np.float64) @ w1.T + b1) @ w2.T + b2

    def model(arrays, weights):
        w1, b1, w2, b2 = parts(weights)

        def build(g):
            middle = bend(g, g.op("Gemm", "x", g.constant(w1.T.copy()), g.constant(b1)))
            return g.op("Gemm", middle, g.constant(w2.T.copy()), g.constant(b2))
        return onnx_model(arrays, {}, build)

    contestants = {"onnxruntime": onnxruntime(model), "openvino": openvino(model)}
    if plain:
        contestants["plain C"] = lambda arrays, weights: plain_c(
            plain, [arrays["x"], parts(weights)[0].T, *parts(weights)[1:]], np.empty((count, out), np.float32), [count])
    return Work(group, name, program, inputs, exact, contestants, 2 * count * hidden * (into + out))


def works():
    from layers_float64 import gelu
    for shape in SQUARE + LAYERS + PRIME:
        yield product("gemm", *shape, constant=True)
    for shape in SQUARE[1:] + LAYERS:
        yield product("gemm-free", *shape, constant=False)
    for n, k in ((768, 768), (3072, 768)):
        for count in (1, 2, 3, 4, 5, 6, 7):
            yield rows(count, n, k)
    mlp = Program("mlp", PROGRAMS / "mlp.weft")
    yield perceptron("mlp", "128×768→3072→768", mlp, 128, (768, 3072, 768), lambda g, x: g.op("Gelu", x), gelu)
    digits = PROGRAMS.parent.parent / "examples" / "digits" / "digits.weft"
    for count in (1, 256):
        program = Program("digits", digits, sizes={"Image": count})
        yield perceptron("digits", f"64→32→10, batch {count}", program, count, (64, 32, 10),
                         lambda g, x: g.op("Relu", x), lambda x: np.maximum(x, 0), plain="perceptron")
