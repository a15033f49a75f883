"""The drawing is the network: rebuilt from the ids and classes of the SVG, it equals the picture that was drawn, for
every program of the repository and every cell; and a drawing that lost a copy, a drop or a tie does not.

RUN: %python %s %root
REQUIRES: weft
"""
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

import drawing

ROOT = Path(sys.argv[1])
FOLDERS = ("examples", "test/networks", "test/draw/Inputs")
PROGRAMS = [program for folder in FOLDERS for program in sorted((ROOT / folder).rglob("*.weft"))]


def without(svg, element_id):
    root = xml.fromstring(svg)
    parent = {child: node for node in root.iter() for child in node}
    for element in list(root.iter()):
        if element.get("id") == element_id:
            parent[element].remove(element)
    return xml.tostring(root, encoding="unicode")


def is_noticed(picture, svg):
    try:
        return bool(list(drawing.differences(picture, svg)))
    except AssertionError:
        return True


def lost_signs(picture, svg):
    """Copies, drops and ties whose loss would go unnoticed."""
    for element in xml.fromstring(svg).iter(drawing.SVG + "g"):
        if {"is-copy", "is-drop", "tie"} & set(drawing.classes(element)):
            if not is_noticed(picture, without(svg, element.get("id"))):
                yield f"{element.get('id')} can be left out unnoticed"


def cells_of(program):
    """The names of the program's cells between two networks, and of those composed of others."""
    return re.findall(r"^cell (\w+)(?:\[[^\]]*\])?\s+(?::[^{=]*=> (?!file\b)|= )", program.read_text(), re.MULTILINE)


def main():
    problems, compared = [], 0
    for program in PROGRAMS:
        for cell in cells_of(program):
            picture = drawing.picture_of(program, cell)
            opens = any(node["inside"] is not None for node in picture["frames"][picture["root"]]["nodes"])
            for arguments in ([], ["--depth", "1"])[:1 + opens]:
                svg = drawing.draw(program, cell, *arguments)
                found = list(drawing.differences(picture, svg)) + list(lost_signs(picture, svg))
                problems += [f"{program.name} {cell} {' '.join(arguments)}: {problem}" for problem in found]
            compared += 1
    cells = compared
    for program in PROGRAMS:
        picture = drawing.picture_of(program)
        if picture is None:
            continue
        for arguments in ([], ["--depth", "0"], ["--depth", "1"]):
            if arguments == ["--depth", "1"] and not any(n["inside"] for f in picture["frames"] for n in f["nodes"]):
                continue
            svg = drawing.draw(program, *arguments)
            found = list(drawing.differences(picture, svg)) + list(lost_signs(picture, svg))
            problems += [f"{program.name} {' '.join(arguments)}: {problem}" for problem in found]
            compared += 1
    print("\n".join(problems))
    return 1 if problems or compared == cells or not cells else 0


if __name__ == "__main__":
    sys.exit(main())
