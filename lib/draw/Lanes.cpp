#include "lib/draw/Lanes.h"

#include <algorithm>

namespace weft::draw {

static constexpr double step = 14, first = 14, laneHeight = 26;

// States come back in `scan`, `fold`, `unfold` and `iterate`; a `chain` is so many copies, each with its own.
static bool returnsStates(FrameKind kind) {
  return kind == FrameKind::scan || kind == FrameKind::fold || kind == FrameKind::unfold ||
         kind == FrameKind::iterate;
}

static bool has(const std::vector<Port> &ports, Entry entry) {
  return std::any_of(ports.begin(), ports.end(), [&](const Port &port) { return port.entry == entry; });
}

LanePlan planLanes(const Picture &picture, const FrameLayout &layout) {
  LanePlan plan;
  for (auto index = layout.frames.rbegin(); index != layout.frames.rend(); ++index) {
    const Frame &frame = picture.frames[*index];
    if (frame.axis >= 0 && (has(frame.inputs, Entry::element) || has(frame.outputs, Entry::element)))
      plan.lanes.push_back({*index, false, 0});
    if (returnsStates(frame.kind))
      for (unsigned i = 0; i < frame.inputs.size(); ++i)
        if (frame.inputs[i].entry == Entry::state)
          plan.lanes.push_back({*index, true, i});
  }
  if (!plan.lanes.empty())
    plan.left = plan.right = first + step * plan.lanes.size();
  return plan;
}

// The frame's axis leaves its elements at the left edge and comes back to what is collected at the right.
static void passBy(const Frame &frame, Lane &lane, const FrameLayout &layout, double inset, double y) {
  lane.axes = {unsigned(frame.axis)};
  for (unsigned i = 0; i < frame.inputs.size() && i < layout.inputs.size(); ++i)
    if (frame.inputs[i].entry == Entry::element)
      lane.pieces.push_back(
          {{{0, layout.inputs[i]}, {inset, layout.inputs[i]}, {inset, y}, {layout.width / 2, y}}, 10});
  for (unsigned i = 0; i < frame.outputs.size() && i < layout.outputs.size(); ++i)
    if (frame.outputs[i].entry == Entry::element) {
      double right = layout.width - inset;
      lane.pieces.push_back(
          {{{layout.width / 2, y}, {right, y}, {right, layout.outputs[i]}, {layout.width, layout.outputs[i]}},
           10});
    }
}

double placeLanes(const Picture &picture, const LanePlan &plan, FrameLayout &layout, double bottom) {
  double y = bottom;
  for (size_t i = 0; i < plan.lanes.size(); ++i) {
    const auto &planned = plan.lanes[i];
    const Frame &frame = picture.frames[planned.frame];
    // The innermost lane is the nearest to what it passes.
    double inset = first + step * (plan.lanes.size() - 1 - i);
    y += i == 0 ? 6 : laneHeight - 6;
    Lane lane;
    lane.state = planned.state;
    if (!planned.state) {
      passBy(frame, lane, layout, inset, y);
      bool own = frame.kind == FrameKind::map || frame.kind == FrameKind::each;
      lane.text = picture.axes[frame.axis].name + (own ? " passes by" : " in order");
    } else if (planned.port < layout.outputs.size() && planned.port < layout.inputs.size()) {
      lane.axes = frame.inputs[planned.port].axes;
      lane.values = frame.inputs[planned.port].values;
      double from = layout.outputs[planned.port], to = layout.inputs[planned.port];
      lane.pieces.push_back({{{layout.width - inset - 12, from},
                              {layout.width - inset, from},
                              {layout.width - inset, y},
                              {inset, y},
                              {inset, to},
                              {inset + 12, to}},
                             10});
      lane.text =
          "state" + (frame.inputs[planned.port].name.empty() ? "" : " " + frame.inputs[planned.port].name);
    }
    layout.lanes.push_back(std::move(lane));
  }
  return plan.lanes.empty() ? bottom : y + 10;
}

} // namespace weft::draw
