// Functions of reals, of bounds: each end is rounded outwards, where it is rounded at all.
#include "compiler/prove/Bounds.h"
#include "dialects/weft/RealFunctions.h"

#include <array>
#include <cmath>
#include <limits>

namespace weft::prove {

namespace {

enum class End { least, greatest };

constexpr double farthest = std::numeric_limits<double>::max();

} // namespace

static double outwards(double value, End end) {
  return std::nextafter(value, end == End::least ? -HUGE_VAL : HUGE_VAL);
}

// A result that was rounded by `missing`: it lies that much above `value`. Of finite numbers none is
// infinite.
static double roundedBy(double value, double missing, End end) {
  bool isRounded = !std::isfinite(missing) || (end == End::least ? missing < 0 : missing > 0);
  return isRounded ? outwards(value, end) : value;
}

static bool areFinite(double a, double b) { return std::isfinite(a) && std::isfinite(b); }

static double sum(double a, double b, End end) {
  double value = a + b;
  if (!areFinite(a, b))
    return value;
  if (std::isinf(value))
    return outwards(value, end);
  double ofB = value - a, missing = (a - (value - ofB)) + (b - ofB);
  return roundedBy(value, missing, end);
}

static double product(double a, double b, End end) {
  double value = a * b;
  if (!areFinite(a, b) || a == 0 || b == 0)
    return value;
  // What is lost of numbers so small cannot be told in double.
  bool isSmall = std::fabs(value) < 0x1p-960;
  return roundedBy(value, isSmall || std::isinf(value) ? NAN : std::fma(a, b, -value), end);
}

static double quotient(double a, double b, End end) {
  double value = a / b;
  if (!areFinite(a, b) || a == 0)
    return value;
  bool isSmall = std::fabs(value) < 0x1p-960 || std::fabs(a) < 0x1p-960;
  double missing = isSmall || std::isinf(value) ? NAN : -std::fma(value, b, -a) / b;
  return roundedBy(value, missing, end);
}

// The least and the greatest of what an operation makes of the ends.
static Bounds ofCorners(double (*operation)(double, double, End), const Bounds &a, const Bounds &b) {
  double least = HUGE_VAL, greatest = -HUGE_VAL;
  for (double x : {a.least, a.greatest})
    for (double y : {b.least, b.greatest}) {
      double low = operation(x, y, End::least), high = operation(x, y, End::greatest);
      if (std::isnan(low) || std::isnan(high))
        return unknownBounds();
      least = std::min(least, low);
      greatest = std::max(greatest, high);
    }
  return boundsOfReal(least, greatest);
}

static bool contains(const Bounds &bounds, double value) {
  return bounds.least <= value && value <= bounds.greatest;
}

static Bounds negated(const Bounds &a) {
  Bounds bounds = boundsOfReal(-a.greatest, -a.least);
  if (a.named)
    bounds.named = -*a.named;
  return bounds;
}

static Bounds magnitude(const Bounds &a) {
  if (a.least >= 0)
    return a;
  return a.greatest <= 0 ? negated(a) : boundsOfReal(0, std::max(-a.least, a.greatest));
}

static Bounds added(const Bounds &a, const Bounds &b) {
  return boundsOfReal(sum(a.least, b.least, End::least), sum(a.greatest, b.greatest, End::greatest));
}

static Bounds divided(const Bounds &a, const Bounds &b) {
  return contains(b, 0) ? unknownBounds() : ofCorners(quotient, a, b);
}

static Bounds extreme(bool isGreatest, const Bounds &a, const Bounds &b) {
  auto of = [&](double x, double y) { return isGreatest ? std::max(x, y) : std::min(x, y); };
  Bounds bounds = boundsOfReal(of(a.least, b.least), of(a.greatest, b.greatest));
  if (a.named && b.named)
    bounds.named = of(*a.named, *b.named);
  return bounds;
}

// Where functions are what the C library computes, without any rounding.
static bool isExactAt(Function function, double x) {
  bool isOdd = llvm::is_contained(
      {Function::sin, Function::tan, Function::asin, Function::atan, Function::tanh, Function::erf},
      function);
  if (function == Function::log)
    return x == 0 || x == 1 || std::isinf(x);
  if (function == Function::exp)
    return x == 0 || std::isinf(x);
  if (function == Function::sqrt) {
    double root = std::sqrt(x);
    return x == 0 || std::isinf(x) || (x > 0x1p-960 && std::fma(root, root, -x) == 0);
  }
  return (isOdd || function == Function::cos) && x == 0;
}

// A value of the C library, which is off by less than this.
static double loosened(double value, End end) {
  constexpr double libraryError = 0x1p-50, leastError = 0x1p-1070;
  if (std::isinf(value))
    return (value > 0) == (end == End::greatest) ? value : std::copysign(farthest, value);
  double error = std::fabs(value) * libraryError + leastError;
  return end == End::least ? value - error : value + error;
}

static double valueAt(Function function, double x, End end) {
  double value = *libraryFunction(function, x, x);
  return isExactAt(function, x) || std::isnan(value) ? value : loosened(value, end);
}

// Within which a function's values lie.
static Bounds rangeOf(Function function) {
  switch (function) {
  case Function::exp:
  case Function::sqrt:
    return boundsOfReal(0, HUGE_VAL);
  case Function::sin:
  case Function::cos:
  case Function::tanh:
  case Function::erf:
    return boundsOfReal(-1, 1);
  default:
    return boundsOfReal(-HUGE_VAL, HUGE_VAL);
  }
}

static Bounds inRange(Function function, double least, double greatest) {
  Bounds range = rangeOf(function);
  return boundsOfReal(std::isnan(least) ? least : std::max(least, range.least),
                      std::isnan(greatest) ? greatest : std::min(greatest, range.greatest));
}

static Bounds increasing(Function function, const Bounds &a) {
  return inRange(function, valueAt(function, a.least, End::least),
                 valueAt(function, a.greatest, End::greatest));
}

static Bounds decreasing(Function function, const Bounds &a) {
  return inRange(function, valueAt(function, a.greatest, End::least),
                 valueAt(function, a.least, End::greatest));
}

// The value of `sin` and `cos` moves by no more than their argument.
static Bounds periodic(Function function, const Bounds &a) {
  if (!areFinite(a.least, a.greatest))
    return unknownBounds();
  double width = sum(a.greatest, -a.least, End::greatest);
  return inRange(function, sum(valueAt(function, a.least, End::least), -width, End::least),
                 sum(valueAt(function, a.least, End::greatest), width, End::greatest));
}

// Between two poles it increases.
static Bounds tangent(const Bounds &a) {
  constexpr double most = 1;
  bool nearPole = !(a.greatest - a.least < most) || contains(periodic(Function::cos, a), 0);
  return nearPole ? unknownBounds() : increasing(Function::tan, a);
}

static double angle(double y, double x, End end) {
  return loosened(*libraryFunction(Function::atan2, y, x), end);
}

// The greatest and the least angle of a rectangle are at corners, when neither the origin nor the cut beside
// it lies in it.
static Bounds angles(const Bounds &y, const Bounds &x) {
  bool meetsCut = contains(y, 0) && x.least <= 0;
  return meetsCut ? unknownBounds() : ofCorners(angle, y, x);
}

static double powerAt(double a, double b, End end) {
  return loosened(*libraryFunction(Function::pow, a, b), end);
}

static Bounds wholePower(const Bounds &base, int exponent) {
  Bounds factor = exponent % 2 ? base : magnitude(base), power = boundsOfReal(1, 1);
  for (int i = 0; i < std::abs(exponent); ++i)
    power = power.isUnknown ? power : ofCorners(product, power, factor);
  return exponent < 0 && !power.isUnknown ? divided(boundsOfReal(1, 1), power) : power;
}

// In either number alone a power of a positive one goes one way.
static Bounds power(const Bounds &a, const Bounds &b) {
  constexpr double mostMultiplied = 64;
  bool isWhole = b.least == b.greatest && std::floor(b.least) == b.least;
  if (isWhole && std::fabs(b.least) <= mostMultiplied)
    return wholePower(a, static_cast<int>(b.least));
  bool isDefined = a.least > 0 || (a.least == 0 && b.least > 0);
  if (!isDefined)
    return unknownBounds();
  Bounds bounds = ofCorners(powerAt, a, b);
  bounds.least = std::max(bounds.least, 0.0);
  return bounds;
}

// Of two numbers that are lowest the difference counts as 0.
static Bounds exponentialOfDifference(const Bounds &a, const Bounds &b) {
  bool areLowest = a.greatest == -HUGE_VAL && b.greatest == -HUGE_VAL;
  Bounds difference = areLowest ? boundsOfReal(0, 0) : added(a, negated(b));
  return difference.isUnknown ? difference : increasing(Function::exp, difference);
}

Bounds boundsOfFunction(Function function, const Bounds &a, const Bounds &b) {
  switch (function) {
  case Function::add:
    return added(a, b);
  case Function::sub:
    return added(a, negated(b));
  case Function::mul:
    return ofCorners(product, a, b);
  case Function::divide:
    return divided(a, b);
  case Function::neg:
    return negated(a);
  case Function::abs:
    return magnitude(a);
  case Function::min:
  case Function::max:
    return extreme(function == Function::max, a, b);
  case Function::floor:
    return boundsOfReal(std::floor(a.least), std::floor(a.greatest));
  case Function::expdiff:
    return exponentialOfDifference(a, b);
  case Function::rsqrt:
    return a.least > 0 ? divided(boundsOfReal(1, 1), increasing(Function::sqrt, a)) : unknownBounds();
  case Function::sin:
  case Function::cos:
    return periodic(function, a);
  case Function::tan:
    return tangent(a);
  case Function::acos:
    return decreasing(function, a);
  case Function::pow:
    return power(a, b);
  case Function::atan2:
    return angles(a, b);
  default:
    return increasing(function, a);
  }
}

} // namespace weft::prove
