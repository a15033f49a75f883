// How large a closed node is, and where its ports are.
#pragma once

#include "lib/draw/Picture.h"
#include "lib/draw/RoundedPath.h"

#include <map>

namespace weft::draw {

/// Where a weight is stored: with the box that has it; nowhere, because a cell ties it; or by the cell, which
/// makes the box's weight of it.
enum class Storage { own, none, byCell };

/// The weights that cells tie, by their paths from the whole picture.
using Tied = std::map<std::string, Storage>;

/// Those of a frame, by their paths from there.
struct TiedWeights {
  const Tied *paths = nullptr;
  std::string base;
  Storage of(const std::string &path) const;
};

/// One bundle that falls on a node: a weight of its own, or what the boxes inside have.
struct FallingWeight {
  std::string name;
  int wire = -1;                  // of the frame, when the weight is the frame's own
  std::vector<unsigned> axes;     // of the strands
  std::vector<std::string> paths; // of the weights, from the frame
  Storage storage = Storage::own;
};

/// What falls on a closed node: what is stored, then what is not, then what cells store.
std::vector<FallingWeight> fallingWeights(const Frame &frame, unsigned node, const TiedWeights &tied);

/// The words on the pill above some of them.
std::string pillText(const Node &node, const std::vector<FallingWeight> &falling, size_t first, size_t end);

/// A pill above a node, for the bundles below it.
struct PillSize {
  std::string text;
  double center = 0, width = 0; // from the node's left edge
  size_t first = 0, end = 0;    // of the node's falling weights
  Storage storage = Storage::own;
};

struct NodeSize {
  double width = 0, height = 0;
  std::vector<double> inputs, outputs; // below the top
  std::vector<double> tops;            // where weights fall in, from the left
  std::vector<PillSize> pills;
  double weightSpan = 0;
  double below = 0; // of the height, for what stands under the shape: its name, the laws of its monoid
};

NodeSize sizeOf(const Picture &picture, const Frame &frame, unsigned node, const TiedWeights &tied);

double pillWidth(const std::string &text);

/// The text inside a node: its label, and a smaller line below it, clipped to what a box may be wide.
std::string labelText(const Node &node);
std::string subText(const Node &node);
/// The occurrence's own name, where it says more than the label; shown below the shape.
std::string occurrenceText(const Node &node);

inline constexpr double circleSize = 28, labelSize = 15, subSize = 12, weightSize = 12.5;

} // namespace weft::draw
