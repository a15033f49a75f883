#include "compiler/prove/Facts.h"
#include "compiler/prove/LinearProgram.h"

namespace weft::prove {

// As `p = 0`, `p ≥ 0` or `p > 0`; of integers `p > 0` is `p - 1 ≥ 0`.
Facts::Fact Facts::normalized(const Polynomial &polynomial, Relation relation) const {
  Fact fact{polynomial, relation};
  if (relation == Relation::less || relation == Relation::lessEqual) {
    fact.polynomial = polynomial * Rational(-1);
    fact.relation = relation == Relation::less ? Relation::greater : Relation::greaterEqual;
  }
  if (fact.relation == Relation::greater && symbols.areIntegers(fact.polynomial)) {
    fact.polynomial += Polynomial(Rational(-1));
    fact.relation = Relation::greaterEqual;
  }
  return fact;
}

void Facts::add(const Polynomial &polynomial, Relation relation) {
  Fact fact = normalized(polynomial, relation);
  facts.push_back(fact);
  // `c·x + d ≥ 0` tells the sign of x when it lies on one side of 0.
  std::vector<unsigned> variables = fact.polynomial.variables();
  if (variables.size() != 1 || fact.polynomial.degree(variables[0]) != 1 || fact.relation == Relation::equal)
    return;
  Rational slope = *fact.polynomial.coefficient(variables[0], 1).constant();
  Rational bound = -*fact.polynomial.coefficient(variables[0], 0).constant() / slope;
  Sign &sign = signs[variables[0]];
  bool strict = fact.relation == Relation::greater;
  if (slope > 0 && bound >= 0) {
    sign.nonNegative = true;
    sign.positive |= strict || bound > 0;
  }
  if (slope < 0 && bound <= 0) {
    sign.nonPositive = true;
    sign.negative |= strict || bound < 0;
  }
}

Facts::Sign Facts::signOf(unsigned variable) const {
  auto place = signs.find(variable);
  return place == signs.end() ? Sign() : place->second;
}

Facts::Sign Facts::signOf(const Monomial &monomial) const {
  Sign all{true, true, false, false};
  for (auto [variable, exponent] : monomial) {
    Sign one = signOf(variable);
    if (exponent % 2 == 0)
      one = {true, one.positive || one.negative, false, false};
    Sign next;
    next.nonNegative = (all.nonNegative && one.nonNegative) || (all.nonPositive && one.nonPositive);
    next.nonPositive = (all.nonNegative && one.nonPositive) || (all.nonPositive && one.nonNegative);
    next.positive = (all.positive && one.positive) || (all.negative && one.negative);
    next.negative = (all.positive && one.negative) || (all.negative && one.positive);
    all = next;
  }
  return all;
}

Facts::Sign Facts::signOf(const Polynomial &polynomial) const {
  Sign all{true, false, true, false};
  for (auto &[monomial, coefficient] : polynomial.parts()) {
    Sign one = signOf(monomial);
    if (coefficient < 0)
      one = {one.nonPositive, one.negative, one.nonNegative, one.positive};
    all.positive = (all.positive && one.nonNegative) || (all.nonNegative && one.positive);
    all.negative = (all.negative && one.nonPositive) || (all.nonPositive && one.negative);
    all.nonNegative &= one.nonNegative;
    all.nonPositive &= one.nonPositive;
  }
  return all;
}

// Products of facts, and the signs of monomials, where something that is no linear form stands in the
// question.
std::vector<Facts::Fact> Facts::consequences(const Polynomial &about) const {
  constexpr size_t mostFacts = 12;
  std::vector<Fact> result(facts);
  std::map<Monomial, bool> monomials;
  auto note = [&](const Polynomial &polynomial) {
    for (auto &[monomial, coefficient] : polynomial.parts())
      if (monomial.size() > 1 || (monomial.size() == 1 && monomial[0].second > 1))
        monomials[monomial] = true;
  };
  note(about);
  for (const Fact &fact : facts)
    note(fact.polynomial);
  if (monomials.empty())
    return result;
  for (size_t i = 0; i < facts.size() && facts.size() <= mostFacts; ++i)
    for (size_t j = 0; j <= i; ++j)
      if (facts[i].relation != Relation::equal && facts[j].relation != Relation::equal) {
        bool strict = facts[i].relation == Relation::greater && facts[j].relation == Relation::greater;
        result.push_back(
            {facts[i].polynomial * facts[j].polynomial, strict ? Relation::greater : Relation::greaterEqual});
      }
  for (size_t i = facts.size(); i < result.size(); ++i)
    note(result[i].polynomial);
  for (auto &[monomial, here] : monomials) {
    Sign sign = signOf(monomial);
    if (sign.nonNegative || sign.nonPositive)
      result.push_back({Polynomial::term(monomial, sign.nonNegative ? 1 : -1),
                        sign.positive || sign.negative ? Relation::greater : Relation::greaterEqual});
  }
  return result;
}

static bool holdsBySign(Relation relation, int sign) {
  switch (relation) {
  case Relation::less:
    return sign < 0;
  case Relation::lessEqual:
    return sign <= 0;
  case Relation::equal:
    return sign == 0;
  case Relation::greaterEqual:
    return sign >= 0;
  case Relation::greater:
    return sign > 0;
  }
  return false;
}

bool Facts::mayBe(const Polynomial &polynomial, Relation relation) const {
  if (auto number = polynomial.constant())
    return holdsBySign(relation, compare(*number, Rational(0)));
  Sign sign = signOf(polynomial);
  bool isPositive = relation == Relation::greater, isNegative = relation == Relation::less;
  if ((sign.positive && !isPositive && relation != Relation::greaterEqual) ||
      (sign.negative && !isNegative && relation != Relation::lessEqual) || (sign.nonNegative && isNegative) ||
      (sign.nonPositive && isPositive))
    return false;
  std::vector<Fact> all = consequences(polynomial);
  all.push_back(normalized(polynomial, relation));
  return isFeasible(all);
}

void Facts::rewrite(llvm::function_ref<Polynomial(const Polynomial &)> substitute) {
  std::vector<Fact> old;
  old.swap(facts);
  signs.clear();
  for (const Fact &fact : old)
    add(substitute(fact.polynomial), fact.relation);
}

} // namespace weft::prove
