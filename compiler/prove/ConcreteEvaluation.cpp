#include "compiler/prove/ConcreteEvaluation.h"
#include "compiler/prove/Effort.h"
#include "dialects/weft/RealFunctions.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace weft::prove {

using Kind = ConcreteValue::Kind;

ConcreteValue ConcreteValue::near(double number) {
  if (std::isnan(number))
    return {};
  if (std::isinf(number))
    return infinite(number < 0);
  return {Kind::approximate, 0, number};
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
    return std::fabs(x - y) > 1e-6 * (1 + std::fabs(x) + std::fabs(y));
  return std::isnan(x) || std::isnan(y) || x != y;
}

int ConcreteEvaluation::order(const ConcreteValue &a, const ConcreteValue &b) {
  if (a.kind == Kind::exact && b.kind == Kind::exact)
    return compare(a.exact, b.exact);
  double x = a.asDouble(), y = b.asDouble();
  if (std::isfinite(x) && std::isfinite(y))
    uncertain |= std::fabs(x - y) <= 1e-9 * (1 + std::fabs(x) + std::fabs(y));
  return x < y ? -1 : x > y;
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
    return order(a, b) <= 0 ? a : b;
  case Function::max:
    return order(a, b) >= 0 ? a : b;
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
    return a == 0 ? ConcreteValue::of(1) : ConcreteValue::near(std::exp(toDouble(a)));
  case Function::expdiff:
    return exactly(Function::exp, a - b, b);
  default:
    return {};
  }
}

ConcreteValue ConcreteEvaluation::power(const ConcreteValue &a, const ConcreteValue &b) {
  constexpr int mostPower = 32;
  if (a.kind == Kind::exact && b.kind == Kind::exact && isInteger(b.exact) && abs(b.exact) <= mostPower) {
    Rational result = 1;
    for (Rational i = 0; i < abs(b.exact) && Effort::isModest(result); i = i + Rational(1))
      result = result * a.exact;
    return b.exact < 0 ? exactly(Function::divide, 1, result) : ConcreteValue::of(result);
  }
  return ConcreteValue::near(std::pow(a.asDouble(), b.asDouble()));
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

ConcreteValue ConcreteEvaluation::arithmetic(Function function, const ConcreteValue &a,
                                             const ConcreteValue &b) {
  if (a.kind == Kind::undefined || b.kind == Kind::undefined)
    return {};
  if (function == Function::pow)
    return power(a, b);
  bool exact = a.kind == Kind::exact && b.kind == Kind::exact;
  ConcreteValue result = exact ? exactly(function, a.exact, b.exact) : ConcreteValue();
  if (result.kind != Kind::undefined)
    return result;
  // Numbers too large for floating point are no infinities.
  double value = realFunction(function, a.asDouble(), b.asDouble());
  bool finite = a.kind != Kind::infinite && b.kind != Kind::infinite;
  bool pole = function == Function::divide || function == Function::log || function == Function::rsqrt;
  uncertain |= finite && ((std::isinf(value) && !pole) || std::fabs(value) > 1e12);
  // exp underflows, and differences of near numbers have lost their digits.
  uncertain |= finite && value == 0 && (function == Function::exp || function == Function::expdiff);
  return ConcreteValue::near(value);
}

} // namespace weft::prove
