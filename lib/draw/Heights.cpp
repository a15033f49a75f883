// Heights. Edges are aligned one after the other, the spine first, then long wires: items that are aligned
// form a block and keep one line. Blocks then move towards the mean of what they are wired to, as far as
// neighbours allow.
#include "lib/draw/Graph.h"
#include "lib/draw/StableOrder.h"

#include <algorithm>
#include <map>

namespace weft::draw {

namespace {

constexpr int rounds = 60;

class Aligner {
public:
  explicit Aligner(Graph &graph) : graph(graph), block(graph.items.size()), offset(graph.items.size()) {}
  void run();

private:
  void align();
  bool accept(unsigned edge);
  void join(unsigned edge);
  void findBlocks();
  void order();
  void pack();
  void relax(bool downwards);
  double desired(int b, bool &any) const;
  double gap(int above, int below) const;

  Graph &graph;
  // Each item's block and its height below the block's.
  std::vector<int> block;
  std::vector<double> offset;
  std::vector<int> alignedLeft, alignedRight; // edges, -1 for none
  std::vector<std::map<int, int>> accepted;   // of a channel: position of one end to that of the other
  std::vector<int> position;
  std::vector<std::vector<int>> members;
  struct Neighbour {
    int block;
    double distance;
  };
  std::vector<std::vector<Neighbour>> above, below;
  std::vector<std::vector<unsigned>> loose; // edges of a block that lie in no block
  std::vector<int> sorted;                  // blocks from top to bottom
  std::vector<double> height;
};

double Aligner::gap(int a, int b) const {
  const Item &upper = graph.items[a], &lower = graph.items[b];
  if (upper.elbowOf == b || lower.elbowOf == a)
    return cornerRadius + 4;
  auto thin = [](const Item &item) { return item.kind == ItemKind::pass || item.kind == ItemKind::elbow; };
  auto edge = [](const Item &item) { return item.kind == ItemKind::input || item.kind == ItemKind::output; };
  if (edge(upper) && edge(lower))
    return 26;
  if (thin(upper) && thin(lower))
    return 16;
  return thin(upper) || thin(lower) ? 24 : 30;
}

// Whether the edge crosses none that was accepted before in its channel.
bool Aligner::accept(unsigned e) {
  const Edge &edge = graph.edges[e];
  if (alignedRight[edge.from] >= 0 || alignedLeft[edge.to] >= 0)
    return false;
  std::map<int, int> &lines = accepted[graph.items[edge.from].layer];
  int from = position[edge.from], to = position[edge.to];
  auto after = lines.upper_bound(from);
  if (after != lines.end() && after->second <= to)
    return false;
  if (after != lines.begin() && std::prev(after)->second >= to)
    return false;
  lines[from] = to;
  return true;
}

void Aligner::align() {
  position.resize(graph.items.size());
  for (const auto &layer : graph.layers)
    for (size_t i = 0; i < layer.size(); ++i)
      position[layer[i]] = i;
  alignedLeft.assign(graph.items.size(), -1);
  alignedRight.assign(graph.items.size(), -1);
  accepted.resize(graph.layers.size());
  auto isPass = [&](int item) { return graph.items[item].kind == ItemKind::pass; };
  auto priority = [&](const Edge &edge) {
    if (edge.spine)
      return 0;
    int passes = isPass(edge.from) + isPass(edge.to);
    return passes == 2 ? 1 : passes == 1 ? 2 : 3;
  };
  std::vector<unsigned> edges(graph.edges.size());
  for (unsigned e = 0; e < edges.size(); ++e)
    edges[e] = e;
  sortStably(edges,
             [&](unsigned a, unsigned b) { return priority(graph.edges[a]) < priority(graph.edges[b]); });
  for (unsigned e : edges)
    if (accept(e)) {
      alignedRight[graph.edges[e].from] = e;
      alignedLeft[graph.edges[e].to] = e;
    }
}

void Aligner::findBlocks() {
  for (const auto &layer : graph.layers)
    for (int item : layer) {
      if (alignedLeft[item] < 0) {
        block[item] = members.size();
        offset[item] = 0;
        members.push_back({item});
        continue;
      }
      const Edge &edge = graph.edges[alignedLeft[item]];
      block[item] = block[edge.from];
      offset[item] = offset[edge.from] + graph.items[edge.from].outputs[edge.fromPort] -
                     graph.items[item].inputs[edge.toPort];
      members[block[item]].push_back(item);
    }
  above.resize(members.size());
  below.resize(members.size());
  loose.resize(members.size());
  for (const auto &layer : graph.layers)
    for (size_t i = 0; i + 1 < layer.size(); ++i) {
      int a = layer[i], b = layer[i + 1];
      double distance = offset[a] + graph.items[a].height + gap(a, b) - offset[b];
      below[block[a]].push_back({block[b], distance});
      above[block[b]].push_back({block[a], distance});
    }
  for (unsigned e = 0; e < graph.edges.size(); ++e)
    if (int a = block[graph.edges[e].from], b = block[graph.edges[e].to]; a != b) {
      loose[a].push_back(e);
      loose[b].push_back(e);
    }
}

void Aligner::order() {
  std::vector<size_t> waiting(members.size());
  for (size_t b = 0; b < members.size(); ++b) {
    waiting[b] = above[b].size();
    if (!waiting[b])
      sorted.push_back(b);
  }
  for (size_t at = 0; at < sorted.size(); ++at)
    for (const Neighbour &next : below[sorted[at]])
      if (--waiting[next.block] == 0)
        sorted.push_back(next.block);
}

void Aligner::pack() {
  height.assign(members.size(), 0);
  for (int b : sorted)
    for (const Neighbour &up : above[b])
      height[b] = std::max(height[b], height[up.block] + up.distance);
}

// Where the block would lie if nothing were in its way.
double Aligner::desired(int b, bool &any) const {
  double sum = 0, weight = 0;
  for (unsigned e : loose[b]) {
    const Edge &edge = graph.edges[e];
    bool from = block[edge.from] == b;
    int own = from ? edge.from : edge.to, other = from ? edge.to : edge.from;
    double ownPort =
        offset[own] + (from ? graph.items[own].outputs[edge.fromPort] : graph.items[own].inputs[edge.toPort]);
    double otherPort =
        height[block[other]] + offset[other] +
        (from ? graph.items[other].inputs[edge.toPort] : graph.items[other].outputs[edge.fromPort]);
    sum += otherPort - ownPort;
    weight += 1;
  }
  any = weight > 0;
  return any ? sum / weight : 0;
}

void Aligner::relax(bool downwards) {
  for (size_t i = 0; i < sorted.size(); ++i) {
    int b = sorted[downwards ? i : sorted.size() - 1 - i];
    bool any;
    double wanted = desired(b, any);
    if (!any)
      continue;
    double low = -1e9, high = 1e9;
    for (const Neighbour &up : above[b])
      low = std::max(low, height[up.block] + up.distance);
    for (const Neighbour &down : below[b])
      high = std::min(high, height[down.block] - down.distance);
    height[b] = std::max(low, std::min(wanted, high));
  }
}

void Aligner::run() {
  align();
  findBlocks();
  order();
  pack();
  for (int i = 0; i < rounds; ++i)
    relax(i % 2 == 1);
  double top = 1e9;
  for (size_t i = 0; i < graph.items.size(); ++i) {
    graph.items[i].y = height[block[i]] + offset[i];
    top = std::min(top, graph.items[i].y);
  }
  for (Item &item : graph.items)
    item.y -= top;
}

} // namespace

void assignHeights(Graph &graph) {
  if (!graph.items.empty())
    Aligner(graph).run();
}

} // namespace weft::draw
