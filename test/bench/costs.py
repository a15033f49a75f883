"""What a network costs besides its calls: compiling it, starting a process with it, and the bytes to ship."""
import subprocess
import sys
from pathlib import Path

from table import time
from works import BUILT, PROGRAMS

ROOT = PROGRAMS.parent.parent
MINILM = ROOT / "examples" / "minilm" / "minilm.weft"
HEAD = "| cost | Weft | beside |\n|---|---|---|"
# onnxruntime in a process of its own, on a model that another process wrote.
START = """
import sys
import numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
session.run(None, {"token": numpy.arange(101, 229)[None]})
"""


# A small process that starts another: what a process of ours was at its largest would count as the other's.
MEASURE = """
import resource, subprocess, sys, time
begin = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def process(command, repeats):
    """The best wall-clock seconds of a process, and its most memory in MiB."""
    best, most = float("inf"), 0
    for _ in range(repeats):
        said = subprocess.run([sys.executable, "-S", "-c", MEASURE, *command], check=True, capture_output=True,
                              text=True)
        seconds, memory = map(float, said.stdout.split())
        best, most = min(best, seconds), max(most, memory)
    return best, most


def compiling():
    from works.products import product_program
    product = BUILT / "product.weft"
    product.write_text(product_program(512, 512, 512, True).text)
    networks = ROOT / "test" / "networks"
    for name, path, entry in (("a product", product, "product"), ("MiniLM", MINILM, "minilm"),
                              ("GPT-2 small", networks / "gpt2" / "gpt2.weft", "gpt2_small"),
                              ("ResNet-50", networks / "resnet" / "resnet.weft", "resnet50")):
        seconds, memory = process(["weft", "build", path, "--entry", entry, "-o", BUILT / "compiled"], 3)
        yield {"cost": f"compile {name}", "weft": seconds, "shown": f"{time(seconds)}, {memory:.0f} MiB", "beside": ""}


def starting():
    folder = BUILT / "first-embedding"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["weft", "build", MINILM, "--init", "0", "-o", folder / "minilm"], check=True)
    program = folder / "first"
    subprocess.run(["clang-22", "-O2", "-I", folder, PROGRAMS / "first_embedding.c", folder / "minilm.o", "-lm", "-o",
                    program], check=True)
    seconds, memory = process([program, folder / "minilm.weights"], 5)
    model = folder / "encoder.onnx"
    subprocess.run([sys.executable, "-c", "import costs, sys; costs.write_model(sys.argv[1])", model], check=True)
    other, other_memory = process([sys.executable, "-c", START, model], 5)
    yield {"cost": "process start to first embedding, 128 tokens", "weft": seconds,
           "shown": f"{time(seconds)}, {memory:.0f} MiB",
           "beside": f"onnxruntime from Python {time(other)}, {other_memory:.0f} MiB"}
    import onnxruntime
    library = next(Path(onnxruntime.__file__).parent.glob("capi/libonnxruntime.so.*"))
    size = (folder / "minilm.o").stat().st_size
    yield {"cost": "code of MiniLM beside its weights", "weft": size, "shown": f"{size / 1e3:.0f} kB",
           "beside": f"libonnxruntime {library.stat().st_size / 1e6:.0f} MB"}


def write_model(path):
    """The encoder as ONNX, weights inside."""
    import contest
    import works
    from works.networks import encoder
    work = encoder(128)
    made = work.models["onnxruntime"](work.inputs(), works.weights_of(work, contest.made(work)))
    Path(made[0]).rename(path)


def rows():
    yield from compiling()
    yield from starting()
