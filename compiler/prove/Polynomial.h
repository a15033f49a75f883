// Polynomials with rational coefficients in normal form: equality is a comparison.
#pragma once

#include "compiler/prove/Rational.h"
#include "llvm/ADT/SmallVector.h"
#include <map>
#include <optional>
#include <vector>

namespace weft::prove {

/// Powers of variables, by number of the variable; every exponent is at least 1.
using Monomial = std::vector<std::pair<unsigned, unsigned>>;

class Polynomial {
public:
  Polynomial(Rational constant = 0);
  static Polynomial variable(unsigned number, unsigned exponent = 1);
  static Polynomial term(Monomial monomial, Rational coefficient);

  bool operator==(const Polynomial &) const;
  bool operator<(const Polynomial &) const;
  bool isZero() const { return terms.empty(); }
  std::optional<Rational> constant() const;
  const std::map<Monomial, Rational> &parts() const { return terms; }
  size_t size() const { return terms.size(); }

  Polynomial &operator+=(const Polynomial &);
  friend Polynomial operator+(Polynomial a, const Polynomial &b) { return a += b; }
  friend Polynomial operator-(Polynomial a, const Polynomial &b) { return a += b * Rational(-1); }
  friend Polynomial operator*(const Polynomial &, const Polynomial &);
  friend Polynomial operator*(const Polynomial &, const Rational &);
  /// The quotient when `divisor`, which is not zero, divides without rest.
  std::optional<Polynomial> dividedBy(const Polynomial &divisor) const;

  /// The highest exponent of a variable.
  unsigned degree(unsigned variable) const;
  std::vector<unsigned> variables() const;
  /// The factor of `variable`^`exponent`, a polynomial in the others.
  Polynomial coefficient(unsigned variable, unsigned exponent) const;
  /// The last coefficient in the order of monomials; 0 of the zero polynomial.
  Rational leading() const;

private:
  std::map<Monomial, Rational> terms; // no zero coefficients
};

Monomial product(const Monomial &, const Monomial &);

} // namespace weft::prove
