// Signs on one path through the cases, and what follows from equations.
#include "compiler/prove/SymbolicEvaluation.h"

namespace weft::prove {

// Facts about a symbol are given with its first use on the path.
void SymbolicEvaluation::introduce(unsigned number) {
  if (introduced.size() <= number)
    introduced.resize(number + 1);
  if (introduced[number])
    return;
  introduced[number] = true;
  const Symbol symbol = symbols[number];
  Polynomial self = Polynomial::variable(number);
  auto bounded = [&](const Rational &least, const Rational &greatest) {
    facts.add(self - Polynomial(least), Relation::greaterEqual);
    facts.add(self - Polynomial(greatest), Relation::lessEqual);
  };
  switch (symbol.kind) {
  case Symbol::Kind::variable: {
    const Variable &variable = variables[symbol.variable];
    if (variable.least)
      facts.add(self - Polynomial(Rational(*variable.least, Integer(1))), Relation::greaterEqual);
    if (variable.greatest)
      facts.add(self - Polynomial(Rational(*variable.greatest, Integer(1))), Relation::lessEqual);
    break;
  }
  case Symbol::Kind::exponential:
    facts.add(self, Relation::greater);
    break;
  case Symbol::Kind::root:
    facts.add(self, symbol.arguments[0].isPolynomial() && isPositive(symbol.arguments[0].numerator())
                        ? Relation::greater
                        : Relation::greaterEqual);
    break;
  case Symbol::Kind::remainder:
    bounded(0, Rational(symbol.modulus - 1, Integer(1)));
    break;
  case Symbol::Kind::floor:
    if (symbol.arguments[0].isPolynomial()) {
      facts.add(symbol.arguments[0].numerator() - self, Relation::greaterEqual);
      facts.add(symbol.arguments[0].numerator() - self - Polynomial(Rational(1)), Relation::less);
    }
    break;
  case Symbol::Kind::application:
    if (symbol.function == Function::exp)
      facts.add(self, Relation::greater);
    else if (symbol.function != Function::log && symbol.function != Function::pow &&
             symbol.function != Function::tan && symbol.function != Function::atan2)
      bounded(symbol.function == Function::acos ? 0 : -4, 4);
    break;
  }
}

// What a symbol is on this path: replaced by an equation, or made anew from arguments that are.
Quotient SymbolicEvaluation::image(unsigned number) {
  auto place = replaced.find(number);
  if (place != replaced.end())
    return normal(place->second);
  auto known = images.find(number);
  if (known != images.end())
    return known->second;
  const Symbol symbol = symbols[number];
  Quotient self = Polynomial::variable(number);
  std::vector<Quotient> arguments;
  for (const Quotient &argument : symbol.arguments)
    arguments.push_back(normal(argument));
  Quotient result = self;
  if (arguments != symbol.arguments) {
    switch (symbol.kind) {
    case Symbol::Kind::exponential:
      result = exponentialOf(arguments[0] * Quotient(Rational(1, exponentUnit)));
      break;
    case Symbol::Kind::root:
      result = rootOf(arguments[0]);
      break;
    case Symbol::Kind::remainder:
      result = arguments[0].isPolynomial() ? remainderOf(arguments[0].numerator(), symbol.modulus) : self;
      break;
    case Symbol::Kind::floor:
      result = arguments[0].constant() ? Quotient(floorOf(*arguments[0].constant())) : self;
      break;
    case Symbol::Kind::application:
      result = symbol.function == Function::log ? logarithmOf(arguments[0])
                                                : application(symbol.function, arguments);
      break;
    case Symbol::Kind::variable:
      break;
    }
  }
  images[number] = result;
  return result;
}

// Symbols replaced; a root's square is its radicand.
Quotient SymbolicEvaluation::normal(const Polynomial &polynomial) {
  bool same = true;
  for (unsigned variable : polynomial.variables())
    same &= !(symbols[variable].kind == Symbol::Kind::root && polynomial.degree(variable) > 1) &&
            image(variable) == Quotient(Polynomial::variable(variable));
  if (same)
    return polynomial;
  Quotient result;
  for (auto &[monomial, coefficient] : polynomial.parts()) {
    Quotient term{coefficient};
    for (auto [variable, exponent] : monomial) {
      unsigned single = exponent;
      if (symbols[variable].kind == Symbol::Kind::root) {
        term = term * weft::prove::power(normal(symbols[variable].arguments[0]), exponent / 2);
        single = exponent % 2;
      }
      term = term * weft::prove::power(image(variable), single);
    }
    result = result + term;
  }
  return result;
}

Quotient SymbolicEvaluation::normal(const Quotient &quotient) {
  Quotient result = normal(quotient.numerator());
  for (auto &[factor, exponent] : quotient.factors()) {
    Quotient below = normal(factor);
    if (below.isZero()) {
      contradiction = true;
      return result;
    }
    result = result / weft::prove::power(below, exponent);
  }
  return result;
}

// p = 0, solved for a variable that stands in it once, with a number before it.
void SymbolicEvaluation::learnZero(const Polynomial &polynomial) {
  facts.add(polynomial, Relation::equal);
  for (unsigned variable : polynomial.variables()) {
    auto factor = polynomial.coefficient(variable, 1).constant();
    bool plain = symbols[variable].kind == Symbol::Kind::variable;
    if (!plain || polynomial.degree(variable) != 1 || !factor)
      continue;
    Polynomial rest = polynomial.coefficient(variable, 0);
    bool nested = false;
    for (unsigned other : rest.variables())
      nested |= symbols[other].kind != Symbol::Kind::variable;
    if (nested || (symbols[variable].integer && !isInteger(Rational(1) / *factor)))
      continue;
    replaced[variable] = rest * (Rational(-1) / *factor);
    images.clear();
    facts.rewrite([&](const Polynomial &fact) {
      Quotient now = normal(fact);
      return now.isPolynomial() ? now.numerator() : Polynomial();
    });
    return;
  }
  // A product is zero where a factor is.
  if (polynomial.size() != 1 || polynomial == Polynomial::variable(polynomial.variables()[0]))
    return;
  for (auto [variable, exponent] : polynomial.parts().begin()->first)
    if (sign(Polynomial::variable(variable)) == 0)
      return;
  contradiction = true;
}

void SymbolicEvaluation::learn(const Polynomial &polynomial, Relation relation) {
  if (relation == Relation::equal)
    learnZero(polynomial);
  else
    facts.add(polynomial, relation);
}

int SymbolicEvaluation::sign(const Polynomial &polynomial) {
  if (auto number = polynomial.constant())
    return compare(*number, Rational(0));
  for (unsigned variable : polynomial.variables())
    introduce(variable);
  static constexpr Relation relations[] = {Relation::less, Relation::equal, Relation::greater};
  std::optional<int> answer = cases.answer([&] {
    Cases::Answers answers;
    for (int sign : {-1, 0, 1})
      if (facts.mayBe(polynomial, relations[sign + 1]))
        answers.push_back(sign);
    return answers;
  });
  if (!answer) {
    contradiction = true;
    return 1;
  }
  learn(polynomial, relations[*answer + 1]);
  return *answer;
}

int SymbolicEvaluation::sign(const Quotient &quotient) {
  Quotient now = normal(quotient);
  int result = 1;
  for (auto &[factor, exponent] : now.factors())
    if (exponent % 2 && sign(factor) < 0)
      result = -result;
  return result * sign(now.numerator());
}

// Only whether the number is below zero or not: two cases, not three.
bool SymbolicEvaluation::isNegative(const Quotient &quotient) {
  Quotient now = normal(quotient);
  Polynomial top = now.numerator();
  for (auto &[factor, exponent] : now.factors())
    if (exponent % 2 && sign(factor) < 0)
      top = top * Rational(-1);
  if (auto number = top.constant())
    return *number < 0;
  for (unsigned variable : top.variables())
    introduce(variable);
  // Not below zero, and zero where it cannot be above.
  constexpr int below = -1, zero = 0, notBelow = 1;
  std::optional<int> answer = cases.answer([&] {
    Cases::Answers answers;
    if (facts.mayBe(top, Relation::less))
      answers.push_back(below);
    if (facts.mayBe(top, Relation::greater))
      answers.push_back(notBelow);
    else if (facts.mayBe(top, Relation::equal))
      answers.push_back(zero);
    return answers;
  });
  if (!answer) {
    contradiction = true;
    return false;
  }
  learn(top, *answer == below      ? Relation::less
             : *answer == notBelow ? Relation::greaterEqual
                                   : Relation::equal);
  return *answer == below;
}

bool SymbolicEvaluation::areEqual(const SymbolicValue &a, const SymbolicValue &b) {
  using Kind = SymbolicValue::Kind;
  if (a.kind != b.kind || a.kind == Kind::undefined)
    return false;
  if (a.kind != Kind::finite)
    return a.flag == b.flag;
  Quotient difference = normal(a.number - b.number);
  if (difference.isZero())
    return true;
  const Polynomial &top = difference.numerator();
  for (unsigned variable : top.variables())
    introduce(variable);
  return !facts.mayBe(top, Relation::less) && !facts.mayBe(top, Relation::greater);
}

} // namespace weft::prove
