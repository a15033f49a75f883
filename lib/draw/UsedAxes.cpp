#include "lib/draw/UsedAxes.h"

#include <functional>

namespace weft::draw {

// Everything in a picture that names an axis.
static void eachAxis(Picture &picture, const std::function<void(unsigned &)> &visit) {
  auto all = [&](std::vector<unsigned> &axes) {
    for (unsigned &axis : axes)
      visit(axis);
  };
  auto maybe = [&](int &axis) {
    if (axis < 0)
      return;
    unsigned position = axis;
    visit(position);
    axis = position;
  };
  for (Frame &frame : picture.frames) {
    maybe(frame.axis);
    for (auto *ports : {&frame.inputs, &frame.outputs, &frame.weights})
      for (Port &port : *ports) {
        all(port.axes);
        maybe(port.values);
      }
    for (Wire &wire : frame.wires) {
      all(wire.axes);
      maybe(wire.values);
    }
    for (Tie &tie : frame.ties) {
      all(tie.axes);
      for (TieSource &source : tie.sources)
        all(source.axes);
    }
    for (Node &node : frame.nodes) {
      all(node.summed);
      for (InnerWeight &weight : node.innerWeights)
        all(weight.axes);
    }
  }
}

void keepUsedAxes(Picture &picture) {
  std::vector<bool> used(picture.axes.size());
  eachAxis(picture, [&](unsigned &axis) { used[axis] = true; });
  std::vector<unsigned> position(picture.axes.size());
  std::vector<Axis> kept;
  for (unsigned axis = 0; axis < picture.axes.size(); ++axis) {
    position[axis] = kept.size();
    if (used[axis])
      kept.push_back(picture.axes[axis]);
  }
  picture.axes = std::move(kept);
  eachAxis(picture, [&](unsigned &axis) { axis = position[axis]; });
}

} // namespace weft::draw
