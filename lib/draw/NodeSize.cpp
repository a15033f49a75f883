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

double pillWidth(const std::string &text) {
  return std::max(34.0, textRoom(text, weightSize, Face::bold) + 18);
}

static std::vector<double> spread(unsigned count, double height) {
  std::vector<double> places;
  for (unsigned i = 0; i < count; ++i)
    places.push_back(height / 2 + (i - (count - 1) / 2.0) * portGap);
  return places;
}

static double textSpan(const Node &node) {
  double label = textRoom(labelText(node), labelSize, Face::bold);
  for (const std::string &index : node.indices)
    label += textRoom(index, 11) + 4;
  return std::max({label, textRoom(subText(node), subSize), textRoom(occurrenceText(node), subSize) - 16});
}

static void sizeShape(const Node &node, NodeSize &size) {
  size.width = std::max(64.0, textSpan(node) + 22);
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
    size.width = std::max(96.0, textSpan(node) + (node.kind == NodeKind::scan ? 42 : 30));
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

// The bundles stand side by side below their pill, pills side by side: what is stored, what is tied.
static void sizePills(const Node &node, const std::vector<FallingWeight> &falling, NodeSize &size) {
  if (falling.empty())
    return;
  std::vector<double> bundles;
  for (size_t first = 0, end = 0; first < falling.size(); first = end) {
    double width = -bundleGap;
    while (end < falling.size() && falling[end].storage == falling[first].storage)
      width += std::max<size_t>(falling[end++].axes.size(), 1) * 3.4 + bundleGap;
    PillSize pill;
    pill.storage = falling[first].storage;
    pill.text = pillText(node, falling, first, end);
    pill.width = pillWidth(pill.text);
    pill.first = first;
    pill.end = end;
    bundles.push_back(width);
    size.weightSpan += std::max(width + bundleGap, pill.width + 10);
    size.pills.push_back(std::move(pill));
  }
  if (node.kind == NodeKind::weight)
    size.weightSpan = size.width;
  size.width = std::max(size.width, size.weightSpan);
  double at = (size.width - size.weightSpan) / 2;
  for (size_t i = 0; i < size.pills.size(); ++i) {
    PillSize &pill = size.pills[i];
    double span = std::max(bundles[i] + bundleGap, pill.width + 10);
    pill.center = size.pills.size() == 1 ? size.width / 2 : at + span / 2;
    double x = pill.center - bundles[i] / 2;
    for (size_t k = pill.first; k < pill.end; ++k) {
      double width = std::max<size_t>(falling[k].axes.size(), 1) * 3.4;
      size.tops.push_back(x + width / 2);
      x += width + bundleGap;
    }
    at += span;
  }
}

NodeSize sizeOf(const Picture &picture, const Frame &frame, unsigned index, const TiedWeights &tied) {
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
  sizePills(node, fallingWeights(frame, index, tied), size);
  if (!occurrenceText(node).empty())
    size.below += 20;
  if (!node.facts.laws.empty() && funnel)
    size.below += 26;
  size.height += size.below;
  return size;
}

} // namespace weft::draw
