// Functions beyond arithmetic on one path: exp(a + b) = exp a · exp b, log undoes it, a root's square is its
// radicand, remainders are taken once.
#include "compiler/prove/SymbolicEvaluation.h"

namespace weft::prove {

using Kind = SymbolicValue::Kind;

Quotient SymbolicEvaluation::symbol(Symbol made) {
  unsigned number = symbols.intern(std::move(made));
  introduce(number);
  return Polynomial::variable(number);
}

Quotient SymbolicEvaluation::application(Function function, std::vector<Quotient> arguments) {
  Symbol made;
  made.kind = Symbol::Kind::application;
  made.function = function;
  made.arguments = std::move(arguments);
  return symbol(std::move(made));
}

SymbolicValue SymbolicEvaluation::known(Function function, llvm::ArrayRef<SymbolicValue> values) {
  std::vector<Quotient> arguments;
  for (const SymbolicValue &value : values) {
    bool saturates = function == Function::tanh || function == Function::erf;
    if (value.isInfinite() && saturates)
      return SymbolicValue::finite(Rational(value.flag ? -1 : 1));
    if (!value.isFinite())
      return unknown();
    arguments.push_back(normal(value.number));
  }
  return SymbolicValue::finite(application(function, std::move(arguments)));
}

// exp(c·x) is a power of exp(x / exponentUnit); exp(c·log y) one of y.
Quotient SymbolicEvaluation::exponentialOfTerm(const Monomial &monomial, const Rational &coefficient) {
  auto raised = [&](const Quotient &base, const Rational &exponent) {
    unsigned size = unsigned(int64_t(abs(exponent).num));
    Quotient result = weft::prove::power(base, size);
    return exponent < 0 ? Quotient(Rational(1)) / result : result;
  };
  constexpr int mostPower = 64;
  if (monomial.size() == 1 && monomial[0].second == 1 && isInteger(coefficient) &&
      abs(coefficient) <= mostPower) {
    const Symbol &inner = symbols[monomial[0].first];
    if (inner.kind == Symbol::Kind::application && inner.function == Function::log)
      return raised(inner.arguments[0], coefficient);
  }
  Rational exponent = coefficient * Rational(exponentUnit);
  bool small = isInteger(exponent) && abs(exponent) <= mostPower * int(exponentUnit);
  Symbol made;
  made.kind = Symbol::Kind::exponential;
  made.arguments = {Polynomial::term(monomial, small ? Rational(1) : coefficient)};
  unsigned number = symbols.intern(std::move(made));
  introduce(number);
  Rational power = small ? exponent : Rational(exponentUnit);
  Quotient result = Polynomial::variable(number, unsigned(int64_t(abs(power).num)));
  return power < 0 ? Quotient(Rational(1)) / result : result;
}

Quotient SymbolicEvaluation::exponentialOf(const Quotient &exponent) {
  if (!exponent.isPolynomial())
    return application(Function::exp, {exponent});
  Quotient result(Rational(1));
  for (auto &[monomial, coefficient] : exponent.numerator().parts())
    result = result * exponentialOfTerm(monomial, coefficient);
  return result;
}

SymbolicValue SymbolicEvaluation::exponential(const SymbolicValue &a) {
  if (a.isInfinite())
    return a.flag ? SymbolicValue::finite(Rational(0)) : a;
  return a.isFinite() ? SymbolicValue::finite(exponentialOf(normal(a.number))) : SymbolicValue();
}

SymbolicValue SymbolicEvaluation::exponentialDifference(const SymbolicValue &a, const SymbolicValue &b) {
  if (a.isInfinite() && b.isInfinite() && a.flag && b.flag)
    return SymbolicValue::finite(Rational(1));
  return exponential(sum(a, negated(b)));
}

// The logarithm of a product is the sum of its factors' logarithms; all of them are positive.
Quotient SymbolicEvaluation::logarithmOf(const Polynomial &factor) {
  if (factor.size() == 1) {
    auto &[monomial, coefficient] = *factor.parts().begin();
    Quotient result = coefficient == 1 ? Quotient() : application(Function::log, {Quotient(coefficient)});
    for (auto [variable, exponent] : monomial) {
      const Symbol symbol = symbols[variable];
      Quotient one = symbol.kind == Symbol::Kind::exponential
                         ? symbol.arguments[0] * Quotient(Rational(1, exponentUnit))
                         : application(Function::log, {Quotient(Polynomial::variable(variable))});
      result = result + one * Quotient(Rational(exponent));
    }
    return result;
  }
  // Exponentials that all terms share stand outside.
  Monomial shared = factor.parts().begin()->first;
  for (auto &[monomial, coefficient] : factor.parts())
    for (auto &[variable, exponent] : shared) {
      unsigned least = symbols[variable].kind == Symbol::Kind::exponential ? exponent : 0, own = 0;
      for (auto &[other, power] : monomial)
        own = other == variable ? power : own;
      exponent = std::min(least, own);
    }
  std::erase_if(shared, [](auto &power) { return power.second == 0; });
  if (shared.empty())
    return application(Function::log, {Quotient(factor)});
  Polynomial outside = Polynomial::term(shared, 1);
  return logarithmOf(outside) + logarithmOf(*factor.dividedBy(outside));
}

Quotient SymbolicEvaluation::logarithmOf(const Quotient &argument) {
  bool split = isPositive(argument.numerator()) && argument.numerator().parts().size() > 0;
  for (auto &[factor, exponent] : argument.factors())
    split &= isPositive(factor);
  if (argument.numerator().size() == 1)
    for (unsigned variable : argument.numerator().variables())
      split &= isPositive(Polynomial::variable(variable));
  if (!split)
    return application(Function::log, {argument});
  Quotient result = logarithmOf(argument.numerator());
  for (auto &[factor, exponent] : argument.factors())
    result = result - logarithmOf(factor) * Quotient(Rational(exponent));
  return result;
}

SymbolicValue SymbolicEvaluation::logarithm(const SymbolicValue &a) {
  if (a.isInfinite())
    return a.flag ? SymbolicValue() : a;
  if (!a.isFinite())
    return {};
  int side = sign(a.number);
  if (side < 0)
    return {};
  return side == 0 ? SymbolicValue::infinite(true) : SymbolicValue::finite(logarithmOf(normal(a.number)));
}

static std::optional<Integer> integerRoot(const Integer &number) {
  Integer low(0), high = number + 1;
  while (high - low > 1) {
    Integer middle = (low + high) / 2;
    (middle * middle <= number ? low : high) = middle;
  }
  return low * low == number ? std::optional(low) : std::nullopt;
}

// Of a number that is not negative.
Quotient SymbolicEvaluation::rootOf(const Quotient &argument) {
  Polynomial below = argument.denominator(), radicand = argument.numerator() * below;
  Quotient divisor = below;
  if (!below.constant() && sign(below) < 0)
    divisor = below * Rational(-1);
  if (radicand.isZero())
    return {};
  if (radicand.size() == 1) {
    auto &[monomial, coefficient] = *radicand.parts().begin();
    std::optional<Integer> top = coefficient > 0 ? integerRoot(coefficient.num) : std::nullopt;
    std::optional<Integer> bottom = integerRoot(coefficient.den);
    Monomial half = monomial;
    bool square = top && bottom;
    for (auto &[variable, exponent] : half) {
      square &= exponent % 2 == 0;
      exponent /= 2;
    }
    if (square) {
      Polynomial root = Polynomial::term(half, Rational(*top, *bottom));
      return (sign(root) < 0 ? Quotient(root * Rational(-1)) : Quotient(root)) / divisor;
    }
  }
  Symbol made;
  made.kind = Symbol::Kind::root;
  made.arguments = {Quotient(radicand)};
  return symbol(std::move(made)) / divisor;
}

SymbolicValue SymbolicEvaluation::squareRoot(const SymbolicValue &a) {
  if (a.isInfinite())
    return a.flag ? SymbolicValue() : a;
  if (!a.isFinite() || isNegative(a.number))
    return {};
  return SymbolicValue::finite(rootOf(normal(a.number)));
}

SymbolicValue SymbolicEvaluation::power(const SymbolicValue &base, const SymbolicValue &exponent) {
  constexpr int mostPower = 32;
  std::optional<Rational> number = exponent.isFinite() ? exponent.number.constant() : std::nullopt;
  if (number && isInteger(*number) && abs(*number) <= mostPower) {
    SymbolicValue result = SymbolicValue::finite(Rational(1));
    for (Rational i = 0; i < abs(*number); i = i + Rational(1))
      result = product(result, base);
    return *number < 0 ? ratio(SymbolicValue::finite(Rational(1)), result) : result;
  }
  if (number && *number == Rational(1, 2))
    return squareRoot(base);
  if (!base.isFinite() || !exponent.isFinite() || sign(base.number) <= 0)
    return unknown();
  return exponential(product(logarithm(base), exponent));
}

// Remainders inside are left out, coefficients reduced.
Quotient SymbolicEvaluation::remainderOf(const Polynomial &argument, const Integer &modulus) {
  Rational size(modulus, Integer(1));
  if (!facts.mayBe(argument, Relation::less) &&
      !facts.mayBe(argument - Polynomial(size), Relation::greaterEqual))
    return argument;
  Polynomial reduced;
  bool nested = false;
  for (auto &[monomial, coefficient] : argument.parts()) {
    Rational rest = coefficient - floorOf(coefficient / size) * size;
    Quotient term{rest};
    for (auto [variable, exponent] : monomial) {
      const Symbol inner = symbols[variable];
      bool same = inner.kind == Symbol::Kind::remainder && inner.modulus % modulus == 0;
      nested |= same;
      term = term * weft::prove::power(same ? inner.arguments[0] : Quotient(Polynomial::variable(variable)),
                                       exponent);
    }
    reduced += term.numerator();
  }
  if (nested)
    return remainderOf(reduced, modulus);
  if (auto number = reduced.constant())
    return *number - floorOf(*number / size) * size;
  Symbol made;
  made.kind = Symbol::Kind::remainder;
  made.integer = true;
  made.modulus = modulus;
  made.arguments = {Quotient(reduced)};
  return symbol(std::move(made));
}

SymbolicValue SymbolicEvaluation::remainder(const SymbolicValue &a, const SymbolicValue &b) {
  if (!a.isFinite() || !b.isFinite())
    return {};
  Quotient now = normal(a.number);
  std::optional<Rational> modulus = normal(b.number).constant();
  if (!modulus || *modulus == 0 || !isInteger(*modulus) || !now.isPolynomial() ||
      !symbols.areIntegers(now.numerator()))
    return unknown();
  if (*modulus < 0)
    return negated(remainder(negated(a), negated(b)));
  return SymbolicValue::finite(remainderOf(now.numerator(), modulus->num));
}

// a div b = (a - a mod b) / b
SymbolicValue SymbolicEvaluation::roundedQuotient(const SymbolicValue &a, const SymbolicValue &b) {
  SymbolicValue rest = remainder(a, b);
  if (!rest.isFinite())
    return {};
  return SymbolicValue::finite((a.number - rest.number) / normal(b.number));
}

} // namespace weft::prove
