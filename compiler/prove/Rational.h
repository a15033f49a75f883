// Exact rational numbers.
#pragma once

#include "mlir/Analysis/Presburger/Fraction.h"
#include <string>

namespace weft::prove {

using Integer = llvm::DynamicAPInt;
using Rational = mlir::presburger::Fraction;

/// The number that the shortest decimal of `value` names: 0.1 is 1/10. `value` is finite.
Rational rationalOf(double value);
/// Whether that decimal has 15 digits at the most, as numbers have that people write; longer ones are
/// rounded, of `1 / 3` or `sqrt(2)`.
bool hasShortDecimal(double value);
Rational floorOf(const Rational &value);
inline bool isInteger(const Rational &value) { return value.den == 1; }
double toDouble(const Rational &value);
/// `3`, `-1/2`
std::string text(const Rational &value);

} // namespace weft::prove
