#include "compiler/prove/ConcreteEvaluation.h"
#include "compiler/prove/Effort.h"
#include "dialects/weft/RealFunctions.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace weft::prove {

using Kind = ConcreteValue::Kind;

// More than what one step of floating point, or a function of the C library, is off by.
static constexpr double stepError = 0x1p-50, leastError = 1e-300;

ConcreteValue ConcreteValue::near(double number, double error) {
  if (std::isnan(number))
    return {};
  if (std::isinf(number))
    return infinite(number < 0);
  return {Kind::approximate, 0, number, error + stepError * std::fabs(number) + leastError};
}

double ConcreteValue::doubt() const {
  constexpr int64_t few = 1024, large = int64_t(1) << 50;
  if (kind != Kind::exact)
    return kind == Kind::approximate ? error : 0;
  Rational scaled = exact * Rational(few);
  bool isWhole = isInteger(scaled) && abs(scaled) < Rational(large);
  return isWhole ? 0 : stepError * std::fabs(asDouble());
}

double ConcreteValue::asDouble() const {
  switch (kind) {
  case Kind::undefined:
    return NAN;
  case Kind::exact:
    return toDouble(exact);
  case Kind::approximate:
    return approximate;
  case Kind::infinite:
    return isNegative ? -INFINITY : INFINITY;
  }
  return NAN;
}

std::string ConcreteValue::text(const Variable &variable, unsigned digits) const {
  std::string result;
  llvm::raw_string_ostream out(result);
  if (kind == Kind::undefined)
    out << "undefined";
  else if (kind == Kind::infinite)
    out << (isNegative ? "-inf" : "inf");
  else if (kind == Kind::approximate)
    out << llvm::format("%.*g", digits, approximate);
  else if (variable.sort == Sort::boolean)
    out << (isTrue() ? "true" : "false");
  else if (!variable.elements.empty() && isInteger(exact) && exact >= 0 &&
           exact < Rational(int64_t(variable.elements.size())))
    out << variable.elements[size_t(int64_t(exact.num))];
  else
    out << prove::text(exact);
  return result;
}

bool ConcreteEvaluation::differ(const ConcreteValue &a, const ConcreteValue &b) {
  if (a.kind == Kind::exact && b.kind == Kind::exact)
    return a.exact != b.exact;
  double x = a.asDouble(), y = b.asDouble();
  if (std::isfinite(x) && std::isfinite(y))
    return std::fabs(x - y) > a.doubt() + b.doubt() + 1e-6 * (1 + std::fabs(x) + std::fabs(y));
  // Nothing is shown by two sides that are both undefined: that the carrier is left is another law.
  return std::isnan(x) != std::isnan(y) || (!std::isnan(x) && x != y);
}

int ConcreteEvaluation::order(const ConcreteValue &a, const ConcreteValue &b) {
  if (a.kind == Kind::exact && b.kind == Kind::exact)
    return compare(a.exact, b.exact);
  double x = a.asDouble(), y = b.asDouble();
  if (std::isfinite(x) && std::isfinite(y))
    uncertain |= std::fabs(x - y) <= a.doubt() + b.doubt() + 1e-9 * (1 + std::fabs(x) + std::fabs(y));
  return x < y ? -1 : x > y;
}

// Of numbers that rounding does not tell apart either one will do.
ConcreteValue ConcreteEvaluation::extreme(bool isGreatest, const ConcreteValue &a, const ConcreteValue &b) {
  double x = a.asDouble(), y = b.asDouble();
  bool exact = a.kind == Kind::exact && b.kind == Kind::exact;
  if (exact || !std::isfinite(x) || !std::isfinite(y))
    return (order(a, b) < 0) == isGreatest ? b : a;
  return ConcreteValue::near(isGreatest ? std::max(x, y) : std::min(x, y), std::max(a.doubt(), b.doubt()));
}

ConcreteValue ConcreteEvaluation::evaluate(TermRef term) {
  auto known = values.find(term);
  if (known != values.end())
    return known->second;
  Effort::spend();
  ConcreteValue value = computed(term);
  if (value.kind == Kind::exact && !Effort::isModest(value.exact)) {
    // Too long to compute with: nothing is said about it.
    uncertain = true;
    value = {};
  }
  values[term] = value;
  return value;
}

ConcreteValue ConcreteEvaluation::computed(TermRef term) {
  switch (term->kind) {
  case Term::Kind::variable:
    return variables[term->number];
  case Term::Kind::constant:
    return ConcreteValue::of(term->value);
  case Term::Kind::infinity:
    return ConcreteValue::infinite(term->value < 0);
  case Term::Kind::undefined:
    // Nothing is said about what proofs do not know.
    uncertain = true;
    return {};
  case Term::Kind::choose: {
    ConcreteValue condition = evaluate(term->operands[0]);
    if (condition.kind != Kind::exact)
      return {};
    return evaluate(term->operands[condition.isTrue() ? 1 : 2]);
  }
  case Term::Kind::floor: {
    ConcreteValue value = evaluate(term->operands[0]);
    return arithmetic(Function::floor, value, value);
  }
  case Term::Kind::apply:
    return applied(term);
  }
  return {};
}

ConcreteValue ConcreteEvaluation::applied(TermRef term) {
  llvm::SmallVector<ConcreteValue, 3> operands;
  for (TermRef operand : term->operands) {
    operands.push_back(evaluate(operand));
    if (operands.back().kind == Kind::undefined)
      return {};
  }
  const ConcreteValue &a = operands.front(), &b = operands.back();
  auto truth = [](bool value) { return ConcreteValue::of(Rational(int64_t(value))); };
  switch (term->function) {
  case Function::eq:
    return truth(order(a, b) == 0);
  case Function::ne:
    return truth(order(a, b) != 0);
  case Function::lt:
    return truth(order(a, b) < 0);
  case Function::le:
    return truth(order(a, b) <= 0);
  case Function::gt:
    return truth(order(a, b) > 0);
  case Function::ge:
    return truth(order(a, b) >= 0);
  case Function::min:
    return extreme(false, a, b);
  case Function::max:
    return extreme(true, a, b);
  case Function::not_:
    return truth(!a.isTrue());
  case Function::and_:
    return truth(a.isTrue() && b.isTrue());
  case Function::or_:
    return truth(a.isTrue() || b.isTrue());
  case Function::select:
    return a.isTrue() ? operands[1] : operands[2];
  default:
    return arithmetic(term->function, a, b);
  }
}

ConcreteValue ConcreteEvaluation::exactly(Function function, const Rational &a, const Rational &b) {
  switch (function) {
  case Function::add:
    return ConcreteValue::of(a + b);
  case Function::sub:
    return ConcreteValue::of(a - b);
  case Function::mul:
    return ConcreteValue::of(a * b);
  case Function::neg:
    return ConcreteValue::of(-a);
  case Function::abs:
    return ConcreteValue::of(a < 0 ? -a : a);
  case Function::divide:
    if (b == 0)
      return a == 0 ? ConcreteValue() : ConcreteValue::infinite(a < 0);
    return ConcreteValue::of(a / b);
  case Function::div:
    return b == 0 ? ConcreteValue() : ConcreteValue::of(floorOf(a / b));
  case Function::mod:
    return b == 0 ? ConcreteValue() : ConcreteValue::of(a - floorOf(a / b) * b);
  case Function::floor:
    return ConcreteValue::of(floorOf(a));
  case Function::exp:
    return a == 0 ? ConcreteValue::of(1) : ConcreteValue();
  case Function::expdiff:
    return exactly(Function::exp, a - b, b);
  default:
    return {};
  }
}

// Exactly, where that is short.
std::optional<ConcreteValue> ConcreteEvaluation::power(const ConcreteValue &a, const ConcreteValue &b) {
  constexpr int mostPower = 32;
  if (a.kind != Kind::exact || b.kind != Kind::exact || !isInteger(b.exact) || abs(b.exact) > mostPower)
    return std::nullopt;
  Rational result = 1;
  for (Rational i = 0; i < abs(b.exact) && Effort::isModest(result); i = i + Rational(1))
    result = result * a.exact;
  return b.exact < 0 ? exactly(Function::divide, 1, result) : ConcreteValue::of(result);
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
    // A zero below the line counts as +0.
    return a / (b == 0 ? 0.0 : b);
  case Function::neg:
    return -a;
  case Function::expdiff:
    return a == b && std::isinf(a) && a < 0 ? 1 : std::exp(a - b);
  default:
    return libraryFunction(function, a, b).value_or(NAN);
  }
}

// How far a function's value may be off because its arguments are: by what it is at the ends of where they
// may lie. None where a jump, a pole or the end of its domain lies there; NaN where it is undefined all
// around.
static std::optional<double> spread(Function function, double value, double a, double aError, double b,
                                    double bError) {
  double most = 0;
  for (double x : {a - aError, a + aError})
    for (double y : {b - bError, b + bError}) {
      double moved = realFunction(function, x, y);
      if (std::isinf(moved) || std::isnan(moved) != std::isnan(value))
        return std::nullopt;
      most = std::max(most, std::fabs(moved - value));
    }
  return std::isnan(value) ? value : 2 * most;
}

static bool isPeriodic(Function function) {
  return function == Function::sin || function == Function::cos || function == Function::tan;
}

// Where a number that is no zero is divided by an exact one, and where functions of an exact zero are
// infinite.
static bool hasPole(Function function, double x, double xError, double y, double yError) {
  if (function == Function::divide)
    return y == 0 && yError == 0 && std::fabs(x) > xError;
  bool ofZero = function == Function::log || function == Function::rsqrt || function == Function::pow;
  return ofZero && x == 0 && xError == 0 && yError == 0;
}

// In floating point. Of finite numbers only what has a pole at an exact zero is infinite, and only what is
// undefined all around is undefined.
ConcreteValue ConcreteEvaluation::roughly(Function function, const ConcreteValue &a, const ConcreteValue &b) {
  double x = a.asDouble(), y = b.asDouble(), xError = a.doubt(), yError = b.doubt();
  double value = realFunction(function, x, y);
  if (a.kind == Kind::infinite || b.kind == Kind::infinite)
    return ConcreteValue::near(value, 0);
  // Numbers too large or too small for floating point are no infinities and no zeros.
  for (const ConcreteValue *operand : {&a, &b}) {
    double number = operand->asDouble();
    if (!std::isfinite(number) || (number == 0 && operand->kind == Kind::exact && operand->exact != 0))
      return unsure();
  }
  if (hasPole(function, x, xError, y, yError))
    return ConcreteValue::near(value, 0);
  constexpr double most = 0.5;
  bool isLost = (isPeriodic(function) && xError > most) ||
                (function == Function::divide && std::fabs(y) <= yError && yError != 0);
  if (std::isinf(value) || isLost)
    return unsure();
  if (function == Function::expdiff)
    xError += stepError * (std::fabs(x) + std::fabs(y));
  std::optional<double> error = spread(function, value, x, xError, y, yError);
  return error ? ConcreteValue::near(value, *error) : unsure();
}

ConcreteValue ConcreteEvaluation::arithmetic(Function function, const ConcreteValue &a,
                                             const ConcreteValue &b) {
  if (a.kind == Kind::undefined || b.kind == Kind::undefined)
    return {};
  if (function == Function::pow)
    if (std::optional<ConcreteValue> result = power(a, b))
      return *result;
  bool exact = a.kind == Kind::exact && b.kind == Kind::exact;
  ConcreteValue result = exact ? exactly(function, a.exact, b.exact) : ConcreteValue();
  return result.kind != Kind::undefined ? result : roughly(function, a, b);
}

} // namespace weft::prove
