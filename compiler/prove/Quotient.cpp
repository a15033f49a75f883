#include "compiler/prove/Quotient.h"

namespace weft::prove {

bool Quotient::operator<(const Quotient &other) const {
  return top == other.top ? below < other.below : top < other.top;
}

static Polynomial power(const Polynomial &base, unsigned exponent) {
  Polynomial result(Rational(1));
  for (unsigned i = 0; i < exponent; ++i)
    result = result * base;
  return result;
}

Quotient power(const Quotient &base, unsigned exponent) {
  Quotient result(Rational(1));
  for (unsigned i = 0; i < exponent; ++i)
    result = result * base;
  return result;
}

Polynomial Quotient::denominator() const {
  Polynomial result(Rational(1));
  for (auto &[factor, exponent] : below)
    result = result * power(factor, exponent);
  return result;
}

// A single term is taken apart into its variables; constants go above the line.
void Quotient::divideBy(const Polynomial &factor, unsigned exponent) {
  Rational scale = Rational(1) / factor.leading();
  for (unsigned i = 0; i < exponent; ++i)
    top = top * scale;
  if (factor.constant())
    return;
  if (factor.size() > 1) {
    below[factor * scale] += exponent;
    return;
  }
  for (auto [variable, power] : factor.parts().begin()->first)
    below[Polynomial::variable(variable)] += power * exponent;
}

void Quotient::cancel() {
  if (top.isZero())
    below.clear();
  for (auto place = below.begin(); place != below.end();) {
    while (place->second) {
      std::optional<Polynomial> rest = top.dividedBy(place->first);
      if (!rest)
        break;
      top = *rest;
      --place->second;
    }
    place = place->second ? std::next(place) : below.erase(place);
  }
}

Quotient operator+(const Quotient &a, const Quotient &b) {
  Quotient result;
  result.below = a.below;
  for (auto &[factor, exponent] : b.below)
    result.below[factor] = std::max(result.below[factor], exponent);
  auto raised = [&](const Quotient &part) {
    Polynomial top = part.top;
    for (auto &[factor, exponent] : result.below) {
      auto own = part.below.find(factor);
      top = top * power(factor, exponent - (own == part.below.end() ? 0 : own->second));
    }
    return top;
  };
  result.top = raised(a) + raised(b);
  result.cancel();
  return result;
}

Quotient operator*(const Quotient &a, const Quotient &b) {
  Quotient result;
  result.top = a.top * b.top;
  result.below = a.below;
  for (auto &[factor, exponent] : b.below)
    result.below[factor] += exponent;
  result.cancel();
  return result;
}

Quotient operator/(const Quotient &a, const Quotient &b) {
  Quotient result = a;
  for (auto &[factor, exponent] : b.below)
    result.top = result.top * power(factor, exponent);
  result.divideBy(b.top, 1);
  result.cancel();
  return result;
}

} // namespace weft::prove
