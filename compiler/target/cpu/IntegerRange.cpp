#include "compiler/target/cpu/IntegerRange.h"

#include <algorithm>

namespace weft {

IntegerRange IntegerRange::ofBits(unsigned bits, bool isSigned) {
  Wide one = 1;
  if (!isSigned)
    return {0, (one << bits) - 1};
  return {-(one << (bits - 1)), (one << (bits - 1)) - 1};
}

bool IntegerRange::fitsMagnitude(unsigned bits) const {
  Wide bound = static_cast<Wide>(1) << bits;
  return low >= -bound && high <= bound;
}

__extension__ typedef unsigned __int128 UnsignedWide;

// What lies outside of 128 bits counts as their end: it does not fit 64 bits either.
static Wide endOf(bool isNegative) {
  constexpr Wide least = static_cast<Wide>(UnsignedWide(1) << 127);
  return isNegative ? least : ~least;
}

static Wide sum(Wide a, Wide b) {
  Wide result;
  return __builtin_add_overflow(a, b, &result) ? endOf(a < 0) : result;
}

static Wide difference(Wide a, Wide b) {
  Wide result;
  return __builtin_sub_overflow(a, b, &result) ? endOf(a < 0) : result;
}

static Wide product(Wide a, Wide b) {
  Wide result;
  return __builtin_mul_overflow(a, b, &result) ? endOf((a < 0) != (b < 0)) : result;
}

IntegerRange operator+(IntegerRange a, IntegerRange b) { return {sum(a.low, b.low), sum(a.high, b.high)}; }
IntegerRange operator-(IntegerRange a, IntegerRange b) {
  return {difference(a.low, b.high), difference(a.high, b.low)};
}

IntegerRange operator*(IntegerRange a, IntegerRange b) {
  auto products = {product(a.low, b.low), product(a.low, b.high), product(a.high, b.low),
                   product(a.high, b.high)};
  return {std::min(products), std::max(products)};
}

IntegerRange unite(IntegerRange a, IntegerRange b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

} // namespace weft
