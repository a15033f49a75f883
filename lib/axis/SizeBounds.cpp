#include "lib/axis/SizeBounds.h"

#include <algorithm>

namespace weft {

namespace {

constexpr unsigned mostBoxes = 4'000;
constexpr __int128 farthest = __int128(1) << 60;

/// From `low`, so many wide; none: without end.
struct Extent {
  int64_t low = 0;
  std::optional<int64_t> width;
};

using Box = std::map<std::string, Extent, std::less<>>;

} // namespace

// With each axis A in place of which low + A stands.
static std::optional<Size> moved(const Size &size, const Box &box) {
  std::optional<Size> total = Size(0);
  for (const auto &[monomial, coefficient] : size.terms()) {
    std::optional<Size> term = Size(coefficient);
    for (const auto &[atom, power] : monomial) {
      std::optional<Size> value;
      if (atom.dividend) {
        std::optional<Size> dividend = moved(*atom.dividend, box);
        value = dividend ? floorDivide(*dividend, atom.divisor) : std::nullopt;
      } else {
        value = add(Size::open(atom.axis), Size(box.at(atom.axis).low));
      }
      for (unsigned i = 0; i < power && term; ++i)
        term = value ? multiply(*term, *value) : std::nullopt;
    }
    total = total && term ? add(*total, *term) : std::nullopt;
  }
  return total;
}

// How far a product of powers can go from 0; none: without end.
static std::optional<__int128> highest(const Size::Monomial &monomial, const Box &box) {
  std::optional<__int128> product = 1;
  for (const auto &[atom, power] : monomial) {
    std::optional<int64_t> width = atom.dividend ? std::nullopt : box.at(atom.axis).width;
    if (width == 0)
      return 0;
    for (unsigned i = 0; i < power; ++i)
      product = product && width && *product < farthest ? std::optional(*product * *width) : std::nullopt;
  }
  return product;
}

// The least that a size can be when its axes go from 0 to their widths; none: unbounded, or not known.
static std::optional<__int128> lowest(const Size &size, const Box &box) {
  __int128 total = 0;
  for (const auto &[monomial, coefficient] : size.terms()) {
    for (const auto &[atom, power] : monomial)
      if (atom.dividend && atom.dividend->lowerBound().value_or(-1) < 0)
        return std::nullopt;
    if (!monomial.empty() && coefficient > 0)
      continue;
    std::optional<__int128> high = highest(monomial, box);
    if (!high || *high >= farthest)
      return std::nullopt;
    total += *high * coefficient;
  }
  return total;
}

// The two halves along the axis that is widest; of one without end the first is as long as it is far out.
static bool split(const Box &box, Box &near, Box &far) {
  auto wider = [](const auto &a, const auto &b) {
    const Extent &x = a.second, &y = b.second;
    return x.width && y.width ? *x.width < *y.width : y.width ? false : x.width ? true : x.low > y.low;
  };
  auto widest = std::max_element(box.begin(), box.end(), wider);
  if (widest == box.end() || (widest->second.width && *widest->second.width == 0))
    return false;
  near = far = box;
  auto [low, width] = widest->second;
  int64_t first = width ? *width / 2 : low;
  if (low > int64_t(1) << 40)
    return false;
  near[widest->first] = {low, first};
  far[widest->first] = {low + first + 1, width ? std::optional(*width - first - 1) : std::nullopt};
  return true;
}

SizeBound isAtLeast(const Size &size, int64_t least) {
  Box all;
  for (const std::string &axis : size.openAxes())
    all[axis] = {};
  std::vector<Box> open{all};
  bool isKnown = true;
  for (unsigned count = 0; !open.empty(); ++count) {
    Box box = std::move(open.back());
    open.pop_back();
    std::optional<int64_t> corner =
        size.evaluate([&](std::string_view axis) { return std::optional(box.find(axis)->second.low); });
    if (corner && *corner < least) {
      SizeBound result{false, {}};
      for (const auto &[axis, extent] : box)
        result.counterexample[axis] = extent.low;
      return result;
    }
    std::optional<Size> here = moved(size, box);
    std::optional<__int128> low = here ? lowest(*here, box) : std::nullopt;
    if (low && *low >= least)
      continue;
    Box near, far;
    if (count < mostBoxes && split(box, near, far)) {
      open.push_back(std::move(far));
      open.push_back(std::move(near));
    } else {
      isKnown = false;
    }
  }
  return {isKnown ? std::optional(true) : std::nullopt, {}};
}

} // namespace weft
