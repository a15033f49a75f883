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

IntegerRange operator+(IntegerRange a, IntegerRange b) { return {a.low + b.low, a.high + b.high}; }
IntegerRange operator-(IntegerRange a, IntegerRange b) { return {a.low - b.high, a.high - b.low}; }

IntegerRange operator*(IntegerRange a, IntegerRange b) {
  auto products = {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high};
  return {std::min(products), std::max(products)};
}

IntegerRange unite(IntegerRange a, IntegerRange b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

} // namespace weft
