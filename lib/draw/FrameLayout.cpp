#include "lib/draw/FrameLayout.h"

#include "lib/draw/Labels.h"
#include "lib/draw/Lanes.h"
#include "lib/draw/Weights.h"

#include <algorithm>
#include <cmath>

namespace weft::draw {

std::string joined(const std::string &path, const std::string &step) {
  return path.empty() || step.empty() ? path + step : path + "." + step;
}

std::string plainPath(const std::string &path) {
  std::string result;
  for (size_t at = 0; at <= path.size();) {
    size_t end = std::min(path.find('.', at), path.size());
    std::string step = path.substr(at, end - at);
    if (step.find('@') == std::string::npos)
      result = joined(result, step);
    at = end + 1;
  }
  return result;
}

void addTied(const Frame &frame, const std::string &path, Tied &tied) {
  for (const Tie &tie : frame.ties) {
    bool kept = std::any_of(tie.sources.begin(), tie.sources.end(),
                            [&](const TieSource &source) { return source.path == tie.target; });
    tied[joined(plainPath(path), tie.target)] = kept ? Storage::byCell : Storage::none;
  }
}

// One box, every wire from an edge straight through it, in order.
static bool isWrapper(const Frame &frame) {
  if (frame.nodes.size() != 1 || frame.nodes[0].inside < 0)
    return false;
  const Node &node = frame.nodes[0];
  if (node.inputs != frame.inputs.size() || node.outputs != frame.outputs.size() || !frame.weights.empty())
    return false;
  return std::all_of(frame.wires.begin(), frame.wires.end(),
                     [](const Wire &wire) { return wire.from.port == wire.to.port; });
}

std::vector<std::pair<int, std::string>> unwrapped(const Picture &picture, int frame, const std::string &path,
                                                   bool outermost) {
  std::vector<std::pair<int, std::string>> chain = {{frame, path}};
  while (isWrapper(picture.frames[chain.back().first])) {
    const Node &node = picture.frames[chain.back().first].nodes[0];
    FrameKind kind = picture.frames[node.inside].kind;
    if (outermost && kind != FrameKind::box && kind != FrameKind::group)
      break;
    chain.push_back({node.inside, joined(chain.back().second, node.name)});
  }
  return chain;
}

namespace {

class Builder {
public:
  Builder(const Picture &picture, const LayoutOptions &options, FrameLayout &layout)
      : picture(picture), options(options), layout(layout), frame(picture.frames[layout.frames.back()]),
        graph(picture, frame) {}
  void run();

private:
  void measure();
  void placeNodes();
  void placeNets();
  void divide(PlacedNet &net, const Track &track);

  const Picture &picture;
  const LayoutOptions &options;
  FrameLayout &layout;
  const Frame &frame;
  Graph graph;
  std::vector<NodeSize> sizes;
  std::vector<std::unique_ptr<FrameLayout>> inners;
};

// Inner frames first: an open one is a rectangle with fixed ports.
void Builder::measure() {
  inners.resize(frame.nodes.size());
  for (unsigned i = 0; i < frame.nodes.size(); ++i) {
    sizes.push_back(sizeOf(picture, frame, i, {&options.tied, plainPath(layout.paths.back())}));
    std::string path = joined(layout.paths.back(), frame.nodes[i].name);
    auto opening = options.openings.find(path);
    if (frame.nodes[i].inside < 0 || opening == options.openings.end() || opening->second != Opening::within)
      continue;
    inners[i] = std::make_unique<FrameLayout>(
        layOut(picture, frame.nodes[i].inside, path, {options.openings, 0, 0, false, options.tied}));
    NodeSize &size = sizes.back();
    size = {};
    size.width = inners[i]->width;
    size.height = inners[i]->height;
    size.inputs = inners[i]->inputs;
    size.outputs = inners[i]->outputs;
    for (const Pill &pill : inners[i]->pills)
      for (const Pill::Bundle &bundle : pill.bundles)
        size.tops.push_back(bundle.x);
    if (!size.tops.empty())
      size.weightSpan = size.width;
  }
}

void Builder::placeNodes() {
  for (unsigned i = 0; i < frame.nodes.size(); ++i) {
    if (graph.itemOf[i] < 0)
      continue;
    const Item &item = graph.items[graph.itemOf[i]];
    PlacedNode node;
    node.node = i;
    node.path = joined(layout.paths.back(), frame.nodes[i].name);
    node.rect = {item.x, item.y, item.width, item.height - sizes[i].below};
    node.bottom = item.y + item.height;
    node.tops = sizes[i].tops;
    node.pills = sizes[i].pills;
    node.inner = std::move(inners[i]);
    auto opening = options.openings.find(node.path);
    node.opening = node.inner                                                               ? Opening::within
                   : opening != options.openings.end() && opening->second == Opening::below ? Opening::below
                                                                                            : Opening::closed;
    layout.nodes.push_back(std::move(node));
  }
}

// The dots where a net divides: at the bend if it also goes on or the other way, and at every way out of the
// trunk but the last.
void Builder::divide(PlacedNet &net, const Track &track) {
  if (track.edges.size() < 2 || track.part == Track::before)
    return;
  double start =
      track.part == Track::after ? track.middle : graph.fromHeight(graph.edges[track.edges.front()]);
  std::vector<double> up, down;
  bool straight = false;
  for (unsigned e : track.edges) {
    double end = graph.toHeight(graph.edges[e]);
    if (std::fabs(end - start) < 0.05)
      straight = true;
    else
      (end < start ? up : down).push_back(end);
  }
  // A small step leaves its line where it starts to slant.
  double nearest = 2 * cornerRadius;
  for (unsigned e : track.edges)
    if (double step = std::fabs(graph.toHeight(graph.edges[e]) - start); step >= 0.05)
      nearest = std::min(nearest, step);
  double back = nearest < 2 * cornerRadius ? std::max(nearest, cornerRadius) / 2 + 6 : cornerRadius;
  if (straight + !up.empty() + !down.empty() > 1)
    net.dots.push_back({track.x - back, start});
  std::sort(up.rbegin(), up.rend());
  std::sort(down.begin(), down.end());
  for (size_t i = 0; i + 1 < up.size(); ++i)
    net.dots.push_back({track.x, std::min(start, up[i] + cornerRadius)});
  for (size_t i = 0; i + 1 < down.size(); ++i)
    net.dots.push_back({track.x, std::max(start, down[i] - cornerRadius)});
}

void Builder::placeNets() {
  for (const Net &net : graph.nets)
    layout.nets.push_back({unsigned(net.source), net.wires, net.copy, {}, {}});
  for (unsigned e = 0; e < graph.edges.size(); ++e)
    layout.nets[graph.edges[e].net].pieces.push_back(edgePath(graph, e));
  for (const auto &tracks : graph.channels)
    for (const Track &track : tracks)
      divide(layout.nets[track.net], track);
  // A copy whose ends all start at its source: the dot stands there.
  for (size_t i = 0; i < layout.nets.size(); ++i)
    if (layout.nets[i].copy >= 0 && layout.nets[i].dots.empty() && !layout.nets[i].pieces.empty()) {
      Point at = layout.nets[i].pieces.front().points.front();
      layout.nets[i].dots.push_back({at.x + 10, at.y});
    }
}

void Builder::run() {
  measure();
  makeNets(graph, sizes);
  assignLayers(graph);
  cutNets(graph);
  orderLayers(graph);
  layout.crossings = graph.crossings;
  layout.textCrossings = graph.textCrossings;
  markSpine(graph);
  assignHeights(graph);
  double top = 20 + weightLaneRoom(frame, graph);
  double bottom = 0;
  for (Item &item : graph.items) {
    item.y += top;
    bottom = std::max(bottom, item.y + item.height);
  }
  assignTracks(graph);
  LanePlan lanes = planLanes(picture, layout);
  double edge = options.margin + (options.outermost ? 26 : 10);
  assignColumns(graph, lanes.left + edge, lanes.right + edge, options.spread);
  layout.width = graph.width;
  placeNodes();
  placeNets();
  for (const Item &item : graph.items) {
    if (item.kind == ItemKind::input)
      layout.inputs.push_back(item.y + item.height / 2);
    else if (item.kind == ItemKind::output)
      layout.outputs.push_back(item.y + item.height / 2);
  }
  placeWeights(picture, frame, options.tied, layout);
  layout.height = placeLanes(picture, lanes, layout, bottom + 12);
  if (!options.outermost)
    layout.height += 28;
  else
    layout.height += 8;
  placeLabels(picture, frame, options, layout);
}

} // namespace

FrameLayout layOut(const Picture &picture, int frame, const std::string &path, const LayoutOptions &options) {
  FrameLayout layout;
  for (const auto &[index, where] : unwrapped(picture, frame, path, options.outermost)) {
    layout.frames.push_back(index);
    layout.paths.push_back(where);
  }
  LayoutOptions inner = options;
  for (size_t i = 0; i < layout.frames.size(); ++i)
    addTied(picture.frames[layout.frames[i]], layout.paths[i], inner.tied);
  Builder(picture, inner, layout).run();
  return layout;
}

} // namespace weft::draw
