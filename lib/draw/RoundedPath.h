// Paths of straight pieces with rounded corners: what wires are drawn as. Their parallels are exact.
#pragma once

#include <string>
#include <vector>

namespace weft::draw {

struct Point {
  double x = 0, y = 0;
  bool operator==(const Point &) const = default;
};

struct Rect {
  double x = 0, y = 0, width = 0, height = 0;
  double right() const { return x + width; }
  double bottom() const { return y + height; }
  bool meets(const Rect &other) const {
    return x < other.right() && other.x < right() && y < other.bottom() && other.y < bottom();
  }
};

struct RoundedPath {
  std::vector<Point> points;
  double radius = 0; // of every corner, where the pieces are long enough
  double shift = 0;  // how far to the right of the path that it is a parallel of

  /// The path at a distance on the right hand of the direction of travel (down, when it goes right).
  RoundedPath parallel(double distance) const;
  RoundedPath moved(double dx, double dy) const;
  /// SVG path data, a tenth of a unit precise.
  std::string data() const;
  /// Corners replaced by points along their arcs.
  std::vector<Point> sampled() const;
};

/// A number as SVG has it, a tenth precise: the same on every machine.
std::string number(double value);

} // namespace weft::draw
