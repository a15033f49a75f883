#include "compiler/prove/Bounds.h"
#include "compiler/prove/Rational.h"
#include "compiler/reference/Scalar.h"

#include <cmath>
#include <limits>

namespace weft::prove {

using reference::Scalar;

Bounds unknownBounds() {
  Bounds bounds;
  bounds.isUnknown = true;
  return bounds;
}

static Bounds integers(__int128 first, __int128 last) {
  Bounds bounds;
  bounds.first = first;
  bounds.last = last;
  return bounds;
}

Bounds boundsOfInteger(int64_t value) { return integers(value, value); }

Bounds boundsOfReal(double least, double greatest) {
  if (std::isnan(least) || std::isnan(greatest))
    return unknownBounds();
  Bounds bounds;
  bounds.least = least;
  bounds.greatest = greatest;
  return bounds;
}

// Whether the decimals that name a double are its value: those of 0.5 are, those of 0.1 are not.
static bool isItsDecimals(double value) {
  // Of fifteen digits at the most, which no other decimals are as short and as near as.
  double shifted = value * 1024;
  if (std::fabs(value) < 0x1p16 && std::floor(shifted) == shifted)
    return true;
  constexpr int64_t most = int64_t(1) << 53;
  Rational named = rationalOf(value);
  bool isShort = named.num <= most && named.num >= -most && named.den <= most;
  return isShort && llvm::isPowerOf2_64(static_cast<uint64_t>(int64_t(named.den)));
}

Bounds boundsOfNamed(double value) {
  if (std::isnan(value))
    return unknownBounds();
  bool isExact = std::isinf(value) || isItsDecimals(value);
  Bounds bounds = isExact ? boundsOfReal(value, value)
                          : boundsOfReal(std::nextafter(value, -HUGE_VAL), std::nextafter(value, HUGE_VAL));
  bounds.named = value;
  return bounds;
}

std::optional<int64_t> decided(const Bounds &value) {
  constexpr __int128 least = std::numeric_limits<int64_t>::min(), most = std::numeric_limits<int64_t>::max();
  bool isDecided =
      !value.isUnknown && value.first == value.last && least <= value.first && value.first <= most;
  return isDecided ? std::optional(static_cast<int64_t>(value.first)) : std::nullopt;
}

bool areApart(const Bounds &a, const Bounds &b) {
  return !a.isUnknown && !b.isUnknown &&
         (a.greatest < b.least || b.greatest < a.least || a.last < b.first || b.last < a.first);
}

static Bounds hull(const Bounds &a, const Bounds &b) {
  if (a.isUnknown || b.isUnknown)
    return unknownBounds();
  Bounds bounds = boundsOfReal(std::min(a.least, b.least), std::max(a.greatest, b.greatest));
  bounds.first = std::min(a.first, b.first);
  bounds.last = std::max(a.last, b.last);
  return bounds;
}

// Which of less, equal and greater are possible, as a truth value of the comparison.
static std::optional<Bounds> compare(Function function, bool less, bool equal, bool greater) {
  auto truth = [](bool canHold, bool canFail) { return integers(!canFail, canHold); };
  switch (function) {
  case Function::eq:
    return truth(equal, less || greater);
  case Function::ne:
    return truth(less || greater, equal);
  case Function::lt:
    return truth(less, equal || greater);
  case Function::le:
    return truth(less || equal, greater);
  case Function::gt:
    return truth(greater, less || equal);
  case Function::ge:
    return truth(equal || greater, less);
  default:
    return std::nullopt;
  }
}

static std::optional<Bounds> compareReals(Function function, const Bounds &a, const Bounds &b) {
  if (a.named && b.named) {
    double x = *a.named, y = *b.named;
    return compare(function, x < y, x == y, y < x);
  }
  return compare(function, a.least < b.greatest, a.least <= b.greatest && b.least <= a.greatest,
                 b.least < a.greatest);
}

// Of integers that are not decided.
static Bounds integerHull(Function function, const Bounds &a, const Bounds &b) {
  switch (function) {
  case Function::neg:
    return integers(-a.last, -a.first);
  case Function::min:
    return integers(std::min(a.first, b.first), std::min(a.last, b.last));
  case Function::max:
    return integers(std::max(a.first, b.first), std::max(a.last, b.last));
  case Function::not_:
    return integers(1 - a.last, 1 - a.first);
  case Function::and_:
    return integers(a.first && b.first, a.last && b.last);
  case Function::or_:
    return integers(a.first || b.first, a.last || b.last);
  case Function::add:
    return integers(a.first + b.first, a.last + b.last);
  case Function::sub:
    return integers(a.first - b.last, a.last - b.first);
  case Function::mul: {
    auto [least, most] =
        std::minmax({a.first * b.first, a.first * b.last, a.last * b.first, a.last * b.last});
    return integers(least, most);
  }
  default:
    return unknownBounds();
  }
}

static Bounds applyToIntegers(Function function, const Bounds &a, const Bounds &b) {
  if (a.first == a.last && b.first == b.last) {
    reference::Computed computed =
        reference::apply(function, false, {Scalar::ofInteger(a.first), Scalar::ofInteger(b.first)});
    return computed.error ? unknownBounds() : integers(computed.value.integer, computed.value.integer);
  }
  // Of these neither sums nor products overflow.
  constexpr __int128 most = __int128(1) << 62;
  for (const Bounds *operand : {&a, &b})
    if (operand->first < -most || operand->last > most)
      return unknownBounds();
  return integerHull(function, a, b);
}

Bounds applyToBounds(Function function, bool isReal, llvm::ArrayRef<Bounds> values) {
  const Bounds &a = values.front(), &b = values.back();
  if (function == Function::select) {
    std::optional<int64_t> truth = decided(a);
    if (truth)
      return values[*truth ? 1 : 2];
    return a.isUnknown ? unknownBounds() : hull(values[1], values[2]);
  }
  if (a.isUnknown || b.isUnknown)
    return unknownBounds();
  std::optional<Bounds> truth =
      isReal ? compareReals(function, a, b)
             : compare(function, a.first < b.last, a.first <= b.last && b.first <= a.last, b.first < a.last);
  if (truth)
    return *truth;
  return isReal ? boundsOfFunction(function, a, b) : applyToIntegers(function, a, b);
}

Bounds heldBounds(const Bounds &value, ObjectType type) {
  if (value.isUnknown)
    return value;
  if (type.isInteger()) {
    auto [least, greatest] = reference::integerRange(type);
    return value.first < least || value.last > greatest ? unknownBounds() : value;
  }
  bool isRounded = type.getElement() == "f16" || type.getElement() == "bf16";
  if (!isRounded)
    return value;
  // Rounding keeps the order.
  auto rounded = [&](double end) { return reference::stored(Scalar::ofReal(end), type).value.real; };
  return boundsOfReal(rounded(value.least), rounded(value.greatest));
}

Bounds convertBounds(const Bounds &value, ObjectType from, ObjectType to) {
  if (value.isUnknown || from.isReal() == to.isReal())
    return heldBounds(value, to);
  if (to.isReal()) {
    auto end = [](__int128 number, double outwards) {
      double real = static_cast<double>(number);
      return static_cast<__int128>(real) == number ? real : std::nextafter(real, outwards);
    };
    return heldBounds(boundsOfReal(end(value.first, -HUGE_VAL), end(value.last, HUGE_VAL)), to);
  }
  // Towards zero, which keeps the order.
  constexpr double most = 0x1p100;
  if (!(std::fabs(value.least) < most && std::fabs(value.greatest) < most))
    return unknownBounds();
  return heldBounds(integers(static_cast<__int128>(std::trunc(value.least)),
                             static_cast<__int128>(std::trunc(value.greatest))),
                    to);
}

} // namespace weft::prove
