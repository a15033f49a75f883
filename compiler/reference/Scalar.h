// One number while an expression is evaluated.
#pragma once

#include "dialects/weft/WeftDialect.h"

namespace weft::reference {

/// Reals are doubles. Everything else is an exact integer: truth values are 0 and 1, an index is its number.
struct Scalar {
  double real = 0;
  __int128 integer = 0;

  static Scalar ofReal(double value) { return {value, 0}; }
  static Scalar ofInteger(__int128 value) { return {0, value}; }
  bool isTrue() const { return integer != 0; }
};

/// A scalar, or the name of the error that stands in its place.
struct Computed {
  Scalar value;
  const char *error = nullptr;
};

/// `weft.apply`: a function of scalars, all of them real or all of them not.
Computed apply(Function function, bool isReal, llvm::ArrayRef<Scalar> values);

/// The value as a wire of that type holds it: 16-bit reals are rounded, integers must fit
/// (`number.overflow`).
Computed stored(Scalar value, ObjectType type);

/// `weft.convert`: between numbers of any two types.
Computed convert(Scalar value, ObjectType from, ObjectType to);

/// The smallest and the largest value of an integer type.
std::pair<__int128, __int128> integerRange(ObjectType type);

} // namespace weft::reference
