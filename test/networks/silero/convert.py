#!/usr/bin/env python3
"""convert.py OUT.safetensors: silero-vad's weights, from the ONNX file of its package, under silero.weft's names.

(The package's own safetensors file holds other weights.)
"""
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "oracle"))
import safetensors_file

CELL, BINS = 128, 129


def model_file():
    return Path(find_spec("silero_vad").submodule_search_locations[0]) / "data" / "silero_vad_16k_op15.onnx"


def renamed(path):
    file = {tensor.name.removeprefix("model."): onnx.numpy_helper.to_array(tensor)
            for tensor in onnx.load(path).graph.initializer}
    names = {"step.spec.basis": file["stft.forward_basis_buffer"].reshape(2, BINS, 256),
             "step.memory.Wx": file["decoder.rnn.weight_ih"].reshape(4, CELL, 128),
             "step.memory.Wh": file["decoder.rnn.weight_hh"].reshape(4, CELL, CELL),
             "step.memory.b": (file["decoder.rnn.bias_ih"] + file["decoder.rnn.bias_hh"]).reshape(4, CELL),
             "step.W": file["decoder.decoder.2.weight"].reshape(CELL),
             "step.b": file["decoder.decoder.2.bias"].reshape(())}
    for layer in range(4):
        names[f"step.conv_{layer + 1}.W"] = file[f"encoder.{layer}.reparam_conv.weight"]
        names[f"step.conv_{layer + 1}.b"] = file[f"encoder.{layer}.reparam_conv.bias"]
    return names


def main():
    safetensors_file.write(sys.argv[1], renamed(model_file()))


if __name__ == "__main__":
    main()
