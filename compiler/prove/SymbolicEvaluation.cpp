// Terms on one path: arithmetic with infinities, comparisons and choices.
#include "compiler/prove/SymbolicEvaluation.h"

namespace weft::prove {

using Kind = SymbolicValue::Kind;

SymbolicEvaluation::SymbolicEvaluation(Symbols &symbols, Cases &cases, llvm::ArrayRef<Variable> variables)
    : symbols(symbols), cases(cases), variables(variables), facts(symbols) {}

SymbolicValue SymbolicEvaluation::variable(unsigned number) {
  auto place = read.find(number);
  return place != read.end() ? place->second : read[number] = chosen(number);
}

// Whether a variable is finite is a case of its own, as is each truth value.
SymbolicValue SymbolicEvaluation::chosen(unsigned number) {
  const Variable &variable = variables[number];
  if (variable.sort == Sort::boolean) {
    std::optional<int> answer = cases.answer([] { return Cases::Answers{0, 1}; });
    return SymbolicValue::truth(*answer);
  }
  if (variable.admitsLow || variable.admitsHigh) {
    std::optional<int> answer = cases.answer([&] {
      Cases::Answers answers{0};
      if (variable.admitsLow)
        answers.push_back(-1);
      if (variable.admitsHigh)
        answers.push_back(1);
      return answers;
    });
    if (*answer)
      return SymbolicValue::infinite(*answer < 0);
  }
  Symbol symbol;
  symbol.integer = variable.sort == Sort::integer;
  symbol.name = variable.name;
  symbol.variable = number;
  unsigned place = symbols.intern(std::move(symbol));
  introduce(place);
  return SymbolicValue::finite(Polynomial::variable(place));
}

SymbolicValue SymbolicEvaluation::evaluate(TermRef term) {
  auto known = values.find(term);
  if (known != values.end())
    return known->second;
  SymbolicValue value = contradiction ? SymbolicValue() : computed(term);
  values[term] = value;
  return value;
}

bool SymbolicEvaluation::holds(TermRef condition) {
  SymbolicValue value = evaluate(condition);
  return value.kind == Kind::truth && value.flag;
}

SymbolicValue SymbolicEvaluation::computed(TermRef term) {
  switch (term->kind) {
  case Term::Kind::variable:
    return variable(term->number);
  case Term::Kind::constant:
    return term->sort == Sort::boolean ? SymbolicValue::truth(term->value != 0)
                                       : SymbolicValue::finite(term->value);
  case Term::Kind::infinity:
    return SymbolicValue::infinite(term->value < 0);
  case Term::Kind::undefined:
    return unknown();
  case Term::Kind::choose: {
    SymbolicValue condition = evaluate(term->operands[0]);
    if (condition.kind != Kind::truth)
      return {};
    return evaluate(term->operands[condition.flag ? 1 : 2]);
  }
  case Term::Kind::floor:
    return rounded(evaluate(term->operands[0]));
  case Term::Kind::apply:
    return applied(term);
  }
  return {};
}

SymbolicValue SymbolicEvaluation::applied(TermRef term) {
  llvm::SmallVector<SymbolicValue, 2> values;
  for (TermRef operand : term->operands) {
    values.push_back(evaluate(operand));
    if (values.back().kind == Kind::undefined)
      return {};
  }
  const SymbolicValue &a = values.front(), &b = values.back();
  switch (term->function) {
  case Function::add:
    return sum(a, b);
  case Function::sub:
    return sum(a, negated(b));
  case Function::neg:
    return negated(a);
  case Function::mul:
    return product(a, b);
  case Function::divide:
    return ratio(a, b);
  case Function::min:
    return compared(Function::le, a, b).flag ? a : b;
  case Function::max:
    return compared(Function::ge, a, b).flag ? a : b;
  case Function::abs:
    return compared(Function::lt, a, SymbolicValue::finite(Rational(0))).flag ? negated(a) : a;
  case Function::div:
    return roundedQuotient(a, b);
  case Function::mod:
    return remainder(a, b);
  case Function::floor:
    return rounded(a);
  case Function::pow:
    return power(a, b);
  case Function::exp:
    return exponential(a);
  case Function::expdiff:
    return exponentialDifference(a, b);
  case Function::log:
    return logarithm(a);
  case Function::sqrt:
    return squareRoot(a);
  case Function::rsqrt:
    return ratio(SymbolicValue::finite(Rational(1)), squareRoot(a));
  case Function::not_:
    return SymbolicValue::truth(!a.flag);
  case Function::and_:
    return SymbolicValue::truth(a.flag && b.flag);
  case Function::or_:
    return SymbolicValue::truth(a.flag || b.flag);
  case Function::select:
    return a.flag ? values[1] : values[2];
  case Function::eq:
  case Function::ne:
  case Function::lt:
  case Function::le:
  case Function::gt:
  case Function::ge:
    return compared(term->function, a, b);
  default:
    return known(term->function, values);
  }
}

// -1 for -inf, 1 for inf, 0 for a finite number.
static int end(const SymbolicValue &value) { return value.isInfinite() ? (value.flag ? -1 : 1) : 0; }

SymbolicValue SymbolicEvaluation::compared(Function function, const SymbolicValue &a,
                                           const SymbolicValue &b) {
  if (a.kind == Kind::undefined || b.kind == Kind::undefined)
    return {};
  if (a.kind == Kind::truth)
    return SymbolicValue::truth((a.flag == b.flag) == (function == Function::eq));
  if (a.isInfinite() || b.isInfinite()) {
    int sign = end(a) - end(b);
    bool holds = function == Function::eq   ? sign == 0
                 : function == Function::ne ? sign != 0
                 : function == Function::lt ? sign < 0
                 : function == Function::le ? sign <= 0
                 : function == Function::gt ? sign > 0
                                            : sign >= 0;
    return SymbolicValue::truth(holds);
  }
  Quotient difference = a.number - b.number;
  switch (function) {
  case Function::lt:
    return SymbolicValue::truth(isNegative(difference));
  case Function::ge:
    return SymbolicValue::truth(!isNegative(difference));
  case Function::gt:
    return SymbolicValue::truth(isNegative(b.number - a.number));
  case Function::le:
    return SymbolicValue::truth(!isNegative(b.number - a.number));
  default:
    return SymbolicValue::truth((sign(difference) == 0) == (function == Function::eq));
  }
}

SymbolicValue SymbolicEvaluation::negated(const SymbolicValue &a) {
  if (a.isInfinite())
    return SymbolicValue::infinite(!a.flag);
  return a.isFinite() ? SymbolicValue::finite(a.number * Quotient(Rational(-1))) : SymbolicValue();
}

SymbolicValue SymbolicEvaluation::sum(const SymbolicValue &a, const SymbolicValue &b) {
  if (a.isFinite() && b.isFinite())
    return SymbolicValue::finite(normal(a.number + b.number));
  if (a.isInfinite() && b.isInfinite())
    return a.flag == b.flag ? a : SymbolicValue();
  return a.isInfinite() ? a : b;
}

SymbolicValue SymbolicEvaluation::product(const SymbolicValue &a, const SymbolicValue &b) {
  if (a.isFinite() && b.isFinite())
    return SymbolicValue::finite(normal(a.number * b.number));
  int left = a.isInfinite() ? end(a) : sign(a.number);
  int right = b.isInfinite() ? end(b) : sign(b.number);
  if (left == 0 || right == 0)
    return {};
  return SymbolicValue::infinite((left < 0) != (right < 0));
}

// A zero below the line counts as +0.
SymbolicValue SymbolicEvaluation::ratio(const SymbolicValue &a, const SymbolicValue &b) {
  if (a.kind == Kind::undefined || b.kind == Kind::undefined)
    return {};
  if (b.isInfinite())
    return a.isInfinite() ? SymbolicValue() : SymbolicValue::finite(Rational(0));
  int below = sign(b.number);
  if (a.isInfinite())
    return SymbolicValue::infinite(a.flag != (below < 0));
  if (below == 0) {
    int above = sign(a.number);
    return above == 0 ? SymbolicValue() : SymbolicValue::infinite(above < 0);
  }
  Quotient divisor = normal(b.number);
  if (contradiction || divisor.isZero())
    return {};
  return SymbolicValue::finite(normal(a.number) / divisor);
}

SymbolicValue SymbolicEvaluation::rounded(const SymbolicValue &a) {
  if (!a.isFinite())
    return a;
  Quotient now = normal(a.number);
  if (now.constant())
    return SymbolicValue::finite(floorOf(*now.constant()));
  if (now.isPolynomial() && symbols.areIntegers(now.numerator()))
    return SymbolicValue::finite(now);
  Symbol symbol;
  symbol.kind = Symbol::Kind::floor;
  symbol.integer = true;
  symbol.arguments = {now};
  return SymbolicValue::finite(this->symbol(std::move(symbol)));
}

} // namespace weft::prove
