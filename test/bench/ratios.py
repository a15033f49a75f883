"""What each work once reached, as ratios that survive a change of machine: how many times as fast as the best peer in the
same run, or, without a peer, the share of what bounds it. One list for each kind of processor."""
import json
from pathlib import Path

import table

# Two runs on a shared machine differ by less; a work that seems to have fallen is timed again.
TOLERANCE = 0.85
TRIES = 3


def kind():
    return "AVX-512" if "avx512f" in Path("/proc/cpuinfo").read_text() else "AVX2"


def reached(result):
    """None when the work failed or has no measure."""
    ours = result["contestants"]["weft"]
    if "best" not in ours:
        return None
    return table.ratio(result) or table.of_bound(result, ours["best"])


def record(results, path):
    known = json.loads(path.read_text()) if path.exists() else {}
    ours = known.setdefault(kind(), {})
    for result in results:
        if (value := reached(result)) is not None:
            ours[f"{result['group']}, {result['name']}"] = round(value, 2)
    path.write_text(json.dumps(known, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def check(results, path, works, hold):
    """Names what fell; gives how many did."""
    known, fallen = json.loads(path.read_text()).get(kind(), {}), 0
    for result in results:
        name = f"{result['group']}, {result['name']}"
        if name not in known:
            continue
        now, tries = reached(result), 1
        while (now is None or now < TOLERANCE * known[name]) and tries < TRIES:
            again = reached(hold(works[name]))
            now = max(filter(None, (now, again)), default=None)
            tries += 1
        if now is None or now < TOLERANCE * known[name]:
            fallen += 1
            print(f"fell: {name}: {'fails' if now is None else f'{now:.2f}'}, was {known[name]:.2f}")
    compared = sum(f"{result['group']}, {result['name']}" in known for result in results)
    print(f"{compared} works compared with what was reached on {kind()}, {fallen} fell")
    return fallen > 0 or compared == 0
