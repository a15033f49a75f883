"""What drawings of networks say, read back from SVG, and what the picture's JSON says: to be compared."""
import collections
import json
import subprocess
import xml.etree.ElementTree as xml

SVG = "{http://www.w3.org/2000/svg}"

Shown = collections.namedtuple("Shown", "nodes wires")


def draw(program, *arguments):
    """`weft draw` of a program; None when the program has nothing to run."""
    done = subprocess.run(["weft", "draw", program, *arguments], capture_output=True, text=True, timeout=120)
    if "[entry.missing]" in done.stderr:
        return None
    assert done.returncode == 0, f"{program}: {done.stderr}"
    return done.stdout


def classes(element):
    return element.get("class", "").split()


def children(element, name):
    return [child for child in element if child.tag == SVG + "g" and name in classes(child)]


def strands(group, axes):
    """The axes of a bundle by its strands' classes, and the axis that its values point into."""
    drawn, values = [], None
    for path in group.findall(SVG + "path"):
        if "s" in classes(path):
            axis = axes[int(next(c for c in classes(path) if c[0] == "a" and c[1:].isdigit())[1:])]
            if "ind" in classes(path):
                values = axis
            else:
                drawn.append(axis)
    return tuple(drawn), values


def net_wires(group, axes):
    kind = "weight" if "weight" in classes(group) else "data"
    source, = group.get("data-from").split(" ")
    sinks = group.get("data-to").split(" ")
    carried, values = strands(group, axes)
    assert carried == tuple(group.get("data-axes").split()), f"{group.get('id')}: strands are not its axes"
    copies = children(group, "is-copy")
    if not copies:
        assert len(sinks) == 1, f"{group.get('id')} divides without a copy"
        return [(kind, source, sinks[0], carried, values)]
    copy, = copies
    assert copy.findall(SVG + "circle"), f"{copy.get('id')} has no dot"
    name = copy.get("id").rsplit(".", 1)[-1]
    return [(kind, source, f"{name}:0", carried, values)] + [
        (kind, f"{name}:", sink, carried, values) for sink in sinks]


def read_svg(text, axes):
    """Every frame that a drawing shows, by path: its nodes with their kinds and ports, and its wires."""
    root = xml.fromstring(text)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), "two elements have one id"
    frames = {}
    for inside in root.iter(SVG + "g"):
        if "inside" not in classes(inside):
            continue
        path = inside.get("data-frame")
        prefix = path + "." if path else ""
        nodes, wires = {}, collections.Counter()
        for group in children(inside, "node"):
            if "wrapped" in classes(group):
                continue
            kind = next(c for c in classes(group) if c.startswith("is-"))[3:]
            ports = tuple(int(number) for number in group.get("data-ports").split())
            nodes[group.get("id")[len(prefix):]] = (kind, ports)
        for group in children(inside, "net"):
            if group.get("data-from") is None:
                continue
            wires.update(net_wires(group, axes))
            for copy in children(group, "is-copy"):
                nodes[copy.get("id")[len(prefix):]] = ("copy", None)
        frames[path] = Shown(nodes, wires)
    return frames


def end_text(frame, end):
    """A copy's ends are alike: which of them a wire takes says nothing."""
    if end["node"] is None:
        return f":{end['port']}"
    node = frame["nodes"][end["node"]]
    return node["name"] + ":" + ("" if node["kind"] == "copy" else str(end["port"]))


def of_frame(frame):
    nodes = {}
    for node in frame["nodes"]:
        ports = None if node["kind"] == "copy" else (node["inputs"], node["outputs"], node["weights"])
        nodes[node["name"]] = (node["kind"], ports)
    wires = collections.Counter()
    for wire in frame["wires"]:
        target = end_text(frame, wire["to"])
        if target.endswith(":"):
            target += "0"
        # A weight's strands are its axes whatever it holds.
        values = wire["values"] if wire["kind"] == "data" else None
        wires[(wire["kind"], end_text(frame, wire["from"]), target, tuple(wire["axes"]), values)] += 1
    return Shown(nodes, wires)


def find_frame(picture, path):
    """The frame of a path: from the root, box by box."""
    frame = picture["frames"][picture["root"]]
    while path:
        node = max((node for node in frame["nodes"] if node["inside"] is not None and
                    (path == node["name"] or path.startswith(node["name"] + "."))),
                   key=lambda node: len(node["name"]))
        frame, path = picture["frames"][node["inside"]], path[len(node["name"]) + 1:]
    return frame


def differences(picture, svg):
    """What the drawing says otherwise than the picture."""
    axes = [axis["name"] for axis in picture["axes"]]
    for path, shown in read_svg(svg, axes).items():
        expected = of_frame(find_frame(picture, path))
        if shown.nodes != expected.nodes:
            yield f"`{path}`: nodes {set(shown.nodes.items()) ^ set(expected.nodes.items())}"
        if shown.wires != expected.wires:
            yield f"`{path}`: wires {list((shown.wires - expected.wires) + (expected.wires - shown.wires))[:4]}"


def picture_of(program, *arguments):
    text = draw(program, "--format", "json", *arguments)
    return text and json.loads(text)
