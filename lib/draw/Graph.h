// One frame while it is laid out: items in layers, wires between neighbouring layers. Each step of the layout
// is a file: Nets, Layers, Order, Heights, Columns, Tracks, Routes; FrameLayout calls them in this order.
#pragma once

#include "lib/draw/NodeSize.h"
#include "lib/draw/RoundedPath.h"

namespace weft::draw {

/// What takes up height in a layer.
enum class ItemKind {
  input,  // a port of the frame, on its left edge
  output, // on its right edge
  node,
  pass,  // a wire on its way through the layer
  elbow, // a wire that turns here into the circle of a sum, from above or below
};

struct Item {
  ItemKind kind = ItemKind::node;
  unsigned index = 0; // of the port or node; of the net for a pass or an elbow
  int layer = 0;
  double width = 0, height = 0;
  double x = 0, y = 0; // of its top left corner
  // Heights of ports below the top.
  std::vector<double> inputs, outputs;
  double weightSpan = 0; // the width that falling weights and their names take, about the middle; 0 for none
  int elbowOf = -1;      // the item of the sum that an elbow turns into
  unsigned rank = 0;     // in the order of the text
};

/// All wires that leave one port: one, or those behind a copy.
struct Net {
  int item = -1; // that it starts at
  unsigned port = 0;
  std::vector<unsigned> wires; // of the frame, those that reach a node or the frame's edge
  double halfWidth = 1;        // of the bundle of strands
  int copy = -1;               // the node that says so
  int source = -1;             // the wire that carries it there from its start
};

/// A piece of a net between neighbouring layers, or from a pass to the circle beside it.
struct Edge {
  unsigned net = 0;
  int from = -1, to = -1; // items
  unsigned fromPort = 0, toPort = 0;
  int wire = -1;      // of the frame, where the net ends; -1 into a pass
  bool spine = false; // of the line that shall be straight
};

/// A vertical piece between two layers, shared by the edges of one net.
struct Track {
  unsigned net = 0;
  std::vector<unsigned> edges;
  double x = 0;
  // A wire that steps twice has two tracks, and runs from one to the other at `middle`.
  enum Part { whole, before, after } part = whole;
  double middle = 0;
};

struct Graph {
  Graph(const Picture &picture, const Frame &frame) : picture(picture), frame(frame) {}

  const Picture &picture;
  const Frame &frame;
  std::vector<Item> items;
  std::vector<Net> nets;
  std::vector<Edge> edges;
  std::vector<std::vector<int>> layers;     // items, top to bottom
  std::vector<std::vector<Track>> channels; // channels[l] lies between layers l and l + 1
  std::vector<double> layerX, layerWidth;
  std::vector<const Track *> firstTrack, secondTrack; // of each edge, where it has them
  double crossings = 0, textCrossings = 0;            // of wires: as ordered, and as the text has it
  std::vector<int> itemOf;                            // of a node, by its number; -1 for copies
  double width = 0;

  double fromHeight(const Edge &edge) const {
    return items[edge.from].y + items[edge.from].outputs[edge.fromPort];
  }
  double toHeight(const Edge &edge) const { return items[edge.to].y + items[edge.to].inputs[edge.toPort]; }
};

/// Half the width of the bundle of strands that a wire is drawn as, halo excluded.
double halfWidth(const Wire &wire);
inline constexpr double strandGap = 4.6;

/// Items for ports and nodes, nets for what leaves each port. Copies become part of a net.
void makeNets(Graph &graph, const std::vector<NodeSize> &sizes);
/// The item that a wire ends at.
int sinkItem(const Graph &graph, const Wire &wire);
/// Layers by longest path, then nets cut into pieces between neighbouring layers.
void assignLayers(Graph &graph);
void cutNets(Graph &graph);
/// Marks the edges of the line from the frame's first output back to its inputs.
void markSpine(Graph &graph);
/// Orders items inside layers so that few wires cross, never more than in the order of the text. Ports never
/// move.
void orderLayers(Graph &graph);
/// Heights: the spine first, then long wires, lie straight.
void assignHeights(Graph &graph);
/// The vertical pieces between layers, so that they keep apart and cross little; places from the channel's
/// left.
void assignTracks(Graph &graph);
/// Places of layers and of nodes inside them: no node stands over one that weights fall to. `spread` is what
/// every channel gets beyond its need.
void assignColumns(Graph &graph, double leftMargin, double rightMargin, double spread);
/// The radius of wires' corners.
inline constexpr double cornerRadius = 18;
/// The centre line of an edge, from its item's port to the next's.
RoundedPath edgePath(const Graph &graph, unsigned edge);

} // namespace weft::draw
