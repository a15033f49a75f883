// Where a number lies for sure, of one that was computed in double: intervals, rounded outwards. What hangs
// on which of two numbers that lie at the same place is greater is not decided.
#pragma once

#include "dialects/weft/WeftOps.h"

#include <optional>

namespace weft::prove {

struct Bounds {
  double least = 0, greatest = 0; // of a real
  __int128 first = 0, last = 0;   // of what is no real: a truth value, an index
  bool isUnknown = false;         // perhaps undefined, or anything
  /// A real as the program or the point names it in decimals, which a double may only be near to.
  std::optional<double> named;
};

Bounds unknownBounds();
Bounds boundsOfInteger(int64_t value);
/// Of a real between two numbers; unknown where either is none.
Bounds boundsOfReal(double least, double greatest);
/// Of a number in decimals, infinities too.
Bounds boundsOfNamed(double value);

/// `weft.apply`, `weft.convert`, and a value as a wire of the type holds it.
Bounds applyToBounds(Function function, bool isReal, llvm::ArrayRef<Bounds> values);
Bounds convertBounds(const Bounds &value, ObjectType from, ObjectType to);
Bounds heldBounds(const Bounds &value, ObjectType type);

/// An integer or a truth value, where it is decided.
std::optional<int64_t> decided(const Bounds &value);
/// Whether two numbers are different for sure.
bool areApart(const Bounds &a, const Bounds &b);

/// Functions of reals (RealBounds.cpp).
Bounds boundsOfFunction(Function function, const Bounds &a, const Bounds &b);

} // namespace weft::prove
