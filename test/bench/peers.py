"""The other systems, each called through its C interface by a loop in C: no time of Python is in any sample."""
import ctypes
import functools
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from works import BUILT, THREADS, Runner, keeps

HERE = Path(__file__).resolve().parent
ONNX_TYPES = {np.dtype(np.float32): 1, np.dtype(np.int32): 6, np.dtype(np.int64): 7, np.dtype(np.bool_): 9}
OPENVINO_TYPES = {np.dtype(np.float32): 4, np.dtype(np.int32): 9, np.dtype(np.int64): 10, np.dtype(np.bool_): 1}


def pointer(array):
    return ctypes.c_void_p(array.ctypes.data)


@functools.cache
def native():
    """`native.c`, compiled for this processor when it changed."""
    source, library = HERE / "native.c", BUILT / "native.so"
    if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
        BUILT.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=BUILT, delete=False) as made:
            pass
        subprocess.run(["clang-22", "-O3", "-march=native", "-ffp-contract=fast", "-shared", "-fPIC", source, "-o",
                        made.name, "-lm"], check=True)
        Path(made.name).rename(library)
    library = ctypes.CDLL(str(library))
    for name in ("repeat_weft", "repeat_onnxruntime", "repeat_openvino", "repeat_plain"):
        getattr(library, name).restype = ctypes.c_double
    return library


def plain_c(function, inputs, output, sizes):
    """A function of native.c: (const void *const *inputs, void *output, const int64_t *sizes)."""
    inputs = [np.ascontiguousarray(array) for array in inputs]
    pointers = (ctypes.c_void_p * len(inputs))(*[array.ctypes.data for array in inputs])
    packed = (ctypes.c_int64 * len(sizes))(*sizes)
    body = ctypes.cast(getattr(native(), function), ctypes.c_void_p)

    def many(count, keep=inputs):
        return native().repeat_plain(body, pointers, pointer(output), packed, ctypes.c_int64(count))
    return Runner(many, lambda: output)


# ONNX, which both runtimes read.

class Graph:
    def __init__(self):
        self.nodes, self.constants, self.count = [], [], 0

    def fresh(self):
        self.count += 1
        return f"t{self.count}"

    def named(self, name):
        return name

    def constant(self, array):
        import onnx
        name = self.fresh()
        self.constants.append(onnx.numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def op(self, kind, *inputs, domain="", outputs=1, **attributes):
        import onnx
        names = [self.fresh() for _ in range(outputs)]
        self.nodes.append(onnx.helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names if outputs > 1 else names[0]


def onnx_model(arrays, weights, build, inputs=None):
    """Path of the model; its inputs. `build` gives the name of the output."""
    import onnx
    from onnx import helper
    graph = Graph()
    graph.constants += [onnx.numpy_helper.from_array(array, name) for name, array in weights.items()]
    given = arrays if inputs is None else inputs
    output = build(graph)
    values = [helper.make_tensor_value_info(name, ONNX_TYPES[array.dtype], array.shape)
              for name, array in given.items()]
    made = helper.make_graph(graph.nodes, "graph", values, [helper.make_tensor_value_info(output, 1, None)],
                             graph.constants)
    model = helper.make_model(made, ir_version=10, opset_imports=[helper.make_opsetid("", 20),
                                                                  helper.make_opsetid("com.microsoft", 1)])
    BUILT.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(suffix=".onnx", dir=BUILT, delete=False) as file:
        file.write(model.SerializeToString())
    return file.name, {name: np.ascontiguousarray(array) for name, array in given.items()}


class OnnxRuntime:
    """The library's table of functions, by position: the package ships no header, and the table only grows."""
    MESSAGE, ENV, SESSION, RUN, OPTIONS, LEVEL, INTRA, INTER, RUN_OPTIONS, TENSOR, MEMORY = \
        2, 3, 7, 9, 10, 23, 24, 25, 39, 49, 69

    def __init__(self):
        import onnxruntime as package
        path = next(Path(package.__file__).parent.glob("capi/libonnxruntime.so.*"))
        base = ctypes.CDLL(str(path)).OrtGetApiBase
        base.restype = ctypes.POINTER(ctypes.c_void_p)
        table = ctypes.CFUNCTYPE(ctypes.POINTER(ctypes.c_void_p), ctypes.c_uint32)(base()[0])(1)
        self.table = table

    def call(self, position, *arguments):
        status = ctypes.CFUNCTYPE(ctypes.c_void_p)(self.table[position])
        status.argtypes = None
        failed = status(*arguments)
        if failed:
            message = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)(self.table[self.MESSAGE])
            raise RuntimeError(message(failed).decode())

    def made(self, position, *arguments):
        handle = ctypes.c_void_p()
        self.call(position, *arguments, ctypes.byref(handle))
        return handle

    def tensor(self, memory, array):
        shape = (ctypes.c_int64 * max(1, array.ndim))(*array.shape)
        return self.made(self.TENSOR, memory, pointer(array), ctypes.c_size_t(array.nbytes), shape,
                         ctypes.c_size_t(array.ndim), ONNX_TYPES[array.dtype])


def onnxruntime(model):
    def make(arrays, weights):
        import onnxruntime as package
        path, given = model(arrays, weights)
        shapes = package.InferenceSession(path, providers=["CPUExecutionProvider"])
        output_name = shapes.get_outputs()[0].name
        output = np.zeros_like(shapes.run(None, given)[0])
        del shapes
        api = OnnxRuntime()
        env = api.made(api.ENV, 3, b"weft")
        options = api.made(api.OPTIONS)
        api.call(api.LEVEL, options, 99)
        api.call(api.INTRA, options, THREADS)
        api.call(api.INTER, options, 1)
        session = api.made(api.SESSION, env, path.encode(), options)
        Path(path).unlink()
        memory = api.made(api.MEMORY, 1, 0)
        run_options = api.made(api.RUN_OPTIONS)
        tensors = (ctypes.c_void_p * len(given))(*[api.tensor(memory, array).value for array in given.values()])
        names = (ctypes.c_char_p * len(given))(*[name.encode() for name in given])
        result_names = (ctypes.c_char_p * 1)(output_name.encode())
        results = (ctypes.c_void_p * 1)(api.tensor(memory, output).value)
        keep = [given, tensors, names, result_names, results, env, options]

        def many(count, keep=keep):
            return native().repeat_onnxruntime(
                ctypes.c_void_p(api.table[api.RUN]), session, run_options, names, tensors, ctypes.c_size_t(len(given)),
                result_names, results, ctypes.c_int64(count))
        return Runner(many, lambda: output)
    return make


class Shape(ctypes.Structure):
    _fields_ = [("rank", ctypes.c_int64), ("sizes", ctypes.POINTER(ctypes.c_int64))]


def openvino(model):
    """`model` gives a path, or an openvino.Model, and the inputs in its order."""
    def make(arrays, weights):
        import openvino as package
        made, given = model(arrays, weights)
        if not isinstance(made, str):
            path = tempfile.mktemp(suffix=".xml", dir=BUILT)
            package.save_model(made, path, compress_to_fp16=False)
            made = path
        library = ctypes.CDLL(str(next(Path(package.__file__).parent.glob("libs/libopenvino_c.so*"))))

        def must(function, *arguments):
            status = getattr(library, function)(*arguments)
            if status:
                library.ov_get_last_err_msg.restype = ctypes.c_char_p
                raise RuntimeError(f"{function}: {status}: {library.ov_get_last_err_msg()}")

        def handle(function, *arguments):
            result = ctypes.c_void_p()
            must(function, *arguments, ctypes.byref(result))
            return result

        core = handle("ov_core_create")
        network = handle("ov_core_read_model", core, made.encode(), None)
        compiled = ctypes.c_void_p()
        properties = [b"INFERENCE_NUM_THREADS", str(THREADS).encode(), b"PERFORMANCE_HINT", b"LATENCY",
                      b"INFERENCE_PRECISION_HINT", b"f32", b"NUM_STREAMS", b"1"]
        must("ov_core_compile_model", core, network, b"CPU", ctypes.c_size_t(len(properties)), ctypes.byref(compiled),
             *properties)
        request = handle("ov_compiled_model_create_infer_request", compiled)

        def tensor(array):
            shape = Shape(array.ndim, (ctypes.c_int64 * max(1, array.ndim))(*array.shape))
            return handle("ov_tensor_create_from_host_ptr", OPENVINO_TYPES[array.dtype], shape, pointer(array))

        for position, array in enumerate(given.values()):
            must("ov_infer_request_set_input_tensor_by_index", request, ctypes.c_size_t(position), tensor(array))
        must("ov_infer_request_infer", request)
        result = handle("ov_infer_request_get_output_tensor_by_index", request, ctypes.c_size_t(0))
        shape, data = Shape(), ctypes.c_void_p()
        must("ov_tensor_get_shape", result, ctypes.byref(shape))
        must("ov_tensor_data", result, ctypes.byref(data))
        sizes = [shape.sizes[axis] for axis in range(shape.rank)]
        count = int(np.prod(sizes))
        infer = ctypes.cast(library.ov_infer_request_infer, ctypes.c_void_p)

        def many(times, keep=given):
            return native().repeat_openvino(infer, request, ctypes.c_int64(times))
        return Runner(many, lambda: np.ctypeslib.as_array(
            ctypes.cast(data, ctypes.POINTER(ctypes.c_float)), (count,)).reshape(sizes).copy())
    return make


def torch(build):
    """PyTorch, where it is installed: `build(torch, tensors, weights)` gives a function without arguments."""
    import importlib.util
    if not importlib.util.find_spec("torch"):
        return {}

    def make(arrays, weights):
        import torch as package
        package.set_num_threads(THREADS)
        package.inference_mode().__enter__()
        tensors = {name: package.from_numpy(array) for name, array in arrays.items()}
        function = build(package, tensors, {name: package.from_numpy(array) for name, array in weights.items()})
        return keeps(lambda: function().numpy())
    return {"torch": make}


def weft(work, folder, arrays, weights):
    from weft_library import Library
    from weft_pool import Pool
    program = work.program
    network = Library(program.entry, folder)
    if THREADS > 1:
        network.lend(Pool(THREADS, BUILT))
    if weights:
        network.bind(weights, folder / "weights.safetensors")
    call, results = network.prepare(arrays, program.sizes)
    entry = ctypes.cast(network.function("call"), ctypes.c_void_p)

    def many(count, keep=arrays):
        seconds = native().repeat_weft(entry, *call, ctypes.c_int64(count))
        if seconds < 0:
            raise RuntimeError(network.function("last_error")(network.context).decode())
        return seconds
    return Runner(many, lambda: results[work.output or next(iter(results))])
