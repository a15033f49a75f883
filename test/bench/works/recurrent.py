"""Recurrent layers."""
import numpy as np
from peers import onnx_model, onnxruntime, openvino, torch
from works import PROGRAMS, Program, Work, normal

STEPS, CELL = 100, 256
# The program's gates are in PyTorch's order (take, keep, candidate, show); ONNX has input, output, forget, cell.
ONNX_GATES = [0, 3, 1, 2]


def part(weights, name):
    return next(value for path, value in weights.items() if path.split(".")[-1] == name)


def lstm(batch):
    def inputs():
        return {"h": np.zeros((batch, CELL), np.float32), "c": np.zeros((batch, CELL), np.float32),
                "x": normal(np.random.default_rng(3), STEPS, batch, CELL)}

    def exact(arrays, weights):
        wx, wh, b = (part(weights, name).astype(np.float64) for name in ("Wx", "Wh", "b"))
        h = c = np.zeros((batch, CELL))
        y = []
        for x in arrays["x"].astype(np.float64):
            take, keep, candidate, show = (x @ wx[g].T + h @ wh[g].T + b[g] for g in range(4))
            c = sigmoid(keep) * c + sigmoid(take) * np.tanh(candidate)
            h = sigmoid(show) * np.tanh(c)
            y.append(h)
        return np.stack(y)

    def model(arrays, weights):
        wx, wh, b = (part(weights, name)[ONNX_GATES] for name in ("Wx", "Wh", "b"))
        biases = np.concatenate([b.reshape(1, -1), np.zeros((1, 4 * CELL), np.float32)], 1)

        def build(g):
            y = g.op("LSTM", "x", g.constant(wx.reshape(1, 4 * CELL, CELL)), g.constant(wh.reshape(1, 4 * CELL, CELL)),
                     g.constant(biases), hidden_size=CELL)
            return g.op("Squeeze", y, g.constant(np.array([1])))
        return onnx_model(arrays, {}, build, {"x": arrays["x"]})

    def layer(package, tensors, weights):
        cells = package.nn.LSTM(CELL, CELL)
        for own, name, rows in (("weight_ih_l0", "Wx", CELL), ("weight_hh_l0", "Wh", CELL), ("bias_ih_l0", "b", None)):
            value = part(weights, name)
            getattr(cells, own).data = value.reshape(4 * CELL, rows) if rows else value.reshape(4 * CELL)
        cells.bias_hh_l0.data.zero_()
        return lambda: cells(tensors["x"])[0]

    return Work("lstm", f"256, 100 steps, batch {batch}", Program("layer", PROGRAMS / "recurrent.weft"), inputs, exact,
                {"onnxruntime": onnxruntime(model), "openvino": openvino(model)}
                | torch(layer),
                2 * STEPS * batch * 4 * CELL * 2 * CELL, output="y")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def works():
    return [lstm(1), lstm(32)]
