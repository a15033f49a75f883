// The order of items inside layers: sweeps that put each item at the mean of its neighbours' ports, then
// switches of neighbours while crossings go down. No random numbers; ties keep the order of the text.
#include "lib/draw/Graph.h"
#include "lib/draw/StableOrder.h"

#include <algorithm>

namespace weft::draw {

namespace {

constexpr int sweeps = 24;

class Orderer {
public:
  explicit Orderer(Graph &graph);
  void run();

private:
  void start();
  void sweep(bool forward);
  void sortLayer(int layer, bool forward);
  void seatElbows(int layer);
  void switchNeighbours();
  double crossings(int channel) const;
  double fallings(int layer) const;
  /// What an order costs: wires over wires weigh more than weights over wires, and do not grow for their
  /// sake.
  struct Cost {
    double crossings = 0, fallings = 0;
    double whole() const { return 4 * crossings + fallings; }
    bool isBetterThan(const Cost &other) const {
      return whole() < other.whole() && crossings <= other.crossings;
    }
  };
  Cost total() const;
  void number(int layer);
  double center(int item, bool forward) const;

  Graph &graph;
  std::vector<std::vector<unsigned>> into, outOf, inChannel;
  std::vector<double> position; // of each item in its layer
};

Orderer::Orderer(Graph &graph)
    : graph(graph), into(graph.items.size()), outOf(graph.items.size()), inChannel(graph.layers.size()),
      position(graph.items.size()) {
  for (unsigned e = 0; e < graph.edges.size(); ++e) {
    into[graph.edges[e].to].push_back(e);
    outOf[graph.edges[e].from].push_back(e);
    inChannel[graph.items[graph.edges[e].from].layer].push_back(e);
  }
}

void Orderer::number(int layer) {
  for (size_t i = 0; i < graph.layers[layer].size(); ++i)
    position[graph.layers[layer][i]] = i;
}

// Where the neighbours' ports are: the place of the neighbour plus a fraction for the port.
double Orderer::center(int item, bool forward) const {
  double sum = 0;
  const std::vector<unsigned> &edges = forward ? into[item] : outOf[item];
  for (unsigned e : edges) {
    const Edge &edge = graph.edges[e];
    int other = forward ? edge.from : edge.to;
    unsigned port = forward ? edge.fromPort : edge.toPort;
    size_t ports = (forward ? graph.items[other].outputs : graph.items[other].inputs).size();
    sum += position[other] + (port + 0.5) / std::max<size_t>(ports, 1) * 0.9;
  }
  return edges.empty() ? -1 : sum / edges.size();
}

void Orderer::sortLayer(int layer, bool forward) {
  std::vector<int> &items = graph.layers[layer];
  auto fixed = [&](int item) {
    return graph.items[item].kind == ItemKind::input || graph.items[item].kind == ItemKind::output;
  };
  if (std::all_of(items.begin(), items.end(), fixed))
    return;
  std::vector<std::pair<double, int>> keyed;
  for (int item : items) {
    double key = center(item, forward);
    keyed.push_back({key < 0 ? position[item] : key, item});
  }
  sortStably(keyed, [](auto &a, auto &b) { return a.first < b.first; });
  for (size_t i = 0; i < items.size(); ++i)
    items[i] = keyed[i].second;
  number(layer);
  seatElbows(layer);
}

// An elbow stands right above its sum, or right below, as it came.
void Orderer::seatElbows(int layer) {
  std::vector<int> &items = graph.layers[layer];
  std::vector<int> elbows;
  for (int item : items)
    if (graph.items[item].kind == ItemKind::elbow)
      elbows.push_back(item);
  for (int elbow : elbows) {
    int sum = graph.items[elbow].elbowOf;
    bool above = position[elbow] < position[sum];
    items.erase(std::find(items.begin(), items.end(), elbow));
    auto at = std::find(items.begin(), items.end(), sum);
    items.insert(above ? at : at + 1, elbow);
  }
  number(layer);
}

void Orderer::start() {
  for (auto &layer : graph.layers)
    sortStably(layer, [&](int a, int b) {
      if (graph.items[a].rank != graph.items[b].rank)
        return graph.items[a].rank < graph.items[b].rank;
      return graph.items[a].kind == ItemKind::elbow && graph.items[b].kind != ItemKind::elbow;
    });
  for (size_t layer = 0; layer < graph.layers.size(); ++layer) {
    number(layer);
    seatElbows(layer);
  }
}

void Orderer::sweep(bool forward) {
  int count = graph.layers.size();
  for (int step = 1; step < count; ++step)
    sortLayer(forward ? step : count - 1 - step, forward);
}

// Counts inversions between the two ends with a Fenwick tree.
double Orderer::crossings(int channel) const {
  struct Ends {
    double from, to;
  };
  std::vector<Ends> ends;
  for (unsigned e : inChannel[channel]) {
    const Edge &edge = graph.edges[e];
    ends.push_back({position[edge.from] + edge.fromPort * 0.01, position[edge.to] + edge.toPort * 0.01});
  }
  sortStably(ends,
             [](const Ends &a, const Ends &b) { return a.from != b.from ? a.from < b.from : a.to < b.to; });
  std::vector<double> places;
  for (const Ends &end : ends)
    places.push_back(end.to);
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  std::vector<int> tree(places.size() + 1);
  double count = 0;
  for (size_t i = 0; i < ends.size(); ++i) {
    size_t place = std::lower_bound(places.begin(), places.end(), ends[i].to) - places.begin() + 1;
    int notBelow = 0;
    for (size_t k = place; k > 0; k -= k & -k)
      notBelow += tree[k];
    count += double(i) - notBelow;
    for (size_t k = place; k < tree.size(); k += k & -k)
      ++tree[k];
  }
  return count;
}

// Weights fall across everything that stands above their node.
double Orderer::fallings(int layer) const {
  double count = 0, above = 0;
  for (int item : graph.layers[layer]) {
    if (graph.items[item].weightSpan > 0)
      count += above;
    ++above;
  }
  return count;
}

Orderer::Cost Orderer::total() const {
  Cost sum;
  for (size_t layer = 0; layer < graph.layers.size(); ++layer) {
    sum.crossings += crossings(layer);
    sum.fallings += fallings(layer);
  }
  return sum;
}

void Orderer::switchNeighbours() {
  bool better = true;
  for (int pass = 0; better && pass < 4; ++pass) {
    better = false;
    for (size_t layer = 1; layer + 1 < graph.layers.size(); ++layer) {
      std::vector<int> &items = graph.layers[layer];
      // Large layers keep what the sweeps found: each switch counts two channels anew.
      if (items.size() > 40)
        continue;
      auto cost = [&] { return Cost{crossings(layer - 1) + crossings(layer), fallings(layer)}; };
      for (size_t i = 0; i + 1 < items.size(); ++i) {
        std::vector<int> before = items;
        Cost old = cost();
        std::swap(items[i], items[i + 1]);
        number(layer);
        seatElbows(layer);
        if (cost().isBetterThan(old)) {
          better = true;
          continue;
        }
        items = before;
        number(layer);
      }
    }
  }
}

void Orderer::run() {
  start();
  std::vector<std::vector<int>> best = graph.layers;
  Cost least = total();
  graph.textCrossings = least.crossings;
  for (int i = 0; i < sweeps && least.whole() > 0; ++i) {
    sweep(i % 2 == 0);
    if (Cost cost = total(); cost.isBetterThan(least)) {
      least = cost;
      best = graph.layers;
    }
  }
  graph.layers = best;
  for (size_t layer = 0; layer < graph.layers.size(); ++layer)
    number(layer);
  if (least.whole() > 0)
    switchNeighbours();
  graph.crossings = total().crossings;
}

} // namespace

void orderLayers(Graph &graph) { Orderer(graph).run(); }

} // namespace weft::draw
