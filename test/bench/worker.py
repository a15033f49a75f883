"""One contestant in a process of its own: makes itself ready, then takes turns that it is told on standard input.

    worker.py GROUP NAME CONTESTANT FOLDER      FOLDER holds the built Weft program; the result is written there
"""
import json
import os
import sys

import numpy as np
from pathlib import Path

SAMPLE = 2e-3  # seconds of one sample, or one call


def main():
    group, name, contestant, folder = sys.argv[1:]
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no reply

    def reply(value):
        print(json.dumps(value), file=replies, flush=True)

    import peers
    import works
    work = next(work for work in works.all_works() if (work.group, work.name) == (group, name))
    folder = Path(folder)
    arrays, weights = work.inputs(), works.weights_of(work, folder)
    if contestant == "weft":
        runner = peers.weft(work, folder, arrays, weights)
    else:
        runner = work.contestants[contestant](arrays, weights)
    single = runner.many(1)
    single = min(single, runner.many(1))
    calls = 1
    while calls < 1 << 20 and (spent := runner.many(calls)) < SAMPLE:
        calls = max(2 * calls, min(10 * calls, int(calls * SAMPLE / max(spent, 1e-9))))
    np.save(folder / f"{contestant}.npy", runner.result())
    reply({"ready": single})
    for line in sys.stdin:
        seconds, samples = float(line), []
        while not samples or sum(samples) * calls < seconds:
            samples.append(runner.many(calls) / calls)
        reply(samples)


if __name__ == "__main__":
    main()
