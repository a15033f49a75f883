#include "lib/draw/Labels.h"

#include "lib/draw/Occupied.h"
#include "lib/draw/TextWidth.h"

#include <algorithm>
#include <set>

namespace weft::draw {

Rect Label::box() const {
  bool bold = style == Style::label || style == Style::frameName || style == Style::pill;
  double height = style == Style::label ? 16 : 12;
  double room = width * (style == Style::type ? 1 : bold ? 1.18 : 1.08);
  return {centered ? at.x - room / 2 : at.x, at.y - height * 0.8, room, height};
}

namespace {

class Labeller {
public:
  Labeller(const Picture &picture, const Frame &frame, FrameLayout &layout)
      : picture(picture), frame(frame), layout(layout) {}
  void nodeTexts(const PlacedNode &node);
  void cornerText();
  void laneTexts();
  void occupy();
  void wireNames(bool outermost);
  void outputNames();
  std::string inputName(unsigned port, bool outermost) const;
  void wireTypes(bool outermost);

private:
  void add(Style style, std::string text, Point at, double size, Face face, bool centered) {
    double width = textWidth(text, size, face);
    if (!text.empty())
      layout.labels.push_back({style, std::move(text), at, width, centered});
  }
  bool tryAdd(Label label);

  const Picture &picture;
  const Frame &frame;
  FrameLayout &layout;
  Occupied occupied;
};

// Everything that a free label must not touch.
void Labeller::occupy() {
  for (const PlacedNode &node : layout.nodes)
    occupied.add({node.rect.x - 2, node.rect.y - 2, node.rect.width + 4, node.bottom - node.rect.y + 4});
  // The cards of a chain stand out above and to the right.
  for (const PlacedNode &node : layout.nodes)
    if (int inside = frame.nodes[node.node].inside;
        inside >= 0 && picture.frames[inside].kind == FrameKind::chain)
      occupied.add({node.rect.x, node.rect.y - 12, node.rect.width + 12, node.rect.height + 12});
  for (const Label &label : layout.labels)
    occupied.add(label.box());
  for (const PlacedNet &net : layout.nets)
    for (const RoundedPath &piece : net.pieces)
      occupied.add(piece, halfWidth(frame.wires[net.wire]));
  for (const PlacedWeight &weight : layout.weights)
    for (const RoundedPath &piece : weight.pieces)
      occupied.add(piece, 6);
  for (const Lane &lane : layout.lanes)
    for (const RoundedPath &piece : lane.pieces)
      occupied.add(piece, 4);
}

bool Labeller::tryAdd(Label label) {
  Rect box = label.box();
  bool within =
      box.x >= 2 && box.right() <= layout.width - 2 && box.y >= 2 && box.bottom() <= layout.height - 2;
  if (!within || !occupied.isFree(box))
    return false;
  occupied.add(box);
  layout.labels.push_back(std::move(label));
  return true;
}

void Labeller::nodeTexts(const PlacedNode &placed) {
  const Node &node = frame.nodes[placed.node];
  double x = placed.rect.x + placed.rect.width / 2, middle = placed.rect.y + placed.rect.height / 2;
  if (node.kind == NodeKind::drop || placed.inner)
    return;
  std::string label = node.kind == NodeKind::sum ? "" : labelText(node), sub = subText(node);
  // A point operation is what it does: its name stands on its wire.
  if (node.kind == NodeKind::point && !sub.empty() && node.inside < 0) {
    add(Style::sub, sub, {x, middle + 4}, subSize, Face::regular, true);
    return;
  }
  double indices = 0;
  for (const std::string &index : node.indices)
    indices += textWidth(index, 11) + 4;
  add(Style::label, label, {x - indices / 2, middle + (sub.empty() ? 5 : -3)}, labelSize, Face::bold, true);
  add(Style::sub, sub, {x, middle + 14}, subSize, Face::regular, true);
  double below = placed.rect.bottom();
  add(Style::name, occurrenceText(node), {x, below + 16}, subSize, Face::regular, true);
}

// In the corner at the bottom, because weights own the top edge.
void Labeller::cornerText() {
  const Frame &outer = picture.frames[layout.frames.front()];
  const std::string &path = layout.paths.front();
  std::string step = path.substr(path.rfind('.') + 1), content = picture.frames[layout.frames.back()].name;
  std::string own = step.substr(0, step.find('@'));
  if (own.empty())
    own = outer.name.empty() ? content : outer.name;
  std::string name = clipped(own, std::max(60.0, layout.width * 0.6), labelSize, Face::bold);
  std::string title = content == own ? "" : content;
  if (!outer.title.empty())
    title += (title.empty() ? "" : " · ") + outer.title;
  else if (outer.kind == FrameKind::iterate)
    title += "iterate";
  double y = layout.height - 12, x = 14;
  add(Style::frameName, name, {x, y}, labelSize, Face::bold, false);
  x += textRoom(name, labelSize, Face::bold) + 10;
  title = clipped(title, std::max(40.0, layout.width - x - 14), subSize);
  if (x + textRoom(title, subSize) < layout.width - 8)
    add(Style::frameTitle, title, {x, y}, subSize, Face::regular, false);
}

void Labeller::laneTexts() {
  for (const Lane &lane : layout.lanes)
    if (!lane.text.empty() && !lane.pieces.empty()) {
      double y = 0;
      for (Point point : lane.pieces.front().points)
        y = std::max(y, point.y);
      add(Style::lane, lane.text, {layout.width / 2, y - 5}, subSize, Face::regular, true);
    }
}

// What comes into the network is called what the network calls it. Further in, names stand where they are
// new: a single input, or one that is called the same outside, goes without.
std::string Labeller::inputName(unsigned port, bool outermost) const {
  const Frame &outer = picture.frames[layout.frames.front()];
  if (outermost)
    return port < outer.inputs.size() ? outer.inputs[port].name : "";
  bool isNew = frame.inputs.size() > 1 && frame.inputs[port].name != outer.inputs[port].name;
  bool own = layout.frames.size() == 1 && outer.kind == FrameKind::box && frame.inputs.size() > 1;
  return isNew || own ? frame.inputs[port].name : "";
}

// At the wire's birth, above it.
void Labeller::wireNames(bool outermost) {
  for (const PlacedNet &net : layout.nets) {
    const Wire &wire = frame.wires[net.wire];
    bool output = net.copy < 0 && wire.to.node == End::boundary;
    if (net.pieces.empty() || output)
      continue;
    std::string said = wire.from.node == End::boundary ? inputName(wire.from.port, outermost) : wire.name;
    Point start = net.pieces.front().points[0];
    std::string name = clipped(said, 90, 13);
    if (name.empty())
      continue;
    double width = textWidth(name, 13), above = start.y - halfWidth(wire) - 6;
    for (double x : {start.x + 6, start.x + 14})
      if (tryAdd({Style::wire, name, {x, above}, width, false}))
        break;
  }
}

// What leaves the network, at its end.
void Labeller::outputNames() {
  const Frame &outer = picture.frames[layout.frames.front()];
  for (size_t i = 0; i < layout.outputs.size() && i < outer.outputs.size(); ++i) {
    std::string name = clipped(outer.outputs[i].name, 90, 13);
    double width = textWidth(name, 13), room = textRoom(name, 13);
    if (!name.empty())
      tryAdd({Style::wire, name, {layout.width - room - 4, layout.outputs[i] - 12}, width, false});
  }
}

// Once for every distinct type, where a straight stretch has room.
void Labeller::wireTypes(bool outermost) {
  std::set<std::string> shown;
  for (const PlacedNet &net : layout.nets) {
    const Wire &wire = frame.wires[net.wire];
    std::string type = clipped(wire.type, 240, subSize, Face::mono);
    if (wire.axes.empty() || (shown.count(type) && !outermost))
      continue;
    double width = textWidth(type, subSize, Face::mono);
    for (const RoundedPath &piece : net.pieces) {
      bool done = false;
      for (size_t i = 0; i + 1 < piece.points.size() && !done; ++i) {
        Point a = piece.points[i], b = piece.points[i + 1];
        if (a.y != b.y || b.x - a.x < width + 8)
          continue;
        double x = (a.x + b.x) / 2;
        done = tryAdd({Style::type, type, {x, a.y + halfWidth(wire) + 15}, width, true});
      }
      if (done) {
        shown.insert(type);
        break;
      }
    }
  }
}

} // namespace

void placeLabels(const Picture &picture, const Frame &frame, const LayoutOptions &options,
                 FrameLayout &layout) {
  Labeller labeller(picture, frame, layout);
  for (const PlacedNode &node : layout.nodes)
    labeller.nodeTexts(node);
  if (!options.outermost)
    labeller.cornerText();
  labeller.laneTexts();
  labeller.occupy();
  labeller.wireNames(options.outermost);
  if (options.outermost)
    labeller.outputNames();
  labeller.wireTypes(options.outermost);
}

} // namespace weft::draw
