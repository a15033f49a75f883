#include "lib/draw/Weights.h"

#include "lib/draw/StableOrder.h"

#include <algorithm>

namespace weft::draw {

static constexpr double laneGap = 14;

static int copyOf(const Frame &frame, int wire) {
  if (wire < 0 || frame.wires[wire].from.node == End::boundary)
    return -1;
  return frame.wires[wire].from.node;
}

double weightLaneRoom(const Frame &frame, const Graph &) {
  double room = 0;
  for (const Node &node : frame.nodes)
    if (node.kind == NodeKind::copy && node.weights)
      room += laneGap;
  return room ? room + 6 : 0;
}

// The strands that weights of inner frames show outside: a `chain` or `each` adds its axis in front.
static std::vector<unsigned> outside(const Picture &picture, const FrameLayout &inner,
                                     std::vector<unsigned> axes) {
  for (auto frame = inner.frames.rbegin(); frame != inner.frames.rend(); ++frame) {
    const Frame &around = picture.frames[*frame];
    if (around.kind == FrameKind::chain || around.kind == FrameKind::each)
      axes.insert(axes.begin(), around.axis);
  }
  return axes;
}

namespace {
struct WeightPlacer {
  const Picture &picture;
  const Frame &frame;
  const Tied &tied;
  FrameLayout &layout;
  std::map<int, size_t> ofCopy; // the weight that a copy divides

  void closed(const PlacedNode &node);
  void open(const PlacedNode &node);
  void branch(const PlacedNode &node, const FallingWeight &falling, const std::vector<std::string> &paths,
              double x, Pill &pill);
};
} // namespace

// The first reader of a copied weight is right below it; the others hang from its lane.
void WeightPlacer::branch(const PlacedNode &node, const FallingWeight &falling,
                          const std::vector<std::string> &paths, double x, Pill &pill) {
  int copy = copyOf(frame, falling.wire);
  auto [it, isNew] = ofCopy.try_emplace(copy, layout.weights.size());
  double lane = 16 + laneGap * (ofCopy.size() - 1);
  if (isNew) {
    layout.weights.push_back({{falling.wire}, falling.axes, falling.name, copy, {}, {}});
    layout.weights.back().pieces.push_back({{{x, 0}, {x, node.rect.y}}, 10});
    layout.weights.back().dots.push_back({x, lane});
    pill.bundles.push_back({x, falling.axes, paths});
    return;
  }
  PlacedWeight &weight = layout.weights[it->second];
  double start = weight.pieces.front().points.front().x;
  weight.wires.push_back(falling.wire);
  lane = weight.dots.front().y;
  weight.pieces.push_back({{{start, lane}, {x, lane}, {x, node.rect.y}}, 10});
}

void WeightPlacer::closed(const PlacedNode &node) {
  std::string base = plainPath(layout.paths.back());
  std::vector<FallingWeight> falling = fallingWeights(frame, node.node, {&tied, base});
  for (const PillSize &size : node.pills) {
    Pill pill{node.rect.x + size.center, size.width, size.text, node.path, {}, size.storage};
    for (size_t i = size.first; i < size.end; ++i) {
      double x = node.rect.x + node.tops[i];
      std::vector<std::string> paths;
      for (const std::string &path : falling[i].paths)
        paths.push_back(joined(base, path));
      if (copyOf(frame, falling[i].wire) >= 0) {
        branch(node, falling[i], paths, x, pill);
        continue;
      }
      PlacedWeight weight;
      if (falling[i].wire >= 0)
        weight.wires.push_back(falling[i].wire);
      weight.axes = falling[i].axes;
      weight.name = falling[i].name;
      weight.pieces.push_back({{{x, 0}, {x, node.rect.y}}, 10});
      layout.weights.push_back(std::move(weight));
      pill.bundles.push_back({x, falling[i].axes, std::move(paths)});
    }
    if (!pill.bundles.empty())
      layout.pills.push_back(std::move(pill));
  }
}

// What falls into an open frame falls through this one first.
void WeightPlacer::open(const PlacedNode &node) {
  for (Pill pill : node.inner->pills) {
    pill.x += node.rect.x;
    for (Pill::Bundle &bundle : pill.bundles) {
      bundle.x += node.rect.x;
      bundle.axes = outside(picture, *node.inner, bundle.axes);
      PlacedWeight weight;
      weight.axes = bundle.axes;
      weight.name = pill.text;
      weight.pieces.push_back({{{bundle.x, 0}, {bundle.x, node.rect.y}}, 10});
      layout.weights.push_back(std::move(weight));
    }
    layout.pills.push_back(std::move(pill));
  }
}

void placeWeights(const Picture &picture, const Frame &frame, const Tied &tied, FrameLayout &layout) {
  WeightPlacer placer{picture, frame, tied, layout, {}};
  std::vector<const PlacedNode *> nodes;
  for (const PlacedNode &node : layout.nodes)
    nodes.push_back(&node);
  // From left to right, so that a lane runs away from where it starts.
  sortStably(nodes, [](const PlacedNode *a, const PlacedNode *b) { return a->rect.x < b->rect.x; });
  for (const PlacedNode *node : nodes) {
    if (node->inner)
      placer.open(*node);
    else
      placer.closed(*node);
  }
}

} // namespace weft::draw
