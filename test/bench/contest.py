"""Contestants of one work, each in its own process, taking turns: what else the machine does meets all alike."""
import json
import os
import select
import subprocess
import sys
from pathlib import Path

import numpy as np
from weft_library import build
from works import BUILT, THREADS

HERE = Path(__file__).resolve().parent
PATIENCE = 120  # seconds for a contestant to get ready, with its first calls
WHO_MAKES_THREADS = ("OMP", "OPENBLAS", "MKL", "NUMBA")


def environment():
    values = dict(os.environ) | {f"{who}_NUM_THREADS": str(THREADS) for who in WHO_MAKES_THREADS}
    # OpenBLAS takes some processors for older ones than they are.
    if "avx512f" in Path("/proc/cpuinfo").read_text():
        values["OPENBLAS_CORETYPE"] = "SkylakeX"
    return values


def cores():
    return sorted(os.sched_getaffinity(0))[-THREADS:]


class Contestant:
    def __init__(self, work, name, folder):
        self.name, self.samples, self.problem = name, [], ""
        self.process = subprocess.Popen(
            [sys.executable, HERE / "worker.py", work.group, work.name, name, folder], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(),
            preexec_fn=lambda: os.sched_setaffinity(0, cores()))
        self.single = (self.reply() or {}).get("ready")

    def reply(self):
        ready = select.select([self.process.stdout], [], [], PATIENCE)[0]
        line = self.process.stdout.readline() if ready else ""
        if line:
            return json.loads(line)
        if not ready:
            self.process.kill()
            self.problem = f"more than {PATIENCE} s"
            return None
        said = self.process.stderr.read().strip().splitlines()
        self.problem = said[-1] if said else f"exit status {self.process.wait()}"
        return None

    def turn(self, seconds):
        if not self.problem:
            self.process.stdin.write(f"{seconds}\n")
            self.process.stdin.flush()
            self.samples += self.reply() or []

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.stderr.close()
        self.process.wait()


def ceilings():
    """What a core can do, in this very moment."""
    said = subprocess.run(["taskset", "-c", str(cores()[-1]), "weft", "bench", "--json"], check=True,
                          capture_output=True, text=True)
    return json.loads(said.stdout)


def error(result, exact):
    """The largest difference, relative to the largest value; of integers, how many differ."""
    exact = np.asarray(exact)
    if result.size != exact.size:
        return float("inf")
    result = result.reshape(exact.shape)
    if exact.dtype.kind != "f":
        return float(np.count_nonzero(result != exact))
    same = result == exact  # infinities
    size = np.abs(exact[np.isfinite(exact)]).max(initial=0)
    return float(np.abs(np.where(same, 0, result - np.where(same, 0, exact))).max(initial=0) / (size or 1))


def made(work):
    folder = BUILT / f"{work.group}-{work.name}".replace("/", "-").replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    path = work.program.file
    if work.program.text:
        path = folder / f"{work.program.entry}.weft"
        path.write_text(work.program.text)
    build(path, work.program.entry, [], folder)
    return folder


def hold(work, rounds, turn, only):
    """All that is measured of one work, as JSON has it."""
    from works import weights_of
    try:
        folder = made(work)
    except subprocess.SubprocessError as problem:
        return {"group": work.group, "name": work.name, "contestants": {"weft": {"problem": str(problem)}}}
    names = ["weft"] + [name for name in work.contestants if not only or name in only]
    contestants = [Contestant(work, name, folder) for name in names]
    machine = {}
    for number in range(rounds):
        for name, value in ceilings().items():
            machine[name] = max(machine.get(name, 0), value)
        for place in range(len(contestants)):
            contestants[(place + number) % len(contestants)].turn(turn)
    exact = work.exact(work.inputs(), weights_of(work, folder))
    rows = {}
    for contestant in contestants:
        contestant.end()
        if contestant.problem:
            rows[contestant.name] = {"problem": contestant.problem}
            continue
        samples = sorted(contestant.samples)
        rows[contestant.name] = {"best": samples[0], "median": samples[len(samples) // 2], "samples": len(samples),
                                 "error": error(np.load(folder / f"{contestant.name}.npy"), exact)}
    return {"group": work.group, "name": work.name, "operations": work.operations, "bound": work.bound,
            "unit": work.unit, "threads": THREADS, "machine": machine, "contestants": rows}
