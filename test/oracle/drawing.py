"""What drawings of networks say, read back from SVG, and what the picture's JSON says: to be compared."""
import collections
import json
import subprocess
import xml.etree.ElementTree as xml

from patience import patience

SVG = "{http://www.w3.org/2000/svg}"

Shown = collections.namedtuple("Shown", "nodes wires ties")


def draw(program, *arguments):
    """`weft draw` of a program; None when the program has nothing to run."""
    done = subprocess.run(["weft", "draw", program, *arguments], capture_output=True, text=True, timeout=patience(120))
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


def read_ties(root, axes):
    """By frame: what the lanes of cells say, each as (cell, target, sources, form)."""
    ties = collections.defaultdict(collections.Counter)
    for lane in root.iter(SVG + "g"):
        if "tie" not in classes(lane):
            continue
        assert lane.find(SVG + "rect") is not None, f"{lane.get('id')} has no badge"
        said = children(lane, "says")
        assert said, f"{lane.get('id')} ties nothing"
        for one in said:
            ties[lane.get("data-frame")][(one.get("data-cell"), one.get("data-target"),
                                          tuple(one.get("data-sources").split()), one.get("data-form"))] += 1
    return ties


def lane_strands(root, axes):
    """Of each lane its ties and the axes of its lines: the first leads to what is tied, the others from its sources."""
    for lane in root.iter(SVG + "g"):
        if "tie" in classes(lane):
            lines, current = [], None
            for path in lane.findall(SVG + "path"):
                if "halo" in classes(path):
                    current = []
                    lines.append(current)
                elif "s" in classes(path):
                    current.append(axes[int(next(c for c in classes(path) if c[0] == "a" and c[1:].isdigit())[1:])])
            yield lane, [one.get("data-target") for one in children(lane, "says")], [tuple(line) for line in lines]


def read_svg(text, axes):
    """Every frame that a drawing shows, by path: its nodes with their kinds and ports, and its wires."""
    root = xml.fromstring(text)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), "two elements have one id"
    frames, ties = {}, read_ties(root, axes)
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
        # A rectangle may show several frames: its own, and boxes that only wrap it.
        around = [inside.get("data-outer")] + [group.get("id") for group in children(inside, "node")
                                               if "wrapped" in classes(group)]
        frames[path] = Shown(nodes, wires, {outer: ties[outer] for outer in around})
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
    ties = collections.Counter((tie["cell"], tie["target"], tuple(source["path"] for source in tie["sources"]),
                                tie["form"]) for tie in frame["ties"])
    return Shown(nodes, wires, ties)


def find_frame(picture, path):
    """The frame of a path: from the root, or from what a cell that is drawn starts from, box by box."""
    frame = picture["frames"][picture["root"]]
    if path.split(".")[0] == "@from":
        frame, path = picture["frames"][picture["cell"]["from"]], path[len("@from."):]
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
        for outer, ties in shown.ties.items():
            if ties != (said := of_frame(find_frame(picture, outer)).ties):
                yield f"`{outer}`: ties {list((ties - said) + (said - ties))[:4]}"
    yield from lane_differences(picture, svg, axes)


def lane_differences(picture, svg, axes):
    """Lanes of one tie whose strands are not the axes of what they lead from and to."""
    for lane, targets, lines in lane_strands(xml.fromstring(svg), axes):
        frame = find_frame(picture, lane.get("data-frame"))
        tie = next(tie for tie in frame["ties"] if tie["target"] == targets[0])
        # Axes of frames around stand before; a bundle of many weights shows two axes of its first.
        around, carried = len(lines[0]) - len(tie["axes"]), list(lines[0])
        if len(targets) == 1 and carried[max(around, 0):] != tie["axes"] and (around >= 0 or len(carried) != 2):
            yield f"{lane.get('id')} leads to {lines[0]}, and the weight has {tie['axes']}"
        if len(lines) != 1 + len(tie["sources"]):
            yield f"{lane.get('id')} has {len(lines) - 1} sources of {len(tie['sources'])}"


def picture_of(program, *arguments):
    text = draw(program, "--format", "json", *arguments)
    return text and json.loads(text)
