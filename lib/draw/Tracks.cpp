// The vertical pieces between two layers: edges of one net share one, others keep apart where they overlap,
// and their order from left to right is the one with few crossings.
#include "lib/draw/Graph.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace weft::draw {

namespace {

constexpr double clearance = 7;

struct Extent {
  double low, high, start;
  std::vector<double> ends;
  double halfWidth;
  bool overlaps(const Extent &other) const {
    double room = halfWidth + other.halfWidth + clearance;
    return low < other.high + room && other.low < high + room;
  }
};

Extent extentOf(const Graph &graph, const Track &track) {
  Extent extent{1e9, -1e9, 0, {}, graph.nets[track.net].halfWidth};
  for (unsigned e : track.edges) {
    double from = graph.fromHeight(graph.edges[e]), to = graph.toHeight(graph.edges[e]);
    extent.start = from;
    extent.ends.push_back(to);
    extent.low = std::min({extent.low, from, to});
    extent.high = std::max({extent.high, from, to});
  }
  return extent;
}

// Crossings when `left` stands left of `right`: the start of one runs under the other, and its ends over it.
int crossings(const Extent &left, const Extent &right) {
  int count = right.start > left.low && right.start < left.high;
  for (double end : left.ends)
    count += end > right.low && end < right.high;
  return count;
}

// Neighbours change places while that leaves fewer crossings.
void sortTracks(std::vector<Track> &tracks, std::vector<Extent> &extents) {
  bool better = tracks.size() <= 400;
  for (size_t pass = 0; better && pass < tracks.size(); ++pass) {
    better = false;
    for (size_t i = 0; i + 1 < tracks.size(); ++i) {
      if (crossings(extents[i + 1], extents[i]) >= crossings(extents[i], extents[i + 1]))
        continue;
      std::swap(tracks[i], tracks[i + 1]);
      std::swap(extents[i], extents[i + 1]);
      better = true;
    }
  }
}

// From left to right, each as far left as those before it allow.
void placeTracks(std::vector<Track> &tracks, const std::vector<Extent> &extents) {
  for (size_t i = 0; i < tracks.size(); ++i) {
    double x = extents[i].halfWidth;
    for (size_t k = 0; k < i; ++k)
      if (extents[i].overlaps(extents[k]))
        x = std::max(x, tracks[k].x + extents[k].halfWidth + extents[i].halfWidth + clearance);
    tracks[i].x = x;
  }
}

} // namespace

void assignTracks(Graph &graph) {
  graph.channels.assign(graph.layers.size(), {});
  std::map<std::pair<int, unsigned>, Track> bySource;
  for (unsigned e = 0; e < graph.edges.size(); ++e) {
    const Edge &edge = graph.edges[e];
    Track &track = bySource[{edge.from, edge.fromPort}];
    track.net = edge.net;
    track.edges.push_back(e);
  }
  for (auto &[source, track] : bySource) {
    bool straight = std::all_of(track.edges.begin(), track.edges.end(), [&](unsigned e) {
      return std::fabs(graph.fromHeight(graph.edges[e]) - graph.toHeight(graph.edges[e])) < 0.05;
    });
    if (!straight)
      graph.channels[graph.items[source.first].layer].push_back(track);
  }
  for (std::vector<Track> &tracks : graph.channels) {
    std::vector<Extent> extents;
    for (const Track &track : tracks)
      extents.push_back(extentOf(graph, track));
    sortTracks(tracks, extents);
    placeTracks(tracks, extents);
  }
}

} // namespace weft::draw
