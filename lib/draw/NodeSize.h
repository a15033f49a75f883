// How large a closed node is, and where its ports are.
#pragma once

#include "lib/draw/Picture.h"
#include "lib/draw/RoundedPath.h"

namespace weft::draw {

struct NodeSize {
  double width = 0, height = 0;
  std::vector<double> inputs, outputs; // below the top
  std::vector<double> tops;            // where weights fall in, from the left
  double weightSpan = 0;
  double below = 0; // of the height, for what stands under the shape: its name, the laws of its monoid
};

NodeSize sizeOf(const Picture &picture, const Frame &frame, unsigned node);

/// One bundle that falls on a node: a weight of its own, or what the boxes inside have.
struct FallingWeight {
  std::string name;
  int wire = -1;              // of the frame, when the weight is the frame's own
  std::vector<unsigned> axes; // of the strands
};

/// What falls on a closed node.
std::vector<FallingWeight> fallingWeights(const Frame &frame, unsigned node);
/// The words on the pill above it.
std::string pillText(const Frame &frame, unsigned node);
double pillWidth(const std::string &text);

/// The text inside a node: its label, and a smaller line below it, clipped to what a box may be wide.
std::string labelText(const Node &node);
std::string subText(const Node &node);
/// The occurrence's own name, where it says more than the label; shown below the shape.
std::string occurrenceText(const Node &node);

inline constexpr double circleSize = 28, labelSize = 15, subSize = 12, weightSize = 12.5;

} // namespace weft::draw
