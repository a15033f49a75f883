// Places from left to right. Boxes of one layer on which weights fall form a staircase: no weight passes a
// box.
#include "lib/draw/Graph.h"

#include <algorithm>
#include <cmath>

namespace weft::draw {

static bool isShape(const Item &item) { return item.kind == ItemKind::node; }

// The layer's width, its shapes placed within.
static double placeShapes(Graph &graph, const std::vector<int> &layer) {
  double width = 0;
  for (int i : layer)
    width = std::max(width, graph.items[i].width);
  for (int i : layer)
    graph.items[i].x = (width - graph.items[i].width) / 2;
  for (size_t below = 0; below < layer.size(); ++below) {
    Item &item = graph.items[layer[below]];
    if (item.weightSpan <= 0)
      continue;
    // As far left as the boxes above leave room for the weights, to their right.
    for (bool moved = true; moved;) {
      moved = false;
      for (size_t up = 0; up < below; ++up) {
        const Item &over = graph.items[layer[up]];
        if (!isShape(over) || item.x >= over.x + over.width + 12 || over.x >= item.x + item.width + 12)
          continue;
        item.x = over.x + over.width + 12;
        moved = true;
      }
    }
    width = std::max(width, item.x + item.width);
  }
  return width;
}

// Room for the channel's tracks and for the bends beside them.
static double channelWidth(const Graph &graph, size_t layer) {
  const std::vector<Track> &tracks = graph.channels[layer];
  if (tracks.empty())
    return 34;
  double right = 0;
  for (const Track &track : tracks)
    right = std::max(right, track.x + graph.nets[track.net].halfWidth);
  return right + 2 * (cornerRadius + 2);
}

void assignColumns(Graph &graph, double leftMargin, double rightMargin, double spread) {
  double x = 0;
  size_t count = graph.layers.size();
  graph.layerX.assign(count, 0);
  graph.layerWidth.assign(count, 0);
  for (size_t layer = 0; layer < count; ++layer) {
    graph.layerX[layer] = x;
    graph.layerWidth[layer] = placeShapes(graph, graph.layers[layer]);
    for (int i : graph.layers[layer])
      graph.items[i].x += x;
    x += graph.layerWidth[layer];
    if (layer + 1 == count)
      break;
    double left = layer == 0 ? leftMargin : 0, right = layer + 2 == count ? rightMargin : 0;
    double need = channelWidth(graph, layer);
    for (Track &track : graph.channels[layer])
      track.x += x + left + spread / 2 + cornerRadius + 2;
    x += left + right + spread + need;
  }
  graph.width = x;
  graph.firstTrack.assign(graph.edges.size(), nullptr);
  graph.secondTrack.assign(graph.edges.size(), nullptr);
  for (const auto &tracks : graph.channels)
    for (const Track &track : tracks)
      for (unsigned e : track.edges)
        (track.part == Track::after ? graph.secondTrack : graph.firstTrack)[e] = &track;
}

// Where a wire meets the right or left side of an item.
static double exitX(const Item &item) { return item.x + item.width; }

RoundedPath edgePath(const Graph &graph, unsigned index) {
  const Edge &edge = graph.edges[index];
  const Item &from = graph.items[edge.from], &to = graph.items[edge.to];
  double y0 = graph.fromHeight(edge), y1 = graph.toHeight(edge);
  double x0 = exitX(from), x1 = to.x;
  if (to.kind == ItemKind::elbow)
    x1 = graph.items[to.elbowOf].x + graph.items[to.elbowOf].width / 2;
  else if (to.kind == ItemKind::pass)
    x1 = graph.layerX[to.layer] + graph.layerWidth[to.layer];
  if (from.kind == ItemKind::pass)
    x0 = graph.layerX[from.layer] + graph.layerWidth[from.layer];
  RoundedPath path{{{x0, y0}}, cornerRadius};
  // Small steps are slanted: two quarter turns would not fit.
  auto step = [&](const Track *track, double start, double end) {
    double size = std::fabs(end - start);
    double slant = size >= 2 * cornerRadius ? 0 : std::max(size, cornerRadius) / 2;
    path.points.push_back({track->x - slant, start});
    path.points.push_back({track->x + slant, end});
  };
  const Track *first = graph.firstTrack[index], *second = graph.secondTrack[index];
  if (second) {
    step(first, y0, first->middle);
    step(second, first->middle, y1);
  } else if (std::fabs(y1 - y0) >= 0.05) {
    step(first, y0, y1);
  }
  path.points.push_back({x1, y1});
  if (to.kind == ItemKind::elbow) {
    const Item &sum = graph.items[to.elbowOf];
    path.points.push_back({x1, sum.y > to.y ? sum.y : sum.y + sum.height});
  }
  return path;
}

} // namespace weft::draw
