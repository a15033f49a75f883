"""Reads and writes safetensors with numpy alone, so that the tests need no package for it."""
import json
import struct

import numpy as np

# BF16, which numpy lacks, as its bits.
TYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "BF16": np.uint16, "I64": np.int64, "I32": np.int32,
         "I16": np.int16, "I8": np.int8, "U8": np.uint8, "BOOL": np.bool_}
NAMES = {np.dtype(kind): name for name, kind in TYPES.items()}


def read(path):
    """The tensors of a file by name, as views of one buffer."""
    data = np.fromfile(path, np.uint8)
    length = struct.unpack("<Q", data[:8].tobytes())[0]
    header = json.loads(data[8:8 + length].tobytes())
    body = data[8 + length:]
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            kind = np.dtype(TYPES[entry["dtype"]])
            tensors[name] = np.frombuffer(body[begin:end].tobytes(), kind).reshape(entry["shape"])
    return tensors


def write(path, tensors):
    header, offset = {}, 0
    arrays = {name: np.array(tensor, order="C") for name, tensor in tensors.items()}
    for name, array in arrays.items():
        header[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape),
                        "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.tobytes())
