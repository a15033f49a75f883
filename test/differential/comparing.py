"""Runs `differential-compare` over programs, and says what becomes of each, crashes and endless loops among it."""
import json
import resource
import signal
import subprocess
from pathlib import Path

from patience import patience

# Of the processor: machines are shared.
SECONDS_A_PROGRAM = 20


def write(program, folder, name):
    path = Path(folder) / f"{name}.weft"
    path.write_text(program.text())
    path.with_suffix(".json").write_text(json.dumps({"real": program.real, "runs": program.runs, "split": program.split}))
    return path


def run(tool, options, paths, seconds):
    """What became of a process that may take so long, and its verdicts."""
    done = subprocess.run([tool, *options, *paths], capture_output=True, text=True, errors="replace",
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (patience(seconds),) * 2))
    lines = [line for line in done.stdout.splitlines() if line.startswith("{") and line.endswith("}")]
    return done, [json.loads(line) for line in lines]


def verdict_of(tool, path, options):
    done, found = run(tool, options, [path], SECONDS_A_PROGRAM)
    if found:
        return found[0]
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return {"file": str(path), "verdict": "endless", "detail": ""}
    return {"file": str(path), "verdict": "crash", "detail": f"exit {done.returncode}: {done.stderr[-600:]}"}


def compare(tool, paths, options=()):
    """The verdicts of all programs, in order. One process takes many; the one that ends it is tried alone."""
    verdicts, rest = [], [str(path) for path in paths]
    while rest:
        _, found = run(tool, options, rest, SECONDS_A_PROGRAM + 2 * len(rest))
        verdicts += found
        rest = rest[len(found):]
        if rest:
            verdicts.append(verdict_of(tool, rest.pop(0), options))
    return verdicts


def kind(verdict):
    """What a smaller program must still show: the verdict, and for messages their tag."""
    detail = verdict.get("detail", "")
    tags = [word for word in detail.split() if word.startswith("[") and word.endswith("]")]
    return verdict["verdict"], tags[0] if tags and verdict["verdict"] in ("invalid", "uncompiled") else ""
