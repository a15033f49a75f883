#include "lib/draw/Occupied.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace weft::draw {

template <class Visit> void Occupied::eachCell(const Rect &rect, Visit visit) const {
  auto of = [](double at) { return int64_t(std::floor(at / cell)); };
  for (int64_t x = of(rect.x); x <= of(rect.right()); ++x)
    for (int64_t y = of(rect.y); y <= of(rect.bottom()); ++y)
      visit(x * (int64_t(1) << 32) + y);
}

void Occupied::add(const Rect &rect) {
  eachCell(rect, [&](int64_t key) { cells[key].push_back(rects.size()); });
  rects.push_back(rect);
}

void Occupied::add(const RoundedPath &path, double room) {
  for (size_t i = 0; i + 1 < path.points.size(); ++i) {
    Point a = path.points[i], b = path.points[i + 1];
    add(Rect{std::min(a.x, b.x) - room, std::min(a.y, b.y) - room, std::fabs(a.x - b.x) + 2 * room,
             std::fabs(a.y - b.y) + 2 * room});
  }
}

bool Occupied::isFree(const Rect &rect) const {
  bool free = true;
  eachCell(rect, [&](int64_t key) {
    auto it = cells.find(key);
    if (it == cells.end())
      return;
    for (unsigned index : it->second)
      free = free && !rect.meets(rects[index]);
  });
  return free;
}

} // namespace weft::draw
