// Layers by longest path; then nets are cut into pieces between neighbouring layers.
#include "lib/draw/Graph.h"

#include <algorithm>

namespace weft::draw {

// The nodes that each item feeds, and is fed by, over data wires.
static std::vector<std::vector<int>> successors(const Graph &graph) {
  std::vector<std::vector<int>> next(graph.items.size());
  for (const Net &net : graph.nets)
    for (unsigned wire : net.wires)
      next[net.item].push_back(sinkItem(graph, graph.frame.wires[wire]));
  return next;
}

// The items so that each comes after those that feed it. Diagrams have no cycles.
static std::vector<int> topological(const std::vector<std::vector<int>> &next) {
  std::vector<unsigned> waiting(next.size());
  for (const auto &list : next)
    for (int item : list)
      ++waiting[item];
  std::vector<int> order;
  for (unsigned i = 0; i < next.size(); ++i)
    if (!waiting[i])
      order.push_back(i);
  for (size_t at = 0; at < order.size(); ++at)
    for (int item : next[order[at]])
      if (--waiting[item] == 0)
        order.push_back(item);
  return order;
}

void assignLayers(Graph &graph) {
  std::vector<std::vector<int>> next = successors(graph);
  std::vector<int> order = topological(next);
  std::vector<unsigned> arriving(graph.items.size());
  for (const auto &list : next)
    for (int item : list)
      ++arriving[item];
  for (Item &item : graph.items)
    item.layer = item.kind == ItemKind::input ? 0 : 1;
  for (int item : order)
    for (int to : next[item])
      graph.items[to].layer = std::max(graph.items[to].layer, graph.items[item].layer + 1);
  int last = 1;
  for (const Item &item : graph.items)
    last = std::max(last, item.layer + (item.kind == ItemKind::node));
  for (Item &item : graph.items)
    if (item.kind == ItemKind::output)
      item.layer = last;
  // What more wires leave than reach stands as near to its readers as it can.
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    Item &item = graph.items[*it];
    if (item.kind != ItemKind::node || next[*it].size() <= arriving[*it])
      continue;
    int nearest = last;
    for (int to : next[*it])
      nearest = std::min(nearest, graph.items[to].layer);
    item.layer = std::max(item.layer, nearest - 1);
  }
  graph.layers.assign(last + 1, {});
}

// The input of a sum that goes straight on: the one with the longest way behind it.
static unsigned straightInput(const Graph &graph, int sum) {
  unsigned best = 0;
  int earliest = 1 << 30;
  for (const Net &net : graph.nets)
    for (unsigned w : net.wires) {
      const Wire &wire = graph.frame.wires[w];
      if (sinkItem(graph, wire) != sum || wire.to.node == End::boundary)
        continue;
      int layer = graph.items[net.item].layer;
      if (layer < earliest || (layer == earliest && wire.to.port < best)) {
        earliest = layer;
        best = wire.to.port;
      }
    }
  return best;
}

static Item passItem(const Graph &graph, unsigned net, int layer, ItemKind kind) {
  Item item;
  item.kind = kind;
  item.index = net;
  item.layer = layer;
  item.height = graph.nets[net].halfWidth * 2;
  item.inputs = item.outputs = {item.height / 2};
  // Behind every node: wires that pass lie below, so that weights need not cross them.
  item.rank = graph.frame.nodes.size() + net;
  return item;
}

namespace {
struct NetCutter {
  Graph &graph;
  const std::vector<unsigned> &straight; // of each sum's item

  void cut(unsigned netIndex);
  void end(unsigned netIndex, unsigned wire, int from, unsigned fromPort);
};
} // namespace

// The piece that ends in a node, an output, or beside a sum.
void NetCutter::end(unsigned netIndex, unsigned w, int from, unsigned fromPort) {
  const Wire &wire = graph.frame.wires[w];
  int to = sinkItem(graph, wire);
  bool boundary = wire.to.node == End::boundary;
  unsigned port = boundary ? 0 : wire.to.port;
  bool turns = !boundary && graph.frame.nodes[wire.to.node].commutes && port != straight[to];
  if (!turns) {
    graph.edges.push_back({netIndex, from, to, fromPort, port, int(w)});
    return;
  }
  Item elbow = passItem(graph, netIndex, graph.items[to].layer, ItemKind::elbow);
  elbow.elbowOf = to;
  elbow.rank = graph.items[to].rank;
  graph.items.push_back(elbow);
  graph.edges.push_back({netIndex, from, int(graph.items.size() - 1), fromPort, 0, int(w)});
}

void NetCutter::cut(unsigned netIndex) {
  const Net net = graph.nets[netIndex];
  int from = net.item, last = graph.items[from].layer;
  unsigned port = net.port;
  for (unsigned w : net.wires)
    last = std::max(last, graph.items[sinkItem(graph, graph.frame.wires[w])].layer);
  for (int layer = graph.items[from].layer + 1; layer <= last; ++layer) {
    bool further = false;
    for (unsigned w : net.wires) {
      int sink = graph.items[sinkItem(graph, graph.frame.wires[w])].layer;
      further |= sink > layer;
      if (sink == layer)
        end(netIndex, w, from, port);
    }
    if (!further)
      break;
    graph.items.push_back(passItem(graph, netIndex, layer, ItemKind::pass));
    int pass = graph.items.size() - 1;
    graph.edges.push_back({netIndex, from, pass, port, 0, -1});
    from = pass;
    port = 0;
  }
}

void cutNets(Graph &graph) {
  std::vector<unsigned> straight(graph.items.size());
  for (unsigned i = 0; i < graph.items.size(); ++i) {
    const Item &item = graph.items[i];
    if (item.kind == ItemKind::node && graph.frame.nodes[item.index].commutes)
      straight[i] = straightInput(graph, i);
  }
  NetCutter cutter{graph, straight};
  for (unsigned net = 0; net < graph.nets.size(); ++net)
    cutter.cut(net);
  for (unsigned i = 0; i < graph.items.size(); ++i)
    graph.layers[graph.items[i].layer].push_back(i);
}

void markSpine(Graph &graph) {
  std::vector<std::vector<unsigned>> into(graph.items.size());
  for (unsigned e = 0; e < graph.edges.size(); ++e)
    into[graph.edges[e].to].push_back(e);
  int at = -1;
  for (unsigned i = 0; i < graph.items.size() && at < 0; ++i)
    if (graph.items[i].kind == ItemKind::output)
      at = i;
  while (at >= 0 && !into[at].empty()) {
    // Of several inputs the middle one: what stands above and below bends towards it.
    const std::vector<unsigned> &edges = into[at];
    unsigned wanted = edges.size() > 2 ? (edges.size() - 1) / 2 : 0, best = edges[0];
    for (unsigned e : edges)
      if (graph.edges[e].toPort == wanted)
        best = e;
    graph.edges[best].spine = true;
    at = graph.edges[best].from;
  }
}

} // namespace weft::draw
