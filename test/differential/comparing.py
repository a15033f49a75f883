"""Runs `differential-compare` over programs, and says what becomes of each, crashes and endless loops among it."""
import json
import subprocess
from pathlib import Path

SECONDS_A_PROGRAM = 20


def write(program, folder, name):
    path = Path(folder) / f"{name}.weft"
    path.write_text(program.text())
    path.with_suffix(".json").write_text(json.dumps({"real": program.real, "runs": program.runs, "split": program.split}))
    return path


def verdict_of(tool, path, options):
    try:
        done = subprocess.run([tool, *options, path], capture_output=True, text=True, errors="replace",
                              timeout=SECONDS_A_PROGRAM)
    except subprocess.TimeoutExpired:
        return {"file": str(path), "verdict": "endless", "detail": ""}
    for line in done.stdout.splitlines():
        return json.loads(line)
    return {"file": str(path), "verdict": "crash", "detail": f"exit {done.returncode}: {done.stderr[-600:]}"}


def compare(tool, paths, options=()):
    """The verdicts of all programs, in order. One process takes many; the one that ends it is tried alone."""
    verdicts, rest = [], [str(path) for path in paths]
    while rest:
        try:
            done = subprocess.run([tool, *options, *rest], capture_output=True, text=True, errors="replace",
                                  timeout=SECONDS_A_PROGRAM + 2 * len(rest))
            lines = done.stdout.splitlines()
        except subprocess.TimeoutExpired as expired:
            lines = (expired.stdout or b"").decode(errors="replace").splitlines()
        found = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
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
