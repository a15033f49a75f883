# How lit finds and runs the tests of this folder: programs in Weft, IR, and Python oracles, by their RUN lines.
import os
import shutil
from pathlib import Path

import lit.formats

source = Path(__file__).resolve().parent.parent
build = Path(lit_config.params.get("build", source / "build")).resolve()
llvm = Path("/usr/lib/llvm-22/bin")

config.name = "weft"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".weft", ".mlir", ".test", ".py"]
config.excludes = ["lit.cfg.py", "Inputs", "oracle", "lib", "fuzz", "convert.py"]
config.test_source_root = str(source / "test")
config.test_exec_root = str(build / "test-output")

config.environment["PATH"] = os.pathsep.join([str(build / "bin"), str(llvm), os.environ["PATH"]])
config.environment["PYTHONPATH"] = str(source / "test" / "oracle")
config.environment["PYTHONDONTWRITEBYTECODE"] = "1"
# Every test proves for itself, and leaves the user's own folder alone.
config.environment["WEFT_CACHE"] = ""
# The shared libraries of LLVM keep their registries for the life of a process: not leaks of ours. Its allocators poison
# memory from headers that we compile, and unpoison it in a library that we do not.
config.environment["ASAN_OPTIONS"] = "detect_leaks=0:allow_user_poisoning=0"
# What is built with sanitizers is slow, and takes more memory.
cache = build / "CMakeCache.txt"
if cache.exists() and "WEFT_SANITIZED:UNINITIALIZED=ON" in cache.read_text():
    config.environment["WEFT_TEST_PATIENCE"] = "20"
    config.available_features.add("sanitized")

config.substitutions.append(("%python", str(source / ".venv" / "bin" / "python3")))
verify = f"{source}/.venv/bin/python3 {source}/test/oracle/verify_diagnostics.py"
config.substitutions.append(("%verify-with", verify))
config.substitutions.append(("%verify", f"{verify} weft check --"))
config.substitutions.append(("%root", str(source)))
config.substitutions.append(("%build", str(build)))

if "long" in lit_config.params:
    config.available_features.add("long")
# The networks with published weights need packages that carry them: `make test` installs them, an offline run skips.
models = source / ".venv-models"
config.substitutions.insert(0, ("%python-models", str(models / "bin" / "python3")))
if (models / ".ready").exists():
    config.available_features.add("models")
# So do the tests that look at drawings.
for feature, tool in (("chromium", "chromium"), ("librsvg", "rsvg-convert")):
    if shutil.which(tool):
        config.available_features.add(feature)
if (build / "bin" / "weft").exists():
    config.available_features.add("weft")
