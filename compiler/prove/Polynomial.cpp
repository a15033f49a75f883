#include "compiler/prove/Polynomial.h"
#include "compiler/prove/Effort.h"
#include <algorithm>
#include <set>

namespace weft::prove {

Polynomial::Polynomial(Rational constant) {
  if (constant != 0)
    terms[{}] = constant;
}

Polynomial Polynomial::variable(unsigned number, unsigned exponent) {
  Effort::checkExponent(exponent);
  return term({{number, exponent}}, 1);
}

Polynomial Polynomial::term(Monomial monomial, Rational coefficient) {
  Polynomial result;
  if (coefficient != 0)
    result.terms[std::move(monomial)] = coefficient;
  return result;
}

bool Polynomial::operator==(const Polynomial &other) const {
  return terms.size() == other.terms.size() &&
         std::equal(terms.begin(), terms.end(), other.terms.begin(),
                    [](auto &a, auto &b) { return a.first == b.first && a.second == b.second; });
}

bool Polynomial::operator<(const Polynomial &other) const {
  return std::lexicographical_compare(
      terms.begin(), terms.end(), other.terms.begin(), other.terms.end(),
      [](auto &a, auto &b) { return a.first != b.first ? a.first < b.first : a.second < b.second; });
}

std::optional<Rational> Polynomial::constant() const {
  if (terms.empty())
    return Rational(0);
  if (terms.size() == 1 && terms.begin()->first.empty())
    return terms.begin()->second;
  return std::nullopt;
}

Polynomial &Polynomial::operator+=(const Polynomial &other) {
  Effort::spend(other.size());
  for (auto &[monomial, coefficient] : other.terms) {
    auto [place, fresh] = terms.emplace(monomial, coefficient);
    if (fresh)
      continue;
    place->second = place->second + coefficient;
    Effort::check(place->second);
    if (place->second == 0)
      terms.erase(place);
  }
  return *this;
}

Monomial product(const Monomial &a, const Monomial &b) {
  Monomial result;
  auto i = a.begin(), j = b.begin();
  while (i != a.end() || j != b.end()) {
    if (j == b.end() || (i != a.end() && i->first < j->first))
      result.push_back(*i++);
    else if (i == a.end() || j->first < i->first)
      result.push_back(*j++);
    else {
      result.emplace_back(i->first, i->second + j->second);
      Effort::checkExponent(result.back().second);
      ++i, ++j;
    }
  }
  return result;
}

Polynomial operator*(const Polynomial &a, const Polynomial &b) {
  Polynomial result;
  for (auto &[left, x] : a.terms) {
    for (auto &[right, y] : b.terms) {
      Rational coefficient = x * y;
      Effort::check(coefficient);
      result += Polynomial::term(product(left, right), coefficient);
    }
    Effort::spend(b.size());
    Effort::checkSize(result.size());
  }
  return result;
}

Polynomial operator*(const Polynomial &a, const Rational &factor) {
  Polynomial result;
  if (factor != 0)
    for (auto &[monomial, coefficient] : a.terms)
      result.terms.emplace(monomial, coefficient * factor);
  return result;
}

unsigned Polynomial::degree(unsigned variable) const {
  unsigned degree = 0;
  for (auto &[monomial, coefficient] : terms)
    for (auto [number, exponent] : monomial)
      if (number == variable)
        degree = std::max(degree, exponent);
  return degree;
}

std::vector<unsigned> Polynomial::variables() const {
  std::set<unsigned> numbers;
  for (auto &[monomial, coefficient] : terms)
    for (auto [number, exponent] : monomial)
      numbers.insert(number);
  return {numbers.begin(), numbers.end()};
}

Polynomial Polynomial::coefficient(unsigned variable, unsigned exponent) const {
  Polynomial result;
  for (auto &[monomial, coefficient] : terms) {
    Monomial rest;
    unsigned found = 0;
    for (auto &power : monomial)
      if (power.first == variable)
        found = power.second;
      else
        rest.push_back(power);
    if (found == exponent)
      result += term(rest, coefficient);
  }
  return result;
}

Rational Polynomial::leading() const { return terms.empty() ? Rational(0) : terms.rbegin()->second; }

// Long division in one variable, its coefficients divided in the same way.
std::optional<Polynomial> Polynomial::dividedBy(const Polynomial &divisor) const {
  if (auto number = divisor.constant())
    return *this * (Rational(1) / *number);
  unsigned main = divisor.variables().front();
  unsigned degree = divisor.degree(main);
  Polynomial head = divisor.coefficient(main, degree);
  Polynomial rest = *this, quotient;
  while (!rest.isZero()) {
    unsigned now = rest.degree(main);
    if (now < degree)
      return std::nullopt;
    std::optional<Polynomial> factor = rest.coefficient(main, now).dividedBy(head);
    if (!factor)
      return std::nullopt;
    Polynomial step = now > degree ? *factor * variable(main, now - degree) : *factor;
    quotient += step;
    rest = rest - step * divisor;
  }
  return quotient;
}

} // namespace weft::prove
