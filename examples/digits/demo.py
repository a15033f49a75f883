#!/usr/bin/env python3
"""make demo: reads the 360 test images with the compiled network, and shows every step of the way."""
import argparse
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "test" / "oracle"), str(HERE.parent)]
import safetensors_file
from shown import command, heading

PROGRAM, WEIGHTS = HERE / "digits.weft", HERE / "digits.safetensors"
SHADES = " .:-=+*#%@"


def show_network(weft):
    heading("The network, as the compiler understands it")
    lines = command(weft, "emit", PROGRAM, "--stage", "network").splitlines()
    print("\n".join(lines[:16]))
    print(f"  … {len(lines) - 16} lines more")


def draw_network(weft, folder):
    heading("Drawn")
    (folder / "digits.svg").write_text(command(weft, "draw", PROGRAM))
    print(f"  the diagram is {folder / 'digits.svg'}")


def build_files(weft, folder):
    heading("Built")
    command(weft, "build", PROGRAM, "-o", folder / "digits")
    for path in sorted(folder.glob("digits.*")):
        print(f"  {path.relative_to(folder.parent)}  {path.stat().st_size:,} bytes")


def scores_by_weft(weft, folder):
    heading("Run")
    command(weft, "run", PROGRAM, "--weights", WEIGHTS, "--in", f"x={HERE}/test-images.npy",
            "--out", f"y={folder}/scores.npy")
    return np.load(folder / "scores.npy")


def scores_by_numpy(images):
    w = safetensors_file.read(WEIGHTS)
    hidden = np.maximum(images @ w["hidden.W"].T + w["hidden.b"], 0)
    return hidden @ w["read_out.W"].T + w["read_out.b"]


def draw(image):
    """Eight lines; each pixel two characters wide, as high as it is broad."""
    rows = image.reshape(8, 8)
    return ["".join(SHADES[int(pixel * (len(SHADES) - 1))] * 2 for pixel in row) for row in rows]


def show_digits(images, guesses, labels):
    # One that is wrong tells more than three that are right.
    right, wrong = np.flatnonzero(guesses == labels), np.flatnonzero(guesses != labels)
    shown = [*right[:2], *wrong[:1]]
    pictures = [draw(images[index]) for index in shown]
    captions = [f"read as {guesses[index]}, is {labels[index]}" for index in shown]
    for lines in zip(*pictures):
        print("  ".join(f"|{line}|" for line in lines))
    print("  ".join(f"{caption:18}" for caption in captions))


def time_call(folder):
    heading("One call, one image, from C")
    program = folder / "time-call"
    command("clang-22", "-O2", f"-I{folder}", HERE / "time_call.c", folder / "digits.o", "-lm", "-o", program)
    print(command(program, WEIGHTS, HERE / "test-images.npy"), end="")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--weft", default="build/bin/weft")
    options.add_argument("--out", default="build/demo", type=Path)
    chosen = options.parse_args()
    folder = chosen.out.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    images, labels = np.load(HERE / "test-images.npy"), np.load(HERE / "test-labels.npy")

    show_network(chosen.weft)
    draw_network(chosen.weft, folder)
    build_files(chosen.weft, folder)
    guesses = scores_by_weft(chosen.weft, folder).argmax(1)
    show_digits(images, guesses, labels)
    right, expected = (guesses == labels).sum(), (scores_by_numpy(images).argmax(1) == labels).sum()
    heading(f"{right} of {len(labels)} right, numpy on the same weights {expected}")
    time_call(folder)
    return 0 if right == expected else 1


if __name__ == "__main__":
    sys.exit(main())
