#include "lib/draw/Colours.h"

#include <algorithm>
#include <set>

namespace weft::draw {

const std::array<Hue, hueCount> hues = {{
    {"teal", "#0d8a8a", "#0a7373", "#45c8c4", "none"},
    {"violet", "#6a4fcf", "#5942ad", "#a898ff", "9 3"},
    {"orange", "#c56f14", "#a55d10", "#f0a04b", "2 3"},
    {"rose", "#c4335f", "#a42a4f", "#ff7d9f", "12 3 2 3"},
    {"blue", "#2c6fd6", "#245db3", "#6fb0ff", "5 2"},
    {"green", "#55872a", "#477123", "#93cf5c", "9 2 2 2 2 2"},
    {"slate", "#5b6b84", "#4c596e", "#a3b3cc", "1 2"},
    {"brown", "#8b6a3a", "#745930", "#d3b078", "16 4"},
}};

// The same on every machine, unlike std::hash.
static unsigned preferredHue(const std::string &name) {
  uint32_t hash = 2166136261u;
  for (unsigned char c : name)
    hash = (hash ^ c) * 16777619u;
  return (hash ^ hash >> 15) % hueCount;
}

// Which axes meet: in a wire, or on the wires of one node.
static std::vector<std::set<unsigned>> meetings(const Picture &picture) {
  std::vector<std::set<unsigned>> meets(picture.axes.size());
  auto together = [&](const std::set<unsigned> &axes) {
    for (unsigned a : axes)
      for (unsigned b : axes)
        if (a != b)
          meets[a].insert(b);
  };
  for (const Frame &frame : picture.frames) {
    std::vector<std::set<unsigned>> atNode(frame.nodes.size());
    auto touch = [&](const End &end, const Wire &wire) {
      if (end.node == End::boundary)
        return;
      atNode[end.node].insert(wire.axes.begin(), wire.axes.end());
      if (wire.values >= 0)
        atNode[end.node].insert(wire.values);
    };
    for (const Wire &wire : frame.wires) {
      std::set<unsigned> axes(wire.axes.begin(), wire.axes.end());
      if (wire.values >= 0)
        axes.insert(wire.values);
      together(axes);
      touch(wire.from, wire);
      touch(wire.to, wire);
    }
    for (size_t i = 0; i < frame.nodes.size(); ++i) {
      for (const InnerWeight &weight : frame.nodes[i].innerWeights)
        atNode[i].insert(weight.axes.begin(), weight.axes.end());
      together(atNode[i]);
    }
    for (const auto *ports : {&frame.inputs, &frame.outputs})
      for (const Port &port : *ports)
        together({port.axes.begin(), port.axes.end()});
  }
  return meets;
}

void assignHues(Picture &picture) {
  std::vector<std::set<unsigned>> meets = meetings(picture);
  for (unsigned axis = 0; axis < picture.axes.size(); ++axis) {
    std::array<unsigned, hueCount> taken{};
    std::set<unsigned> dashes;
    for (unsigned other : meets[axis])
      if (other < axis)
        ++taken[picture.axes[other].hue];
    unsigned hue = preferredHue(picture.axes[axis].name);
    for (unsigned step = 0; step < hueCount && taken[hue]; ++step)
      hue = (hue + 1) % hueCount;
    if (taken[hue])
      hue = std::min_element(taken.begin(), taken.end()) - taken.begin();
    for (unsigned other : meets[axis])
      if (other < axis && picture.axes[other].hue == hue)
        dashes.insert(picture.axes[other].dash);
    unsigned dash = 0;
    while (dashes.count(dash))
      ++dash;
    picture.axes[axis].hue = hue;
    picture.axes[axis].dash = dash;
  }
}

} // namespace weft::draw
