#include "lib/draw/NodeSize.h"

#include "lib/draw/TextWidth.h"

#include <algorithm>

namespace weft::draw {

static constexpr double portGap = 24, bundleGap = 12, widest = 210;

std::string labelText(const Node &node) { return clipped(node.label, widest, labelSize, Face::bold); }

std::string subText(const Node &node) {
  std::string line = node.sub.substr(0, node.sub.find('\n'));
  return clipped(line, widest, subSize);
}

std::string occurrenceText(const Node &node) {
  bool shown = node.kind == NodeKind::box || node.kind == NodeKind::point || node.inside >= 0;
  if (!shown || node.name == node.label || node.kind == NodeKind::weight)
    return "";
  std::string name = node.name.substr(0, node.name.find('@'));
  return name == node.label || name.empty() ? "" : clipped(name, widest, subSize);
}

std::vector<FallingWeight> fallingWeights(const Frame &frame, unsigned index) {
  std::vector<FallingWeight> falling;
  const Node &node = frame.nodes[index];
  for (unsigned w = 0; w < frame.wires.size() && falling.size() < node.weights; ++w) {
    const Wire &wire = frame.wires[w];
    if (wire.kind == WireKind::weight && wire.to.node == int(index))
      falling.push_back({wire.name, int(w), wire.axes});
  }
  if (node.innerWeights.empty())
    return falling;
  // Few weights are shown one by one, many as one bundle.
  if (node.weightNames <= 4) {
    for (const InnerWeight &weight : node.innerWeights)
      falling.push_back({weight.path.substr(weight.path.rfind('.') + 1), -1, weight.axes});
  } else {
    std::vector<unsigned> axes = node.innerWeights.front().axes;
    axes.resize(std::min<size_t>(axes.size(), 2));
    falling.push_back({node.name.substr(0, node.name.find('@')) + ".*", -1, axes});
  }
  return falling;
}

std::string pillText(const Frame &frame, unsigned index) {
  std::vector<FallingWeight> falling = fallingWeights(frame, index);
  std::string text;
  for (const FallingWeight &weight : falling)
    text += (text.empty() ? "" : ", ") + weight.name;
  const Node &node = frame.nodes[index];
  if (node.weightNames > 4)
    text += " ×" + std::to_string(static_cast<long>(node.weightNames));
  return clipped(text, 150, weightSize);
}

double pillWidth(const std::string &text) {
  return std::max(34.0, textWidth(text, weightSize, Face::bold) + 22);
}

static std::vector<double> spread(unsigned count, double height) {
  std::vector<double> places;
  for (unsigned i = 0; i < count; ++i)
    places.push_back(height / 2 + (i - (count - 1) / 2.0) * portGap);
  return places;
}

static double textSpan(const Node &node) {
  double label = textWidth(labelText(node), labelSize, Face::bold);
  for (const std::string &index : node.indices)
    label += textWidth(index, 11) + 4;
  return std::max({label, textWidth(subText(node), subSize), textWidth(occurrenceText(node), subSize) - 16});
}

static void sizeShape(const Node &node, NodeSize &size) {
  size.width = std::max(64.0, textSpan(node) + 28);
  size.height = node.sub.empty() || node.kind == NodeKind::point ? 44 : 52;
  switch (node.kind) {
  case NodeKind::sum:
    size.width = size.height = circleSize;
    break;
  case NodeKind::drop:
    size.width = size.height = 12;
    break;
  case NodeKind::pack:
    size.width = 26;
    break;
  case NodeKind::fold:
  case NodeKind::scan:
    // A funnel narrows to the right: its text needs room at the narrow end.
    size.width = std::max(96.0, textSpan(node) + 36);
    size.height = 92;
    break;
  case NodeKind::weight:
    size.width = pillWidth(node.label);
    size.height = 26;
    break;
  case NodeKind::point:
    size.height = node.sub.empty() ? 40 : 52;
    break;
  default:
    break;
  }
}

NodeSize sizeOf(const Picture &picture, const Frame &frame, unsigned index) {
  const Node &node = frame.nodes[index];
  NodeSize size;
  sizeShape(node, size);
  bool round = node.kind == NodeKind::sum || node.kind == NodeKind::drop;
  unsigned ports = std::max(node.inputs, node.outputs);
  bool funnel = node.kind == NodeKind::fold || node.kind == NodeKind::scan;
  if (!round && ports > 1)
    size.height = std::max(size.height, (ports - 1) * portGap + (funnel ? 44 : 28));
  double shape = size.height;
  size.inputs = spread(node.inputs, shape);
  size.outputs = spread(node.outputs, shape);
  if (node.kind == NodeKind::sum)
    size.inputs = node.commutes ? std::vector<double>{shape / 2, shape / 2}
                                : std::vector<double>{shape / 2 - 8, shape / 2 + 8};
  std::vector<FallingWeight> falling = fallingWeights(frame, index);
  if (!falling.empty() && node.kind != NodeKind::weight) {
    double bundles = 0;
    for (const FallingWeight &weight : falling)
      bundles += std::max<size_t>(weight.axes.size(), 1) * 3.4 + bundleGap;
    size.weightSpan = std::max(bundles, pillWidth(pillText(frame, index)) + 10);
    size.width = std::max(size.width, size.weightSpan);
    double at = size.width / 2 - (bundles - bundleGap) / 2;
    for (const FallingWeight &weight : falling) {
      double width = std::max<size_t>(weight.axes.size(), 1) * 3.4;
      size.tops.push_back(at + width / 2);
      at += width + bundleGap;
    }
  } else if (!falling.empty()) {
    size.tops = {size.width / 2};
    size.weightSpan = size.width;
  }
  if (!occurrenceText(node).empty())
    size.below += 20;
  if (!node.facts.laws.empty() && funnel)
    size.below += 26;
  if (node.inside >= 0 && picture.frames[node.inside].kind == FrameKind::chain)
    size.below += 0;
  size.height += size.below;
  return size;
}

} // namespace weft::draw
