// Wires as nets: what leaves one port, copies dissolved.
#include "lib/draw/Graph.h"

#include <algorithm>

namespace weft::draw {

double halfWidth(const Wire &wire) {
  size_t strands = wire.axes.size() + (wire.values >= 0);
  if (wire.kind == WireKind::weight)
    return std::max<double>(strands, 1) * 1.7;
  return strands < 2 ? 1.5 : (strands - 1) * strandGap / 2 + 1.5;
}

static Item portItem(ItemKind kind, unsigned index) {
  Item item;
  item.kind = kind;
  item.index = item.rank = index;
  item.height = 16;
  item.inputs = item.outputs = {8};
  return item;
}

static void makeItems(Graph &graph, const std::vector<NodeSize> &sizes) {
  const Frame &frame = graph.frame;
  for (unsigned i = 0; i < frame.inputs.size(); ++i)
    graph.items.push_back(portItem(ItemKind::input, i));
  for (unsigned i = 0; i < frame.outputs.size(); ++i)
    graph.items.push_back(portItem(ItemKind::output, i));
  graph.itemOf.assign(frame.nodes.size(), -1);
  for (unsigned i = 0; i < frame.nodes.size(); ++i) {
    if (frame.nodes[i].kind == NodeKind::copy)
      continue;
    Item item;
    item.index = item.rank = i;
    item.width = sizes[i].width;
    item.height = sizes[i].height;
    item.inputs = sizes[i].inputs;
    item.outputs = sizes[i].outputs;
    item.weightSpan = sizes[i].weightSpan;
    graph.itemOf[i] = graph.items.size();
    graph.items.push_back(std::move(item));
  }
}

void makeNets(Graph &graph, const std::vector<NodeSize> &sizes) {
  makeItems(graph, sizes);
  const Frame &frame = graph.frame;
  auto copyAt = [&](const End &end) {
    return end.node != End::boundary && frame.nodes[end.node].kind == NodeKind::copy ? end.node : -1;
  };
  std::vector<std::vector<unsigned>> leaving(frame.nodes.size());
  for (unsigned w = 0; w < frame.wires.size(); ++w)
    if (int copy = copyAt(frame.wires[w].from); copy >= 0)
      leaving[copy].push_back(w);
  for (unsigned w = 0; w < frame.wires.size(); ++w) {
    const Wire &wire = frame.wires[w];
    if (wire.kind == WireKind::weight || copyAt(wire.from) >= 0)
      continue;
    bool atEdge = wire.from.node == End::boundary;
    Net net;
    net.item = atEdge ? int(wire.from.port) : graph.itemOf[wire.from.node];
    net.port = atEdge ? 0 : wire.from.port;
    net.halfWidth = halfWidth(wire);
    net.source = w;
    net.copy = copyAt(wire.to);
    net.wires = net.copy >= 0 ? leaving[net.copy] : std::vector<unsigned>{w};
    graph.nets.push_back(std::move(net));
  }
}

int sinkItem(const Graph &graph, const Wire &wire) {
  return wire.to.node == End::boundary ? int(graph.frame.inputs.size() + wire.to.port)
                                       : graph.itemOf[wire.to.node];
}

} // namespace weft::draw
