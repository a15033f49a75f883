// Which places of a plane are taken, asked by rectangle: a grid of cells, so that large pictures stay quick.
#pragma once

#include "lib/draw/RoundedPath.h"

#include <unordered_map>

namespace weft::draw {

class Occupied {
public:
  void add(const Rect &rect);
  /// A line of a width.
  void add(const RoundedPath &path, double halfWidth);
  bool isFree(const Rect &rect) const;

private:
  static constexpr double cell = 96;
  template <class Visit> void eachCell(const Rect &rect, Visit visit) const;

  std::vector<Rect> rects;
  std::unordered_map<int64_t, std::vector<unsigned>> cells;
};

} // namespace weft::draw
