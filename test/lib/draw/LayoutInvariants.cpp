#include "test/lib/draw/LayoutInvariants.h"

#include <algorithm>
#include <cmath>

namespace weft::draw {

namespace {

constexpr double strandDistance = 2.5, padding = 12;

struct Checker {
  const Picture &picture;
  std::vector<std::string> broken;

  void say(const FrameLayout &layout, const std::string &what) {
    if (broken.size() < 20)
      broken.push_back("`" + layout.paths.back() + "`: " + what);
  }
  void check(const FrameLayout &layout);
  void nodesKeepApart(const FrameLayout &layout);
  void framesContain(const FrameLayout &layout);
  void wiresMeetNoBox(const FrameLayout &layout);
  void weightsMeetNoBox(const FrameLayout &layout);
  void portsInOrder(const FrameLayout &layout);
  void strandsKeepApart(const FrameLayout &layout);
  void labelsKeepApart(const FrameLayout &layout);
  void everyWireIsDrawn(const FrameLayout &layout);
  void crossesNoMoreThanTheText(const FrameLayout &layout);
  void checkTies(const Panel &panel);
  void pillsKeepApart(const Panel &panel);
  void badgesMeetNoLine(const Panel &panel);
  void everyTieIsDrawn(const FrameLayout &layout, const TieZone &ties);
};

Rect whole(const PlacedNode &node) {
  return {node.rect.x, node.rect.y, node.rect.width, node.bottom - node.rect.y};
}

void Checker::nodesKeepApart(const FrameLayout &layout) {
  for (size_t i = 0; i < layout.nodes.size(); ++i)
    for (size_t k = 0; k < i; ++k)
      if (whole(layout.nodes[i]).meets(whole(layout.nodes[k])))
        say(layout, "`" + layout.nodes[i].path + "` lies over `" + layout.nodes[k].path + "`");
}

void Checker::framesContain(const FrameLayout &layout) {
  for (const PlacedNode &node : layout.nodes) {
    Rect rect = whole(node);
    if (rect.x < padding || rect.y < padding || rect.right() > layout.width - padding ||
        rect.bottom() > layout.height - padding)
      say(layout, "`" + node.path + "` is closer than 12 to the frame's edge");
  }
}

bool strictlyInside(Point point, const Rect &rect) {
  return point.x > rect.x + 0.6 && point.x < rect.right() - 0.6 && point.y > rect.y + 0.6 &&
         point.y < rect.bottom() - 0.6;
}

// Points along a path, close enough that no box slips between.
std::vector<Point> dense(const RoundedPath &path) {
  std::vector<Point> corners = path.sampled(), points;
  for (size_t i = 0; i + 1 < corners.size(); ++i) {
    double length = std::hypot(corners[i + 1].x - corners[i].x, corners[i + 1].y - corners[i].y);
    int steps = std::max(1, int(length / 6));
    for (int s = 0; s <= steps; ++s)
      points.push_back({corners[i].x + (corners[i + 1].x - corners[i].x) * s / steps,
                        corners[i].y + (corners[i + 1].y - corners[i].y) * s / steps});
  }
  return points;
}

void Checker::wiresMeetNoBox(const FrameLayout &layout) {
  for (const PlacedNet &net : layout.nets)
    for (const RoundedPath &piece : net.pieces)
      for (Point point : dense(piece))
        for (const PlacedNode &node : layout.nodes)
          if (strictlyInside(point, node.rect))
            return say(layout, "a wire runs through `" + node.path + "`");
}

void Checker::weightsMeetNoBox(const FrameLayout &layout) {
  for (const PlacedWeight &weight : layout.weights)
    for (const RoundedPath &piece : weight.pieces)
      for (Point point : dense(piece))
        for (const PlacedNode &node : layout.nodes)
          if (strictlyInside(point, whole(node)))
            return say(layout, "weight `" + weight.name + "` runs through `" + node.path + "`");
}

void Checker::portsInOrder(const FrameLayout &layout) {
  for (const auto *ports : {&layout.inputs, &layout.outputs})
    for (size_t i = 1; i < ports->size(); ++i)
      if ((*ports)[i] <= (*ports)[i - 1])
        say(layout, "ports are out of order");
}

struct Line {
  Point a, b;
  double halfWidth;
  int net;
};

// The straight pieces that lie along an axis; where wires cross, they do so at right angles.
std::vector<Line> straightLines(const Picture &picture, const FrameLayout &layout) {
  std::vector<Line> lines;
  const Frame &frame = picture.frames[layout.frames.back()];
  auto add = [&](const RoundedPath &path, double halfWidth, int net) {
    for (size_t i = 0; i + 1 < path.points.size(); ++i)
      lines.push_back({path.points[i], path.points[i + 1], halfWidth, net});
  };
  int net = 0;
  for (const PlacedNet &placed : layout.nets) {
    for (const RoundedPath &piece : placed.pieces)
      add(piece, halfWidth(frame.wires[placed.wire]), net);
    ++net;
  }
  for (const PlacedWeight &weight : layout.weights) {
    for (const RoundedPath &piece : weight.pieces)
      add(piece, std::max<size_t>(weight.axes.size(), 1) * 1.7, net);
    ++net;
  }
  return lines;
}

// Two lines side by side: how far their strands are from each other, when they run beside each other at all.
std::optional<double> beside(const Line &a, const Line &b) {
  bool flat = std::fabs(a.a.y - a.b.y) < 0.01 && std::fabs(b.a.y - b.b.y) < 0.01;
  bool steep = std::fabs(a.a.x - a.b.x) < 0.01 && std::fabs(b.a.x - b.b.x) < 0.01;
  if (!flat && !steep)
    return std::nullopt;
  auto along = [&](Point p) { return flat ? p.x : p.y; };
  auto across = [&](Point p) { return flat ? p.y : p.x; };
  double low = std::max(std::min(along(a.a), along(a.b)), std::min(along(b.a), along(b.b)));
  double high = std::min(std::max(along(a.a), along(a.b)), std::max(along(b.a), along(b.b)));
  if (high - low < 1)
    return std::nullopt;
  return std::fabs(across(a.a) - across(b.a)) - a.halfWidth - b.halfWidth;
}

void Checker::strandsKeepApart(const FrameLayout &layout) {
  std::vector<Line> lines = straightLines(picture, layout);
  for (size_t i = 0; i < lines.size(); ++i)
    for (size_t k = 0; k < i; ++k)
      if (lines[i].net != lines[k].net)
        if (auto distance = beside(lines[i], lines[k]); distance && *distance < strandDistance)
          return say(layout, "strands are " + number(*distance) + " apart at " + number(lines[i].a.x) + ", " +
                                 number(lines[i].a.y));
}

void Checker::labelsKeepApart(const FrameLayout &layout) {
  for (size_t i = 0; i < layout.labels.size(); ++i)
    for (size_t k = 0; k < i; ++k)
      if (layout.labels[i].box().meets(layout.labels[k].box()))
        say(layout, "`" + layout.labels[i].text + "` lies over `" + layout.labels[k].text + "`");
}

void Checker::everyWireIsDrawn(const FrameLayout &layout) {
  const Frame &frame = picture.frames[layout.frames.back()];
  std::vector<int> drawn(frame.wires.size());
  for (const PlacedNet &net : layout.nets) {
    for (unsigned wire : net.wires)
      ++drawn[wire];
    if (net.copy >= 0)
      ++drawn[net.wire];
    if (net.copy >= 0 && net.dots.empty())
      say(layout, "a copy has no dot");
  }
  for (size_t w = 0; w < frame.wires.size(); ++w)
    if (frame.wires[w].kind == WireKind::data && drawn[w] != 1)
      say(layout, "wire " + std::to_string(w) + " is drawn " + std::to_string(drawn[w]) + " times");
}

void Checker::crossesNoMoreThanTheText(const FrameLayout &layout) {
  if (layout.crossings > layout.textCrossings)
    say(layout, number(layout.crossings) + " crossings, and in the order of the text " +
                    number(layout.textCrossings));
}

bool hasLane(const TieZone &ties, const Pill &pill) {
  for (const TieLane &lane : ties.lanes)
    for (const Pill::Bundle &bundle : pill.bundles)
      if (lane.lines.front().path.points.back().x == bundle.x)
        return true;
  return false;
}

void Checker::pillsKeepApart(const Panel &panel) {
  std::vector<Rect> shown;
  for (const auto *pills : {&panel.layout.pills, &panel.ties.pills})
    for (const Pill &pill : *pills)
      if (pill.storage != Storage::byCell || !hasLane(panel.ties, pill))
        shown.push_back({pill.x - pill.width / 2, 0, pill.width, 26});
  for (size_t i = 0; i < shown.size(); ++i)
    for (size_t k = 0; k < i; ++k)
      if (shown[i].meets(shown[k]))
        return say(panel.layout, "a pill lies over another at " + number(shown[i].x));
}

// What falls through the zone of ties, and the lanes there, pass the badges of other cells by.
void Checker::badgesMeetNoLine(const Panel &panel) {
  for (const TieLane &lane : panel.ties.lanes) {
    auto meets = [&](const RoundedPath &path) {
      std::vector<Point> points = dense(path);
      return std::any_of(points.begin(), points.end(),
                         [&](Point p) { return strictlyInside(p, lane.badge); });
    };
    for (const TieLane &other : panel.ties.lanes) {
      for (const TieLane::Line &line : other.lines)
        if (meets(line.path))
          say(panel.layout, "a lane runs through the badge of `" + lane.title + "`");
      if (&other != &lane && other.badge.meets(lane.badge))
        say(panel.layout, "the badges of `" + lane.title + "` and `" + other.title + "` meet");
    }
    for (const Pill &pill : panel.layout.pills)
      for (const Pill::Bundle &bundle : pill.bundles)
        if (pill.storage == Storage::own && meets({{{bundle.x, 0}, {bundle.x, panel.ties.height}}, 0}))
          say(panel.layout, "a weight falls through the badge of `" + lane.title + "`");
    if (lane.badge.x < 0 || lane.badge.right() > panel.layout.width + std::max(0.0, panel.ties.right) ||
        lane.badge.bottom() > panel.ties.height)
      say(panel.layout, "the badge of `" + lane.title + "` lies outside");
  }
}

void Checker::everyTieIsDrawn(const FrameLayout &layout, const TieZone &ties) {
  for (size_t i = 0; i < layout.frames.size(); ++i) {
    std::vector<unsigned> drawn(picture.frames[layout.frames[i]].ties.size());
    for (const TieLane &lane : ties.lanes)
      if (lane.path == layout.paths[i])
        for (unsigned tie : lane.ties)
          ++drawn[tie];
    if (std::any_of(drawn.begin(), drawn.end(), [](unsigned count) { return count != 1; }))
      say(layout, "a tie is not drawn once");
  }
  for (const PlacedNode &node : layout.nodes)
    if (node.inner)
      everyTieIsDrawn(*node.inner, ties);
}

void Checker::checkTies(const Panel &panel) {
  pillsKeepApart(panel);
  badgesMeetNoLine(panel);
  everyTieIsDrawn(panel.layout, panel.ties);
}

void Checker::check(const FrameLayout &layout) {
  nodesKeepApart(layout);
  framesContain(layout);
  wiresMeetNoBox(layout);
  weightsMeetNoBox(layout);
  portsInOrder(layout);
  strandsKeepApart(layout);
  labelsKeepApart(layout);
  everyWireIsDrawn(layout);
  crossesNoMoreThanTheText(layout);
  for (const PlacedNode &node : layout.nodes)
    if (node.inner)
      check(*node.inner);
}

} // namespace

std::vector<std::string> brokenInvariants(const Picture &picture, const Sheet &sheet) {
  Checker checker{picture, {}};
  for (const Panel &panel : sheet.panels) {
    checker.check(panel.layout);
    checker.checkTies(panel);
    if (panel.rect.x < 0 || panel.rect.right() > sheet.width || panel.rect.bottom() > sheet.height)
      checker.broken.push_back("a frame lies outside the sheet");
  }
  return checker.broken;
}

} // namespace weft::draw
