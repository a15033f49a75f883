#include "lib/draw/RoundedPath.h"

#include <algorithm>
#include <cmath>

namespace weft::draw {

std::string number(double value) {
  long tenths = std::lround(value * 10);
  std::string text = (tenths < 0 ? "-" : "") + std::to_string(std::labs(tenths) / 10);
  if (tenths % 10)
    text += "." + std::to_string(std::labs(tenths) % 10);
  return text == "-0" ? "0" : text;
}

static Point direction(Point a, Point b) {
  double dx = b.x - a.x, dy = b.y - a.y, length = std::hypot(dx, dy);
  return length > 0 ? Point{dx / length, dy / length} : Point{1, 0};
}

// Points that a straight piece passes through, or stands still at, are no corners.
static std::vector<Point> corners(const std::vector<Point> &points) {
  std::vector<Point> kept;
  for (Point point : points) {
    if (!kept.empty() && std::hypot(point.x - kept.back().x, point.y - kept.back().y) < 1e-6)
      continue;
    if (kept.size() >= 2) {
      Point a = direction(kept[kept.size() - 2], kept.back()), b = direction(kept.back(), point);
      if (std::fabs(a.x * b.y - a.y * b.x) < 1e-9 && a.x * b.x + a.y * b.y > 0)
        kept.pop_back();
    }
    kept.push_back(point);
  }
  return kept;
}

RoundedPath RoundedPath::parallel(double distance) const {
  RoundedPath result;
  result.radius = radius;
  result.shift = shift + distance;
  std::vector<Point> line = corners(points);
  if (line.size() < 2)
    return *this;
  for (size_t i = 0; i < line.size(); ++i) {
    Point before = direction(line[i ? i - 1 : 0], line[i ? i : 1]);
    Point after = i + 1 < line.size() ? direction(line[i], line[i + 1]) : before;
    // The corner of two parallels lies on the bisector.
    double scale = distance / (1 + before.x * after.x + before.y * after.y);
    result.points.push_back(
        {line[i].x - (before.y + after.y) * scale, line[i].y + (before.x + after.x) * scale});
  }
  return result;
}

RoundedPath RoundedPath::moved(double dx, double dy) const {
  RoundedPath result = *this;
  for (Point &point : result.points)
    point = {point.x + dx, point.y + dy};
  return result;
}

namespace {
struct Corner {
  Point start, end; // of the arc
  double radius;
  double turn; // the angle's sine: positive to the right
};
} // namespace

// Each corner gets at most half of the pieces beside it, the outer ones all of theirs.
static std::vector<Corner> roundCorners(const std::vector<Point> &line, double radius, double shift) {
  std::vector<Corner> result;
  for (size_t i = 1; i + 1 < line.size(); ++i) {
    Point in = direction(line[i - 1], line[i]), out = direction(line[i], line[i + 1]);
    double cosine = in.x * out.x + in.y * out.y, turn = in.x * out.y - in.y * out.x;
    double tangent = std::tan(std::acos(std::clamp(cosine, -1.0, 1.0)) / 2);
    double before = std::hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y);
    double after = std::hypot(line[i + 1].x - line[i].x, line[i + 1].y - line[i].y);
    double room = std::min(i == 1 ? before : before / 2, i + 2 == line.size() ? after : after / 2);
    // Parallels turn about the same centre.
    double own = std::max(0.5, turn > 0 ? radius - shift : radius + shift);
    double length = std::min(own * tangent, room);
    result.push_back({{line[i].x - in.x * length, line[i].y - in.y * length},
                      {line[i].x + out.x * length, line[i].y + out.y * length},
                      tangent > 0 ? length / tangent : 0,
                      turn});
  }
  return result;
}

std::string RoundedPath::data() const {
  std::vector<Point> line = corners(points);
  if (line.empty())
    return "";
  auto at = [](Point point) { return number(point.x) + "," + number(point.y); };
  std::string text = "M" + at(line.front());
  for (const Corner &corner : roundCorners(line, radius, shift)) {
    text += "L" + at(corner.start);
    text += "A" + number(corner.radius) + "," + number(corner.radius) + " 0 0 " +
            (corner.turn > 0 ? "1 " : "0 ") + at(corner.end);
  }
  return text + "L" + at(line.back());
}

std::vector<Point> RoundedPath::sampled() const {
  std::vector<Point> line = corners(points), result;
  if (line.empty())
    return result;
  result.push_back(line.front());
  std::vector<Corner> rounded = roundCorners(line, radius, shift);
  for (size_t i = 0; i < rounded.size(); ++i) {
    const Corner &corner = rounded[i];
    Point middle = line[i + 1];
    // A quadratic curve stays within half a unit of the arc: enough to measure distances by.
    for (double t : {0.0, 0.25, 0.5, 0.75, 1.0})
      result.push_back(
          {(1 - t) * (1 - t) * corner.start.x + 2 * t * (1 - t) * middle.x + t * t * corner.end.x,
           (1 - t) * (1 - t) * corner.start.y + 2 * t * (1 - t) * middle.y + t * t * corner.end.y});
  }
  result.push_back(line.back());
  return result;
}

} // namespace weft::draw
