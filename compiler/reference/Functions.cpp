// The functions of scalars: reals by the C library, integers exactly.
#include "compiler/reference/Scalar.h"
#include "dialects/weft/RealFunctions.h"
#include <cmath>
#include <limits>

namespace weft::reference {

// NaN wins over any number, whichever side it stands on.
static double smaller(double a, double b) { return std::isnan(a) || a < b ? a : b; }
static double larger(double a, double b) { return std::isnan(a) || a > b ? a : b; }

static double expdiff(double a, double b) {
  bool bothLowest = a == b && std::isinf(a) && a < 0;
  return std::exp(bothLowest ? 0.0 : a - b);
}

static std::optional<bool> compare(Function function, auto a, auto b) {
  switch (function) {
  case Function::eq:
    return a == b;
  case Function::ne:
    return a != b;
  case Function::lt:
    return a < b;
  case Function::le:
    return a <= b;
  case Function::gt:
    return a > b;
  case Function::ge:
    return a >= b;
  default:
    return std::nullopt;
  }
}

static double realFunction(Function function, double a, double b) {
  switch (function) {
  case Function::add:
    return a + b;
  case Function::sub:
    return a - b;
  case Function::mul:
    return a * b;
  case Function::divide:
    return a / b;
  case Function::neg:
    return -a;
  case Function::min:
    return std::isnan(b) ? b : smaller(a, b);
  case Function::max:
    return std::isnan(b) ? b : larger(a, b);
  case Function::expdiff:
    return expdiff(a, b);
  default:
    if (std::optional<double> value = libraryFunction(function, a, b))
      return *value;
    llvm_unreachable("not a function of reals");
  }
}

// Division rounds down, and the remainder has the divisor's sign.
static __int128 floorDivide(__int128 a, __int128 b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }

static Computed integerFunction(Function function, __int128 a, __int128 b) {
  __int128 result = 0;
  bool overflows = false;
  switch (function) {
  case Function::add:
    overflows = __builtin_add_overflow(a, b, &result);
    break;
  case Function::sub:
    overflows = __builtin_sub_overflow(a, b, &result);
    break;
  case Function::mul:
    overflows = __builtin_mul_overflow(a, b, &result);
    break;
  case Function::neg:
    overflows = __builtin_sub_overflow(__int128(0), a, &result);
    break;
  case Function::abs:
    overflows = a < 0 && __builtin_sub_overflow(__int128(0), a, &result);
    result = a < 0 ? result : a;
    break;
  case Function::div:
  case Function::mod:
    if (b == 0)
      return {{}, "number.divide"};
    // The one quotient that may not fit.
    if (b == -1 && function == Function::div)
      return integerFunction(Function::neg, a, a);
    if (b == -1)
      return {Scalar::ofInteger(0)};
    result = function == Function::div ? floorDivide(a, b) : a - floorDivide(a, b) * b;
    break;
  case Function::min:
    result = a < b ? a : b;
    break;
  case Function::max:
    result = a > b ? a : b;
    break;
  case Function::not_:
    result = !a;
    break;
  case Function::and_:
    result = a && b;
    break;
  case Function::or_:
    result = a || b;
    break;
  default:
    llvm_unreachable("not a function of integers");
  }
  return {Scalar::ofInteger(result), overflows ? "number.overflow" : nullptr};
}

Computed apply(Function function, bool isReal, llvm::ArrayRef<Scalar> values) {
  if (function == Function::select)
    return {values[0].isTrue() ? values[1] : values[2]};
  const Scalar &a = values.front(), &b = values.back();
  if (std::optional<bool> truth =
          isReal ? compare(function, a.real, b.real) : compare(function, a.integer, b.integer))
    return {Scalar::ofInteger(*truth)};
  if (isReal)
    return {Scalar::ofReal(realFunction(function, a.real, b.real))};
  return integerFunction(function, a.integer, b.integer);
}

} // namespace weft::reference
