"""The pool of lib/runtime, for networks that are called from Python."""
import ctypes
import subprocess
from pathlib import Path

from patience import patience

SOURCE = Path(__file__).resolve().parent.parent.parent / "lib" / "runtime" / "Pool.c"


def built(folder):
    """The pool as a shared library in the folder."""
    path = Path(folder) / "libweft-pool.so"
    if not path.exists():
        command = ["clang-22", "-std=c11", "-O2", "-fPIC", "-shared", SOURCE, "-o", path, "-lpthread"]
        subprocess.run(command, check=True, timeout=patience(60))
    return ctypes.CDLL(str(path))


class Pool:
    def __init__(self, threads, folder):
        self.library = built(folder)
        self.threads, self.pool = threads, ctypes.c_void_p()
        problem = self.library.weft_pool_create(ctypes.byref(self.pool), ctypes.c_int64(threads))
        assert problem == 0, f"weft_pool_create: errno {problem}"
        self.library.weft_pool_parallel.restype = ctypes.c_void_p
        self.parallel = ctypes.c_void_p(self.library.weft_pool_parallel(self.pool))

    def close(self):
        self.library.weft_pool_destroy(self.pool)
