#include "lib/draw/TieLanes.h"

#include "lib/draw/TextWidth.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace weft::draw {

namespace {

constexpr double levelGap = 14, entryGap = 14, badgeRoom = 12, pillGap = 10, widestFormula = 260,
                 firstRow = 24;

/// Where a weight stands: its bundle, in its pill.
struct Place {
  double x = 0;
  std::vector<unsigned> axes;
  bool isBundle = false; // of several weights
};

/// A weight that a cell stores itself, or several.
struct OwnWeight {
  std::string name;
  std::vector<unsigned> axes;
};

/// A weight that a lane starts from.
struct Start {
  Place place;
  const TieSource *source = nullptr;
};

class Planner {
public:
  Planner(const Picture &picture, const FrameLayout &layout) : picture(picture), layout(layout) {}
  TieZone run();

private:
  void collect(const FrameLayout &inner);
  void collectBundles();
  void addGroup(int frame, const std::string &path, const std::vector<unsigned> &ties);
  const Place *find(const std::string &path) const;
  std::string bundleOf(const std::string &path) const;
  void place(TieLane &lane, const std::string &base);
  double freePlace(double wanted, double low, double high, double width, double pills);
  double placeOwn(TieLane &lane, const std::vector<OwnWeight> &own, double center);
  double rowFor(double low, double high, double height);
  void connect(TieLane &lane, const std::vector<Start> &starts, const Place &target);

  const Picture &picture;
  const FrameLayout &layout;
  TieZone zone;
  std::map<std::string, Place> places; // of weights, by path
  std::vector<double> verticals;       // where lines fall
  std::vector<std::pair<double, double>> pillRow, badges;
  struct Row {
    double y, height;
    std::vector<std::pair<double, double>> taken;
  };
  std::vector<Row> rows;
};

void Planner::collectBundles() {
  for (const Pill &pill : layout.pills) {
    if (pill.storage != Storage::byCell)
      pillRow.push_back({pill.x - pill.width / 2, pill.x + pill.width / 2});
    for (const Pill::Bundle &bundle : pill.bundles) {
      verticals.push_back(bundle.x);
      for (const std::string &weight : bundle.weights)
        places.try_emplace(weight, Place{bundle.x, bundle.axes, bundle.weights.size() > 1});
    }
  }
}

const Place *Planner::find(const std::string &path) const {
  auto it = places.find(path);
  return it == places.end() ? nullptr : &it->second;
}

// What is told apart in the picture: weights in one bundle are not.
std::string Planner::bundleOf(const std::string &path) const {
  const Place *place = find(path);
  return place ? number(place->x) : "";
}

void Planner::collect(const FrameLayout &inner) {
  for (size_t i = 0; i < inner.frames.size(); ++i) {
    const Frame &frame = picture.frames[inner.frames[i]];
    std::string base = plainPath(inner.paths[i]);
    // Ties of one cell between the same bundles are one lane.
    std::vector<std::pair<std::string, std::vector<unsigned>>> groups;
    for (unsigned t = 0; t < frame.ties.size(); ++t) {
      const Tie &tie = frame.ties[t];
      const Place *target = find(joined(base, tie.target));
      std::string key = tie.cell + "|" + (target ? number(target->x) : "");
      // Weights in one bundle are not told apart, nor are those that their cell stores for them.
      bool many = target && target->isBundle;
      for (const TieSource &source : tie.sources)
        key += "|" + (!source.isOwn               ? bundleOf(joined(base, source.path))
                      : source.path == tie.target ? "kept"
                      : many                      ? "own"
                                                  : source.path);
      auto it = std::find_if(groups.begin(), groups.end(), [&](const auto &g) { return g.first == key; });
      if (it == groups.end())
        it = groups.insert(groups.end(), {key, {}});
      it->second.push_back(t);
    }
    for (const auto &[key, ties] : groups)
      addGroup(inner.frames[i], inner.paths[i], ties);
  }
  for (const PlacedNode &node : inner.nodes)
    if (node.inner)
      collect(*node.inner);
}

void Planner::addGroup(int frame, const std::string &path, const std::vector<unsigned> &ties) {
  TieLane lane;
  lane.path = path;
  lane.frame = frame;
  lane.ties = ties;
  const Tie &first = picture.frames[frame].ties[ties.front()];
  lane.title = clipped(first.cell, 200, 13, Face::bold);
  if (ties.size() > 1)
    lane.title += " ×" + std::to_string(ties.size());
  bool sameForAll = std::all_of(ties.begin(), ties.end(), [&](unsigned tie) {
    return picture.frames[frame].ties[tie].shortFormula == first.shortFormula;
  });
  if (sameForAll && !first.shortFormula.empty())
    lane.sub = clipped(first.shortFormula, widestFormula, subSize);
  else if (first.form != "alias")
    lane.sub = first.form;
  place(lane, plainPath(path));
}

// The middle nearest to the wanted one where a badge covers no line that falls, and its pills no other pill;
// between `low` and `high` if there is one.
double Planner::freePlace(double wanted, double low, double high, double width, double pills) {
  auto isFree = [&](double center) {
    double left = center - width / 2 - badgeRoom, right = center + width / 2 + badgeRoom;
    if (left < 4)
      return false;
    for (double x : verticals)
      if (x > left - 4 && x < right + 4)
        return false;
    for (auto [a, b] : badges)
      if (left < b + badgeRoom && a - badgeRoom < right)
        return false;
    for (auto [a, b] : pillRow)
      if (pills > 0 && center - pills / 2 - pillGap < b && a < center + pills / 2 + pillGap)
        return false;
    return true;
  };
  for (double step = 0; step < high - low; step += 4)
    for (double center : {wanted - step, wanted + step})
      if (center >= low && center <= high && isFree(center))
        return center;
  zone.cramped |= low < high;
  for (double step = 0;; step += 4)
    for (double center : {wanted - step, wanted + step})
      if (isFree(center))
        return center;
}

// Pills above the badge for what the cell stores itself; the width of the row, when `center` is not yet
// known.
double Planner::placeOwn(TieLane &lane, const std::vector<OwnWeight> &own, double center) {
  double total = -pillGap;
  std::vector<double> widths;
  for (const OwnWeight &weight : own) {
    widths.push_back(pillWidth(clipped(weight.name, 120, weightSize)));
    total += widths.back() + pillGap;
  }
  if (std::isnan(center))
    return own.empty() ? 0 : total;
  double x = center - total / 2;
  for (size_t i = 0; i < own.size(); ++i) {
    double middle = x + widths[i] / 2;
    Pill pill{middle, widths[i], clipped(own[i].name, 120, weightSize), lane.path, {}, Storage::own};
    pill.bundles.push_back({middle, own[i].axes, {own[i].name}});
    pillRow.push_back({middle - widths[i] / 2, middle + widths[i] / 2});
    // Towards the badge, should the pills be wider than it.
    double reach = std::max(0.0, lane.badge.width / 2 - 10);
    double end = std::clamp(middle, center - reach, center + reach);
    lane.lines.push_back({{{{middle, 0}, {middle, 8}, {end, 20}, {end, lane.badge.y}}, 6}, own[i].axes});
    zone.pills.push_back(std::move(pill));
    verticals.push_back(end);
    x += widths[i] + pillGap;
  }
  return total;
}

void Planner::connect(TieLane &lane, const std::vector<Start> &starts, const Place &target) {
  const Rect &badge = lane.badge;
  double center = badge.x + badge.width / 2;
  bool out = target.x > center;
  std::vector<const Start *> sides[2];
  for (const Start &start : starts)
    sides[start.place.x > center].push_back(&start);
  for (bool right : {false, true}) {
    size_t entries = sides[right].size() + (out == right);
    double edge = right ? badge.right() : badge.x;
    double y = badge.y + badge.height / 2 - (double(entries) - 1) / 2 * entryGap;
    for (const Start *start : sides[right]) {
      lane.lines.push_back({{{{start->place.x, y}, {edge, y}}, 10}, start->source->axes});
      lane.dots.push_back({start->place.x, y});
      y += entryGap;
    }
    // What comes out leaves below what goes in.
    if (out == right) {
      TieLane::Line line{{{{edge, y}, {target.x, y}, {target.x, zone.height}}, 10}, target.axes};
      lane.lines.push_back(std::move(line));
      std::rotate(lane.lines.begin(), lane.lines.end() - 1, lane.lines.end());
    }
  }
}

// The first row whose lanes leave the stretch free; its height grows with its highest badge.
double Planner::rowFor(double low, double high, double height) {
  for (Row &row : rows) {
    bool free = height <= row.height && std::all_of(row.taken.begin(), row.taken.end(), [&](auto taken) {
                  return high + badgeRoom < taken.first || taken.second + badgeRoom < low;
                });
    if (!free)
      continue;
    row.taken.push_back({low, high});
    return row.y;
  }
  double y = rows.empty() ? firstRow : rows.back().y + rows.back().height + levelGap;
  rows.push_back({y, height, {{low, high}}});
  zone.height = y + height + levelGap;
  return y;
}

void Planner::place(TieLane &lane, const std::string &base) {
  const Frame &frame = picture.frames[lane.frame];
  const Tie &tie = frame.ties[lane.ties.front()];
  const Place *target = find(joined(base, tie.target));
  if (!target)
    return;
  std::vector<Start> starts;
  std::vector<OwnWeight> own;
  size_t left = 1, right = 1;
  for (const TieSource &source : tie.sources) {
    const Place *place = source.isOwn ? nullptr : find(joined(base, source.path));
    if (place)
      starts.push_back({*place, &source});
    else
      own.push_back({source.path, source.axes});
  }
  // Several weights that the cell stores, one for each of its ties, are one pill.
  if (lane.ties.size() > 1)
    for (OwnWeight &weight : own) {
      bool kept = weight.name == tie.target;
      weight.name = (kept ? tie.target.substr(0, tie.target.find('.')) + ".*" : weight.name + ", …") + " ×" +
                    std::to_string(lane.ties.size());
    }
  lane.badge.width = std::max(textRoom(lane.title, 13, Face::bold) + 50, textRoom(lane.sub, subSize) + 22);
  double wanted = target->x, low = target->x, high = target->x;
  for (const Start &start : starts) {
    wanted += start.place.x;
    low = std::min(low, start.place.x);
    high = std::max(high, start.place.x);
  }
  wanted /= double(starts.size() + 1);
  double pills = placeOwn(lane, own, NAN);
  double center = freePlace(wanted, low, high, std::max(lane.badge.width, own.empty() ? 0 : pills), pills);
  for (const Start &start : starts)
    ++(start.place.x > center ? right : left);
  double need = entryGap * double(std::max(left, right)) + 6;
  lane.badge.height = std::max(lane.sub.empty() ? 28.0 : 42.0, need);
  lane.badge.x = center - lane.badge.width / 2;
  lane.badge.y = rowFor(std::min(low, lane.badge.x), std::max(high, lane.badge.right()), lane.badge.height);
  placeOwn(lane, own, center);
  connect(lane, starts, *target);
  badges.push_back({lane.badge.x, lane.badge.right()});
  zone.right = std::max(zone.right, lane.badge.right() + 10 - layout.width);
  for (const Pill &pill : zone.pills)
    zone.right = std::max(zone.right, pill.x + pill.width / 2 + 10 - layout.width);
  zone.lanes.push_back(std::move(lane));
}

TieZone Planner::run() {
  collectBundles();
  collect(layout);
  // What falls, falls to the frame's edge.
  for (TieLane &lane : zone.lanes)
    lane.lines.front().path.points.back().y = zone.height;
  return std::move(zone);
}

} // namespace

TieZone placeTies(const Picture &picture, const FrameLayout &layout) {
  return Planner(picture, layout).run();
}

} // namespace weft::draw
