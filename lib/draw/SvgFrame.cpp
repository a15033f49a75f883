#include "lib/draw/SvgFrame.h"

#include "lib/draw/SvgElements.h"
#include "lib/draw/SvgText.h"
#include "lib/draw/TextWidth.h"

#include <algorithm>

namespace weft::draw {

// The first axis is on the left hand of the flow: above, when the wire goes right.
void FramePainter::strands(const std::vector<RoundedPath> &pieces, const std::vector<unsigned> &axes,
                           int values, bool thin) {
  size_t count = axes.size() + (values >= 0);
  double gap = thin ? 3.4 : strandGap;
  double halo = std::max<double>(count, 1) * gap + 5;
  std::string all;
  for (const RoundedPath &piece : pieces)
    all += piece.data();
  out += "<path class=\"halo\" stroke-width=\"" + number(halo) + "\" d=\"" + all + "\"/>\n";
  if (count == 0) {
    out += "<path class=\"ink\" d=\"" + all + "\"/>\n";
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    double distance = (double(i) - (count - 1) / 2.0) * gap;
    std::string data;
    for (const RoundedPath &piece : pieces)
      data += piece.parallel(distance).data();
    bool index = i == axes.size();
    unsigned axis = index ? unsigned(values) : axes[i];
    out += "<path class=\"s a" + std::to_string(axis) + (index ? " ind" : "") + "\" d=\"" + data + "\"/>\n";
  }
}

// The ends of wires, as `node:port`; the frame's own edge has no name.
std::string FramePainter::ends(const FrameLayout &layout, const std::vector<unsigned> &wires,
                               bool from) const {
  const Frame &frame = frameOf(layout);
  std::string text;
  for (unsigned wire : wires) {
    const End &end = from ? frame.wires[wire].from : frame.wires[wire].to;
    text += (text.empty() ? "" : " ") + (end.node == End::boundary ? "" : frame.nodes[end.node].name) + ":" +
            std::to_string(end.port);
  }
  return text;
}

static std::string axisNames(const Picture &picture, const std::vector<unsigned> &axes) {
  std::string text;
  for (unsigned axis : axes)
    text += (text.empty() ? "" : " ") + picture.axes[axis].name;
  return text;
}

void FramePainter::paintNet(const FrameLayout &layout, const PlacedNet &net, size_t index) {
  const Wire &wire = frameOf(layout).wires[net.wire];
  const std::string &path = layout.paths.back();
  out += "<g class=\"net data\"" + attribute("id", joined(path, "w" + std::to_string(index))) +
         attribute("data-from", ends(layout, {net.wire}, true)) +
         attribute("data-to", ends(layout, net.wires, false)) +
         attribute("data-axes", axisNames(picture, wire.axes));
  if (wire.values >= 0)
    out += attribute("data-values", picture.axes[wire.values].name);
  out += "><title>" + escaped((wire.name.empty() ? "" : wire.name + ": ") + wire.type) + "</title>\n";
  strands(net.pieces, wire.axes, wire.values, false);
  if (net.copy >= 0) {
    const Node &copy = frameOf(layout).nodes[net.copy];
    out += "<g class=\"node is-copy\"" + attribute("id", joined(path, copy.name)) + ">";
    for (Point dot : net.dots)
      out += circle("copy", dot, 5);
    out += "</g>\n";
  }
  out += "</g>\n";
}

void FramePainter::paintWeight(const FrameLayout &layout, const PlacedWeight &weight, size_t index) {
  const std::string &path = layout.paths.back();
  std::vector<unsigned> wires(weight.wires.begin(), weight.wires.end());
  out += "<g class=\"net weight thin\"" + attribute("id", joined(path, "p" + std::to_string(index)));
  if (!wires.empty()) {
    const Frame &frame = frameOf(layout);
    std::vector<unsigned> source = {wires.front()};
    if (weight.copy >= 0)
      for (unsigned w = 0; w < frame.wires.size(); ++w)
        if (frame.wires[w].to.node == weight.copy)
          source = {w};
    out += attribute("data-from", ends(layout, source, true)) +
           attribute("data-to", ends(layout, wires, false)) +
           attribute("data-axes", axisNames(picture, weight.axes));
  }
  out += "><title>" + escaped(weight.name) + "</title>\n";
  strands(weight.pieces, weight.axes, -1, true);
  if (weight.copy >= 0) {
    out += "<g class=\"node is-copy\"" +
           attribute("id", joined(path, frameOf(layout).nodes[weight.copy].name)) + ">";
    for (Point dot : weight.dots)
      out += circle("copy", dot, 4.2);
    out += "</g>\n";
  }
  out += "</g>\n";
}

void FramePainter::paintLane(const Lane &lane) {
  out += std::string("<g class=\"lanes") + (lane.state ? " state thin" : "") + "\">\n";
  strands(lane.pieces, lane.axes, lane.values, lane.state);
  if (lane.state)
    for (const RoundedPath &piece : lane.pieces) {
      // An arrow head: the only wire that runs from right to left.
      double y = 0;
      for (Point point : piece.points)
        y = std::max(y, point.y);
      double x = (piece.points.front().x + piece.points.back().x) / 2 - 60;
      out += "<path class=\"ink\" d=\"M" + number(x + 6) + "," + number(y - 6) + "L" + number(x) + "," +
             number(y) + "L" + number(x + 6) + "," + number(y + 6) + "\"/>\n";
    }
  out += "</g>\n";
}

void FramePainter::paintBadges(const Node &node, const PlacedNode &placed) {
  if ((node.kind != NodeKind::fold && node.kind != NodeKind::scan) || node.facts.laws.empty())
    return;
  double width = 0;
  for (const Law &law : node.facts.laws)
    width += textWidth(law.name, 11) + 16;
  double x = placed.rect.x + placed.rect.width / 2 - (width - 4) / 2, y = placed.rect.bottom() + 7;
  for (const Law &law : node.facts.laws) {
    double text = textWidth(law.name, 11);
    bool proved = law.status == "proved";
    out += "<g><title>" + escaped(law.name + ": " + law.status) + "</title>" +
           rectangle(proved ? "badge" : "badge assumed", {x, y, text + 12, 18}, 9) +
           svgText(escaped(law.name), proved ? "law" : "law lawAssumed", {x + 6 + text / 2, y + 13}, text,
                   "middle") +
           "</g>\n";
    x += text + 16;
  }
}

static std::string hoverText(const Node &node) {
  std::string text = node.facts.equation.substr(0, 600);
  if (!node.weightNumbers.empty() && node.weightNumbers != "0")
    text += (text.empty() ? "" : "\n") + node.weightNumbers + " weights";
  if (!node.facts.flops.empty() && node.facts.flops != "0")
    text += (text.empty() ? "" : "\n") + node.facts.flops + " flops";
  if (!node.facts.source.empty())
    text += (text.empty() ? "" : "\n") + node.facts.source;
  return text;
}

void FramePainter::paintNode(const FrameLayout &layout, const PlacedNode &placed) {
  const Node &node = frameOf(layout).nodes[placed.node];
  out += std::string("<g class=\"node is-") + name(node.kind) + (placed.inner ? " opened" : "") + "\"" +
         attribute("id", placed.path) +
         attribute("data-ports", std::to_string(node.inputs) + " " + std::to_string(node.outputs) + " " +
                                     std::to_string(node.weights));
  if (!node.facts.source.empty())
    out += attribute("data-range", node.facts.source);
  std::string hover = hoverText(node);
  out +=
      "><title>" +
      escaped((node.kind == NodeKind::drop ? "dropped" : placed.path) + (hover.empty() ? "" : "\n") + hover) +
      "</title>\n";
  if (!placed.inner) {
    paintShape(node, placed.rect);
    paintBadges(node, placed);
  }
  out += "</g>\n";
}

void FramePainter::paintLabels(const FrameLayout &layout) {
  static const char *const classes[] = {"name", "label",     "sub",        "wire", "type",
                                        "pill", "frameName", "frameTitle", "lane", "law"};
  for (const Label &label : layout.labels) {
    bool coloured = label.style == Style::sub || label.style == Style::type || label.style == Style::lane ||
                    label.style == Style::frameTitle;
    out += svgText(coloured ? colouredAxes(picture, label.text) : escaped(label.text),
                   classes[static_cast<int>(label.style)], label.at, label.width,
                   label.centered ? "middle" : "start");
  }
  // The indices of a sum, in their axes' colours, after the Σ.
  for (const PlacedNode &placed : layout.nodes) {
    const Node &node = frameOf(layout).nodes[placed.node];
    if (placed.inner || node.indices.empty())
      continue;
    double total = textWidth("Σ", labelSize, Face::bold);
    for (const std::string &index : node.indices)
      total += textWidth(index, 11) + 4;
    double x = placed.rect.x + placed.rect.width / 2 - total / 2 + textWidth("Σ", labelSize, Face::bold) + 2;
    double y = placed.rect.y + placed.rect.height / 2 + (node.sub.empty() ? 8 : 0);
    for (size_t i = 0; i < node.indices.size(); ++i) {
      std::string cssClass = "index t" + std::to_string(node.summed[i]);
      out += svgText(escaped(node.indices[i]), cssClass.c_str(), {x, y}, textWidth(node.indices[i], 11),
                     "start");
      x += textWidth(node.indices[i], 11) + 4;
    }
  }
}

void FramePainter::paintBack(const FrameLayout &layout, int ground) {
  bool chain = std::any_of(layout.frames.begin(), layout.frames.end(),
                           [&](int f) { return picture.frames[f].kind == FrameKind::chain; });
  std::string tint = std::string("frame d") + (ground ? "1" : "0");
  if (chain)
    for (double shift : {10.0, 5.0})
      out += rectangle(tint.c_str(), {shift, -shift, layout.width, layout.height}, 12);
  out += rectangle(tint.c_str(), {0, 0, layout.width, layout.height}, 12);
  // Of the weights of all cards, those of the one that is open go on.
  for (const Pill &pill : layout.pills)
    for (const Pill::Bundle &bundle : pill.bundles)
      if (chain)
        strands({RoundedPath{{{bundle.x, -10}, {bundle.x, 0}}, 0}}, bundle.axes, -1, true);
}

void FramePainter::paint(const FrameLayout &layout, Point at, int ground, bool bare) {
  const Frame &frame = frameOf(layout);
  out += std::string("<g class=\"inside ") +
         (bare     ? "in0"
          : ground ? "in1"
                   : "in0") +
         "\" transform=\"translate(" + number(at.x) + "," + number(at.y) + ")\"" +
         attribute("data-frame", layout.paths.back()) + attribute("data-outer", layout.paths.front()) +
         attribute("data-kind", name(frame.kind)) + ">\n";
  // Boxes that only wrap this frame: they are in the network, and drawn as one rectangle with it.
  for (size_t i = 1; i < layout.paths.size(); ++i)
    out += "<g class=\"node is-box opened wrapped\"" + attribute("id", layout.paths[i]) + "/>\n";
  if (!bare)
    paintBack(layout, ground);
  for (const Lane &lane : layout.lanes)
    paintLane(lane);
  for (size_t i = 0; i < layout.nets.size(); ++i)
    paintNet(layout, layout.nets[i], i);
  for (size_t i = 0; i < layout.weights.size(); ++i)
    paintWeight(layout, layout.weights[i], i);
  for (const PlacedNode &node : layout.nodes) {
    paintNode(layout, node);
    if (node.inner)
      paint(*node.inner, {node.rect.x, node.rect.y}, !ground, false);
  }
  paintLabels(layout);
  out += "</g>\n";
}

} // namespace weft::draw
