"""The table of a run, as Markdown."""

COLUMNS = ("work", "Weft: best (median)", "share of the bound", "error", "best peer: best (median)", "its error",
           "Weft is", "others")
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


def time(seconds):
    for unit, scale in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def of_bound(result, seconds):
    """The share of what the machine showed in the same run: all its threads compute, and share what memory gives."""
    if not result["bound"] or not result["operations"]:
        return None
    return result["operations"] / seconds / (result["machine"][result["bound"]] * 1e9 * result["threads"])


def share(result, seconds):
    value = of_bound(result, seconds)
    return "" if value is None else f"{100 * value:.0f} %"


def ratio(result):
    """How many times faster than the best peer; None without both."""
    ours = result["contestants"]["weft"].get("best")
    best = best_peer(result)
    return result["contestants"][best]["best"] / ours if ours and best else None


def best_peer(result):
    timed = {name: row for name, row in result["contestants"].items() if name != "weft" and "best" in row}
    return min(timed, key=lambda name: timed[name]["best"]) if timed else None


def row(result):
    ours, best = result["contestants"]["weft"], best_peer(result)
    cells = [f"{result['group']}, {result['name']}"]
    if "best" in ours:
        cells += [f"{time(ours['best'])} ({time(ours['median'])})", share(result, ours["best"]), f"{ours['error']:.1e}"]
    else:
        cells += [f"fails: {ours['problem']}", "", ""]
    if best:
        peer = result["contestants"][best]
        cells += [f"{best} {time(peer['best'])} ({time(peer['median'])})", f"{peer['error']:.1e}"]
    else:
        cells += ["", ""]
    how = ratio(result)
    cells.append(f"{how:.2f} ×" if how else "")
    cells.append(", ".join(f"{name} {time(row['best'])}" if "best" in row else f"{name} fails"
                           for name, row in result["contestants"].items() if name not in ("weft", best)))
    return "| " + " | ".join(cells) + " |"
