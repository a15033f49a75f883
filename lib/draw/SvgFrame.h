// One laid-out frame as SVG: wires below, boxes above, inner frames inside.
#pragma once

#include "lib/draw/TieLanes.h"

namespace weft::draw {

class FramePainter {
public:
  FramePainter(const Picture &picture, std::string &out) : picture(picture), out(out) {}

  /// The frame with its top left corner at a place. `ground` is 0 or 1, the tint it stands on.
  void paint(const FrameLayout &layout, Point at, int ground, bool bare);
  /// The names of what falls into a frame, in a row above it.
  void paintPills(const FrameLayout &layout, const TieZone &ties, Point at, double pillsY, int ground);

private:
  void paintPill(const Pill &pill, double y, bool withLine, double bottom);
  void paintTie(const TieLane &lane, double top);
  void paintBack(const FrameLayout &layout, int ground);
  void paintNet(const FrameLayout &layout, const PlacedNet &net, size_t index);
  void paintWeight(const FrameLayout &layout, const PlacedWeight &weight, size_t index);
  void paintLane(const Lane &lane);
  void paintNode(const FrameLayout &layout, const PlacedNode &node);
  void paintShape(const Node &node, const Rect &rect);
  void paintCorner(const Frame &inside, Point at);
  void paintFunnel(const Node &node, const Rect &rect);
  void paintBadges(const Node &node, const PlacedNode &placed);
  void paintLabels(const FrameLayout &layout);
  void strands(const std::vector<RoundedPath> &pieces, const std::vector<unsigned> &axes, int values,
               bool thin);
  std::string ends(const FrameLayout &layout, const std::vector<unsigned> &wires, bool from) const;
  const Frame &frameOf(const FrameLayout &layout) const { return picture.frames[layout.frames.back()]; }

  const Picture &picture;
  std::string &out;
};

} // namespace weft::draw
