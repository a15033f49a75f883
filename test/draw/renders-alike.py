"""Chromium and librsvg show the same picture, light and dark: squares of four by four pixels are less than a hundredth
of CIELAB's range apart on the average. Letters are squeezed by the one and not by the other; without them fewer than
two squares in a thousand look different at all. A picture with one axis's strands gone does.

RUN: rm -rf %t && mkdir %t && cd %t && %python %s %root
REQUIRES: weft, chromium, librsvg
"""
import re
import subprocess
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

import chromium
import drawing
import png_image

ROOT = Path(sys.argv[1])
NETWORKS = [("test/networks/gpt2/gpt2.weft", "gpt2_small"), ("test/networks/silero/silero.weft", "silero"),
            ("examples/gallery/ties.weft", "lora"), ("examples/gallery/graph-network.weft", "graph_network")]
# Of CIELAB's 100: the mean of the whole picture; what is seen at a glance, and how much of that without letters.
MEAN, SEEN, SHARE = 1, 10, 0.002


def by_librsvg(path):
    done = subprocess.run(["rsvg-convert", str(path)], capture_output=True, check=True)
    return png_image.read(done.stdout)


def by_chromium(page, path, dark):
    root = xml.fromstring(path.read_text())
    width, height = (round(float(root.get(side))) for side in ("width", "height"))
    page.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
    page.call("Emulation.setEmulatedMedia",
              features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
    page.open(path.resolve().as_uri())
    return png_image.read(page.screenshot())


def differences(one, other):
    height, width = (min(sides) for sides in zip(one.shape[:2], other.shape[:2]))
    return png_image.difference(one[:height, :width], other[:height, :width])


def draw(program, entry, *options):
    return drawing.draw(ROOT / program, "--entry", entry, *options)


def write(name, svg):
    path = Path(name)
    path.write_text(svg)
    return path


def compare(page, name, shown, converted, dark=False):
    """The one as Chromium shows it, the other as librsvg does; what is wrong with that."""
    whole = differences(by_chromium(page, write("shown.svg", shown), dark), by_librsvg(write("converted.svg", converted)))
    letters = re.compile(r"<text.*?</text>", re.DOTALL)
    bare = differences(by_chromium(page, write("shown.svg", letters.sub("", shown)), dark),
                       by_librsvg(write("converted.svg", letters.sub("", converted))))
    mean, share = float(whole.mean()), float((bare > SEEN).mean())
    print(f"{name}: {mean:.2f} apart, and {share:.3%} of the squares without letters")
    return mean > MEAN or share > SHARE


def main():
    problems = []
    with chromium.Page(Path("profile").resolve()) as page:
        for program, entry in NETWORKS:
            svg = draw(program, entry)
            if compare(page, entry, svg, svg):
                problems.append(f"{entry} looks different")
        # The theme is the reader's in Chromium, and said to librsvg, which knows no media.
        program, entry = NETWORKS[1]
        svg = draw(program, entry)
        if compare(page, "dark", svg, draw(program, entry, "--theme", "dark"), dark=True):
            problems.append("dark looks different")
        if not compare(page, "without an axis", re.sub(r'<path class="s a0" [^>]*/>', "", svg), svg):
            problems.append("strands can be missing unnoticed")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
