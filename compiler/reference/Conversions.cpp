// What a wire of a type can hold, and conversions that the program says.
#include "compiler/reference/Scalar.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

namespace weft::reference {

std::pair<__int128, __int128> integerRange(ObjectType type) {
  if (type.isBool())
    return {0, 1};
  if (type.getElement() == "u8")
    return {0, 255};
  int bits =
      llvm::StringSwitch<int>(type.getElement()).Case("i8", 8).Case("i16", 16).Case("i32", 32).Default(64);
  __int128 half = __int128(1) << (bits - 1);
  return {-half, half - 1};
}

static double rounded(double value, const llvm::fltSemantics &semantics) {
  bool lossy;
  llvm::APFloat number(value);
  number.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &lossy);
  number.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &lossy);
  return number.convertToDouble();
}

Computed stored(Scalar value, ObjectType type) {
  if (type.getElement() == "f16")
    return {Scalar::ofReal(rounded(value.real, llvm::APFloat::IEEEhalf()))};
  if (type.getElement() == "bf16")
    return {Scalar::ofReal(rounded(value.real, llvm::APFloat::BFloat()))};
  if (type.isReal())
    return {value};
  auto [lowest, highest] = integerRange(type);
  return {value, value.integer < lowest || value.integer > highest ? "number.overflow" : nullptr};
}

Computed convert(Scalar value, ObjectType from, ObjectType to) {
  if (from.isReal() == to.isReal())
    return stored(value, to);
  if (to.isReal())
    return stored(Scalar::ofReal(static_cast<double>(value.integer)), to);
  // Towards zero; NaN and what no integer type holds is refused before the conversion, which C++ leaves
  // undefined.
  double whole = std::trunc(value.real);
  if (!(std::fabs(whole) < 0x1p100))
    return {{}, "number.overflow"};
  return stored(Scalar::ofInteger(static_cast<__int128>(whole)), to);
}

} // namespace weft::reference
