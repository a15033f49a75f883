// A polynomial over a product of polynomials, none of which is zero.
#pragma once

#include "compiler/prove/Polynomial.h"

namespace weft::prove {

class Quotient {
public:
  Quotient(Polynomial numerator = {}) : top(std::move(numerator)) {}
  Quotient(Rational number) : top(Polynomial(number)) {}

  const Polynomial &numerator() const { return top; }
  /// The factors below the line with their exponents; each is no constant and has leading coefficient 1.
  const std::map<Polynomial, unsigned> &factors() const { return below; }
  Polynomial denominator() const;
  bool isPolynomial() const { return below.empty(); }
  std::optional<Rational> constant() const { return below.empty() ? top.constant() : std::nullopt; }
  bool isZero() const { return top.isZero(); }
  bool operator<(const Quotient &other) const;
  bool operator==(const Quotient &other) const { return top == other.top && below == other.below; }

  friend Quotient operator+(const Quotient &, const Quotient &);
  friend Quotient operator-(const Quotient &a, const Quotient &b) { return a + b * Quotient(Rational(-1)); }
  friend Quotient operator*(const Quotient &, const Quotient &);
  /// `b` is not zero.
  friend Quotient operator/(const Quotient &a, const Quotient &b);

private:
  void divideBy(const Polynomial &factor, unsigned exponent);
  void cancel();

  Polynomial top;
  std::map<Polynomial, unsigned> below;
};

Quotient power(const Quotient &base, unsigned exponent);

} // namespace weft::prove
