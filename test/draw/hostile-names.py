"""Names that look like markup, hold controls or run on for 10,000 characters are escaped and clipped: the SVG parses,
holds no element that the writer did not make, and stays small.

RUN: rm -rf %t && mkdir %t && cd %t && %python %s
REQUIRES: weft
"""
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

import drawing

LONG = "n" * 10_000
PROGRAM = f"""axis {LONG} = 4
morphism {LONG}_f (x: real[{LONG}]) -> (y: real[{LONG}]) {{ y[i] = 2 * x[i] }}
export morphism {LONG}_g (x: real[{LONG}]) -> (y: real[{LONG}])
{{
  box {LONG}_h: {LONG}_f
  require_me = {LONG}_h(x)
  y = require_me
  requires_not = y
}}
"""
CONDITION = """axis A = 4
export morphism net (x: real[A]) -> (y: real[A])
  requires all[a](x[a] < 3 and x[a] > -1)
{ y[a] = if x[a] < 1 then 1 else x[a] }
"""
ALLOWED = {"svg", "title", "desc", "style", "rect", "g", "path", "circle", "text", "tspan"}


def problems(name, svg):
    root = xml.fromstring(svg)
    for element in root.iter():
        if element.tag.replace(drawing.SVG, "") not in ALLOWED:
            yield f"{name}: an element {element.tag}"
        if element.tag == drawing.SVG + "text" and len("".join(element.itertext())) > 300:
            yield f"{name}: a text is not clipped"
    if len(root.get("width")) > 6:
        yield f"{name}: the sheet is {root.get('width')} wide"


def main():
    Path("long.weft").write_text(PROGRAM.replace("  requires_not = y\n", ""))
    Path("condition.weft").write_text(CONDITION)
    found = []
    for program in ("long.weft", "condition.weft"):
        for arguments in ([], ["--mono"], ["--theme", "dark"]):
            found += problems(program, drawing.draw(program, *arguments))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
