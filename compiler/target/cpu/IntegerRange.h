// Bounds of integers while code is generated: what fits 64 bits is computed in 64 bits.
#pragma once

#include <cstdint>

namespace weft {

__extension__ typedef __int128 Wide;

/// All values from `low` to `high`. What could lie outside of 128 bits is checked when it runs.
struct IntegerRange {
  Wide low, high;

  static IntegerRange ofBits(unsigned bits, bool isSigned);
  static IntegerRange i64() { return ofBits(64, true); }
  bool within(const IntegerRange &other) const { return low >= other.low && high <= other.high; }
  bool fits64() const { return within(i64()); }
  /// Within ±2^bits.
  bool fitsMagnitude(unsigned bits) const;
};

IntegerRange operator+(IntegerRange a, IntegerRange b);
IntegerRange operator-(IntegerRange a, IntegerRange b);
/// Bounds that lie outside of 128 bits are cut off there.
IntegerRange operator*(IntegerRange a, IntegerRange b);
IntegerRange unite(IntegerRange a, IntegerRange b);

} // namespace weft
