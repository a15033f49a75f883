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

// What it costs when `left` stands left of `right`: crossings where the start of one runs under the other and
// its ends over it; and, far worse, an end of one that would run into the start of the other.
int cost(const Extent &left, const Extent &right) {
  int sum = right.start > left.low && right.start < left.high;
  double room = left.halfWidth + right.halfWidth + clearance;
  for (double end : left.ends) {
    sum += end > right.low && end < right.high;
    bool bendsAway = std::fabs(end - left.start) >= 0.05;
    sum += bendsAway && std::fabs(end - right.start) < room ? 50 : 0;
  }
  return sum;
}

constexpr size_t mostMoved = 64;

// Each track moves to where it costs least, while that helps.
void sortTracks(std::vector<Track> &tracks, std::vector<Extent> &extents) {
  size_t count = tracks.size();
  bool better = count > 1 && count <= mostMoved;
  for (int pass = 0; better && pass < 8; ++pass) {
    better = false;
    for (size_t from = 0; from < count; ++from) {
      // What the track costs at each place, relative to the first, when the others keep their order.
      int here = 0, least = 0, now = 0;
      size_t best = 0;
      for (size_t k = 0, place = 0; k < count; ++k) {
        if (k == from) {
          now = here;
          if (now <= least) {
            least = now;
            best = place;
          }
          continue;
        }
        here += cost(extents[k], extents[from]) - cost(extents[from], extents[k]);
        if (here < least) {
          least = here;
          best = place + 1;
        }
        ++place;
      }
      if (least >= now || best == from)
        continue;
      Track track = tracks[from];
      Extent extent = extents[from];
      tracks.erase(tracks.begin() + from);
      extents.erase(extents.begin() + from);
      tracks.insert(tracks.begin() + best, track);
      extents.insert(extents.begin() + best, extent);
      better = true;
    }
  }
}

// A height, best between start and end, that no other piece of the channel comes near.
double freeHeight(const std::vector<Extent> &extents, const Extent &own) {
  double middle = (own.start + own.ends[0]) / 2;
  for (int step = 0; step < 120; ++step) {
    double at = middle + (step % 2 ? 1 : -1) * ((step + 1) / 2) * 5.0;
    bool near = false;
    for (const Extent &other : extents) {
      double room = own.halfWidth + other.halfWidth + clearance;
      near |= std::fabs(other.start - at) < room;
      for (double end : other.ends)
        near |= std::fabs(end - at) < room;
    }
    if (!near)
      return at;
  }
  return middle;
}

// Two wires that change places run into each other in either order of their tracks:
//
//     a ──┐ ┌── b           a ─┐ ┌──── b
//         ├─┤        →         └─┼─┐
//     b ──┘ └── a           b ───┘ └── a
//
// One of them then steps twice, on both sides of the other.
// A net that also goes straight on has no second place to step from.
bool canSplit(const Track &track, const Extent &extent) {
  return track.part == Track::whole && std::none_of(extent.ends.begin(), extent.ends.end(), [&](double end) {
           return std::fabs(end - extent.start) < 0.05;
         });
}

// Track `at` ends halfway; what it still has to do is done at place `again`.
void split(std::vector<Track> &tracks, std::vector<Extent> &extents, size_t at, size_t again, double middle) {
  Track second = tracks[at];
  Extent after = extents[at];
  tracks[at].part = Track::before;
  second.part = Track::after;
  tracks[at].middle = second.middle = middle;
  extents[at].ends = {middle};
  after.start = middle;
  for (Extent *extent : {&extents[at], &after}) {
    extent->low = extent->high = extent->start;
    for (double end : extent->ends) {
      extent->low = std::min(extent->low, end);
      extent->high = std::max(extent->high, end);
    }
  }
  tracks.insert(tracks.begin() + again, second);
  extents.insert(extents.begin() + again, after);
}

void splitTracks(std::vector<Track> &tracks, std::vector<Extent> &extents,
                 const std::vector<Extent> &straight) {
  for (size_t i = 0; i < tracks.size(); ++i)
    for (size_t k = tracks.size() - 1; k > i; --k) {
      if (cost(extents[i], extents[k]) < 50)
        continue;
      std::vector<Extent> all = extents;
      all.insert(all.end(), straight.begin(), straight.end());
      if (canSplit(tracks[i], extents[i])) {
        split(tracks, extents, i, k + 1, freeHeight(all, extents[i]));
      } else if (canSplit(tracks[k], extents[k])) {
        // The right one starts on the left of the left one.
        double middle = freeHeight(all, extents[k]);
        split(tracks, extents, k, k + 1, middle);
        std::rotate(tracks.begin() + i, tracks.begin() + k, tracks.begin() + k + 1);
        std::rotate(extents.begin() + i, extents.begin() + k, extents.begin() + k + 1);
        ++i;
        ++k;
        continue;
      }
      break;
    }
}

// Whether what leaves the left track crosses the right one, or what comes to the right one crosses the left:
// a crossing at a bend cannot be read.
bool crossAtBend(const Extent &left, const Extent &right) {
  auto within = [](double y, const Extent &extent) {
    return y > extent.low + 0.05 && y < extent.high - 0.05;
  };
  return within(right.start, left) ||
         std::any_of(left.ends.begin(), left.ends.end(), [&](double end) { return within(end, right); });
}

// From left to right, each as far left as those before it allow.
void placeTracks(std::vector<Track> &tracks, const std::vector<Extent> &extents) {
  for (size_t i = 0; i < tracks.size(); ++i) {
    double x = extents[i].halfWidth;
    for (size_t k = 0; k < i; ++k)
      if (extents[i].overlaps(extents[k]))
        x = std::max(x, tracks[k].x + extents[k].halfWidth + extents[i].halfWidth +
                            (crossAtBend(extents[k], extents[i]) ? cornerRadius : clearance));
    tracks[i].x = x;
  }
}

} // namespace

void assignTracks(Graph &graph) {
  graph.channels.assign(graph.layers.size(), {});
  std::vector<std::vector<Extent>> straights(graph.layers.size());
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
    int layer = graph.items[source.first].layer;
    if (straight)
      straights[layer].push_back(extentOf(graph, track));
    else
      graph.channels[layer].push_back(track);
  }
  for (size_t layer = 0; layer < graph.channels.size(); ++layer) {
    std::vector<Track> &tracks = graph.channels[layer];
    std::vector<Extent> extents;
    for (const Track &track : tracks)
      extents.push_back(extentOf(graph, track));
    sortTracks(tracks, extents);
    splitTracks(tracks, extents, straights[layer]);
    placeTracks(tracks, extents);
  }
}

} // namespace weft::draw
