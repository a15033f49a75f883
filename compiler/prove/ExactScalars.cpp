#include "compiler/prove/ExactScalars.h"
#include "compiler/reference/Scalar.h"

#include <cmath>

namespace weft::prove {

// Numbers of higher degree have too many digits.
static constexpr unsigned mostDegree = 1000;

ExactScalar exactReal(Rational value) {
  ExactScalar result;
  result.real = std::move(value);
  return result;
}

ExactScalar exactInteger(int64_t value) {
  ExactScalar result;
  result.integer = value;
  return result;
}

MaybeScalar exactConstant(double value) {
  // What was rounded before it came here is compared in double.
  if (std::isnan(value) || (std::isfinite(value) && !hasShortDecimal(value)))
    return std::nullopt;
  ExactScalar result;
  if (std::isinf(value))
    result.infinite = value > 0 ? 1 : -1;
  else
    result.real = rationalOf(value);
  return result;
}

static MaybeScalar withDegree(ExactScalar value, unsigned above, unsigned below) {
  if (above > mostDegree || below > mostDegree)
    return std::nullopt;
  value.above = above;
  value.below = below;
  return value;
}

static ExactScalar negated(ExactScalar value) {
  value.real = Rational(0, 1) - value.real;
  value.infinite = -value.infinite;
  return value;
}

static MaybeScalar add(const ExactScalar &a, const ExactScalar &b) {
  if (a.infinite && b.infinite && a.infinite != b.infinite)
    return std::nullopt;
  ExactScalar sum = exactReal(a.real + b.real);
  sum.infinite = a.infinite ? a.infinite : b.infinite;
  return withDegree(sum, std::max(a.above + b.below, b.above + a.below), a.below + b.below);
}

static int signOf(const ExactScalar &value) {
  return value.infinite ? value.infinite : value.real < Rational(0, 1) ? -1 : value.real > Rational(0, 1);
}

static MaybeScalar multiply(const ExactScalar &a, const ExactScalar &b) {
  ExactScalar product = exactReal(a.real * b.real);
  if (a.infinite || b.infinite)
    product.infinite = signOf(a) * signOf(b);
  bool isDefined = product.infinite || !(a.infinite || b.infinite);
  return isDefined ? withDegree(product, a.above + b.above, a.below + b.below) : std::nullopt;
}

static MaybeScalar divide(const ExactScalar &a, const ExactScalar &b) {
  if (a.infinite || b.infinite || b.real == Rational(0, 1))
    return std::nullopt;
  return withDegree(exactReal(a.real / b.real), a.above + b.below, a.below + b.above);
}

static bool isLess(const ExactScalar &a, const ExactScalar &b) {
  return a.infinite || b.infinite ? a.infinite < b.infinite : a.real < b.real;
}

static std::optional<bool> compare(Function function, bool less, bool greater) {
  switch (function) {
  case Function::eq:
    return !less && !greater;
  case Function::ne:
    return less || greater;
  case Function::lt:
    return less;
  case Function::le:
    return !greater;
  case Function::gt:
    return greater;
  case Function::ge:
    return !less;
  default:
    return std::nullopt;
  }
}

static MaybeScalar applyToReals(Function function, const ExactScalar &a, const ExactScalar &b) {
  switch (function) {
  case Function::add:
    return add(a, b);
  case Function::sub:
    return add(a, negated(b));
  case Function::mul:
    return multiply(a, b);
  case Function::divide:
    return divide(a, b);
  case Function::neg:
    return negated(a);
  case Function::abs:
    return signOf(a) < 0 ? negated(a) : a;
  case Function::min:
    return isLess(b, a) ? b : a;
  case Function::max:
    return isLess(a, b) ? b : a;
  case Function::floor:
    return a.infinite ? a : exactReal(floorOf(a.real));
  default:
    return std::nullopt;
  }
}

static MaybeScalar applyToIntegers(Function function, int64_t a, int64_t b) {
  int64_t result = 0;
  auto unless = [&](bool overflows) { return overflows ? std::nullopt : MaybeScalar(exactInteger(result)); };
  switch (function) {
  case Function::add:
    return unless(__builtin_add_overflow(a, b, &result));
  case Function::sub:
    return unless(__builtin_sub_overflow(a, b, &result));
  case Function::mul:
    return unless(__builtin_mul_overflow(a, b, &result));
  case Function::neg:
    return unless(__builtin_sub_overflow(int64_t(0), a, &result));
  case Function::div:
  case Function::mod: {
    if (b <= 0)
      return std::nullopt;
    int64_t quotient = a / b - (a % b < 0);
    return exactInteger(function == Function::div ? quotient : a - quotient * b);
  }
  case Function::min:
    return exactInteger(std::min(a, b));
  case Function::max:
    return exactInteger(std::max(a, b));
  case Function::not_:
    return exactInteger(!a);
  case Function::and_:
    return exactInteger(a && b);
  case Function::or_:
    return exactInteger(a || b);
  default:
    return std::nullopt;
  }
}

MaybeScalar applyExactly(Function function, bool isReal, llvm::ArrayRef<ExactScalar> values) {
  if (function == Function::select)
    return values[0].integer ? values[1] : values[2];
  const ExactScalar &a = values.front(), &b = values.back();
  std::optional<bool> truth = isReal ? compare(function, isLess(a, b), isLess(b, a))
                                     : compare(function, a.integer<b.integer, a.integer> b.integer);
  if (truth)
    return exactInteger(*truth);
  return isReal ? applyToReals(function, a, b) : applyToIntegers(function, a.integer, b.integer);
}

bool decidesByDrawn(Function function, llvm::ArrayRef<ExactScalar> values) {
  static constexpr Function smooth[] = {Function::add, Function::sub, Function::mul, Function::divide,
                                        Function::neg};
  bool isFinite = llvm::none_of(values, [](const ExactScalar &value) { return value.infinite; });
  return !(isFinite && llvm::is_contained(smooth, function)) &&
         llvm::any_of(values, [](const ExactScalar &value) { return value.above || value.below; });
}

MaybeScalar heldExactly(const ExactScalar &value, ObjectType type) {
  bool isHeld = true;
  if (type.isInteger()) {
    auto [least, greatest] = reference::integerRange(type);
    isHeld = least <= value.integer && value.integer <= greatest;
  }
  return isHeld ? MaybeScalar(value) : std::nullopt;
}

MaybeScalar convertExactly(const ExactScalar &value, ObjectType from, ObjectType to) {
  bool isRounded = to.getElement() == "f16" || to.getElement() == "bf16" ||
                   (from.isReal() != to.isReal() && from.isReal());
  if (isRounded)
    return std::nullopt;
  return !from.isReal() && to.isReal() ? exactReal(Rational(value.integer, 1)) : heldExactly(value, to);
}

} // namespace weft::prove
