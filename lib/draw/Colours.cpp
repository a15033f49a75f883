#include "lib/draw/Colours.h"

#include "lib/draw/NodeSize.h"

#include <algorithm>
#include <set>

namespace weft::draw {

const std::array<Hue, hueCount> hues = {{
    {"teal", "#0f8f8c", "#0a7373", "#2fb5ae", "none"},
    {"violet", "#5430b8", "#4a28a8", "#8f7cf5", "9 3"},
    {"orange", "#d0761a", "#a0580d", "#f29a3e", "2 3"},
    {"rose", "#b8204f", "#a01c45", "#ff86b0", "12 3 2 3"},
    {"blue", "#3b80e6", "#245db3", "#7fc0ff", "5 2"},
    {"green", "#357515", "#336b12", "#a9e070", "9 2 2 2 2 2"},
    {"slate", "#44516a", "#3f4b62", "#c9d3e6", "1 2"},
    {"brown", "#663f0f", "#5e3a0d", "#b58a4f", "16 4"},
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
      // Of a closed box's weights those that it shows.
      for (const FallingWeight &weight : fallingWeights(frame, i, {}))
        atNode[i].insert(weight.axes.begin(), weight.axes.end());
      together(atNode[i]);
    }
    for (const Tie &tie : frame.ties) {
      std::set<unsigned> axes(tie.axes.begin(), tie.axes.end());
      for (const TieSource &source : tie.sources)
        axes.insert(source.axes.begin(), source.axes.end());
      together(axes);
    }
    for (const auto *ports : {&frame.inputs, &frame.outputs})
      for (const Port &port : *ports)
        together({port.axes.begin(), port.axes.end()});
  }
  return meets;
}

namespace {
class Colouring {
public:
  explicit Colouring(Picture &picture)
      : picture(picture), meets(meetings(picture)), coloured(picture.axes.size()) {}
  void run();

private:
  void give(unsigned axis, unsigned hue);
  unsigned bestHue(unsigned axis) const;

  Picture &picture;
  std::vector<std::set<unsigned>> meets;
  std::vector<bool> coloured;
  std::array<unsigned, hueCount> used{};
};
} // namespace

// Axes that meet and share a hue differ in dash.
void Colouring::give(unsigned axis, unsigned hue) {
  std::set<unsigned> dashes;
  for (unsigned other : meets[axis])
    if (coloured[other] && picture.axes[other].hue == hue)
      dashes.insert(picture.axes[other].dash);
  unsigned dash = 0;
  while (dashes.count(dash))
    ++dash;
  picture.axes[axis].hue = hue;
  picture.axes[axis].dash = dash;
  coloured[axis] = true;
  ++used[hue];
}

// From the preferred hue on, one that nobody has; else one that no axis it meets has; else the rarest there.
unsigned Colouring::bestHue(unsigned axis) const {
  std::array<unsigned, hueCount> taken{};
  for (unsigned other : meets[axis])
    if (coloured[other])
      ++taken[picture.axes[other].hue];
  unsigned first = preferredHue(picture.axes[axis].name);
  for (const auto &counts : {used, taken})
    for (unsigned step = 0; step < hueCount; ++step)
      if (!counts[(first + step) % hueCount])
        return (first + step) % hueCount;
  return unsigned(std::min_element(taken.begin(), taken.end()) - taken.begin());
}

// First those that get what they prefer, so that a new axis changes few others.
void Colouring::run() {
  for (unsigned axis = 0; axis < picture.axes.size(); ++axis)
    if (unsigned hue = preferredHue(picture.axes[axis].name); !used[hue])
      give(axis, hue);
  for (unsigned axis = 0; axis < picture.axes.size(); ++axis)
    if (!coloured[axis])
      give(axis, bestHue(axis));
}

void assignHues(Picture &picture) { Colouring(picture).run(); }

} // namespace weft::draw
