"""Strands stand out from their ground 3 : 1 and texts 4.5 : 1, in both themes; and the eight hues are told apart by
people who see all colours and by those who do not, where eight axes meet in one wire.

RUN: rm -rf %t && mkdir %t && cd %t && %python %s
REQUIRES: weft
"""
import itertools
import re
import sys
from pathlib import Path

import colour_vision
import drawing

PROGRAM = """axis A = 2, B = 3, C = 4, D = 5, E = 6, F = 7, G = 8, H = 9
export morphism eight (x: real[A, B, C, D, E, F, G, H]) -> (y: real[A, B, C, D, E, F, G, H])
{ y[a, b, c, d, e, f, g, h] = 2 * x[a, b, c, d, e, f, g, h] }
"""
GROUNDS = {"light": ("#ffffff", "#f7f8fb"), "dark": ("#14161c", "#1b1e26")}
# In Lab, where 2.3 is just noticed.
APART = 9


def colours(svg, css_class, attribute):
    style = re.search(r"<style>(.*?)@media print", svg, re.DOTALL)[1]
    return re.findall(rf"\.{css_class}\d+\{{{attribute}:(#\w+)\}}", style)


def problems(theme, svg):
    strands, texts = colours(svg, "a", "stroke"), colours(svg, "t", "fill")
    if len(set(strands)) != 8 or len(texts) != 8:
        yield f"{theme}: eight axes that meet have {len(set(strands))} colours"
    for ground in GROUNDS[theme]:
        yield from (f"{theme}: strand {colour} on {ground}" for colour in strands
                    if colour_vision.contrast(colour, ground) < 3)
        yield from (f"{theme}: text {colour} on {ground}" for colour in texts
                    if colour_vision.contrast(colour, ground) < 4.5)
    for one, other in itertools.combinations(strands, 2):
        for seen in (None, *colour_vision.DEFICIENCIES):
            distance = colour_vision.distance(one, other, seen)
            if distance < APART:
                yield f"{theme}: {one} and {other} are {distance:.1f} apart, {seen or 'full vision'}"


def main():
    Path("eight.weft").write_text(PROGRAM)
    found = [line for theme in GROUNDS for line in problems(theme, drawing.draw("eight.weft", "--theme", theme))]
    mono = drawing.draw("eight.weft", "--mono")
    dashes = re.findall(r"\.s\.a\d+:not\(\.ind\)\{stroke-dasharray:([^}]*)\}", mono)
    if len(set(dashes)) != 8:
        found.append(f"without colour, eight axes have {len(set(dashes))} dashes")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
