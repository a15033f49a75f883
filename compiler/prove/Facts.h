// What is known on one path through the cases: signs of polynomials, and what follows from them linearly.
#pragma once

#include "compiler/prove/Symbols.h"

namespace weft::prove {

enum class Relation { less, lessEqual, equal, greaterEqual, greater };

class Facts {
public:
  explicit Facts(const Symbols &symbols) : symbols(symbols) {}

  void add(const Polynomial &polynomial, Relation relation);
  /// False when the facts show that `polynomial relation 0` cannot be. True says nothing.
  bool mayBe(const Polynomial &polynomial, Relation relation) const;

  struct Fact {
    Polynomial polynomial;
    Relation relation; // equal, greaterEqual or greater
  };
  const std::vector<Fact> &all() const { return facts; }
  /// The facts with a symbol replaced.
  void rewrite(llvm::function_ref<Polynomial(const Polynomial &)> substitute);

private:
  Fact normalized(const Polynomial &polynomial, Relation relation) const;
  // The sign that a variable, monomial or sum has by the signs of its parts.
  struct Sign {
    bool nonNegative = false, positive = false, nonPositive = false, negative = false;
  };
  Sign signOf(unsigned variable) const;
  Sign signOf(const Monomial &monomial) const;
  Sign signOf(const Polynomial &polynomial) const;
  std::vector<Fact> consequences(const Polynomial &about) const;

  const Symbols &symbols;
  std::vector<Fact> facts;
  std::map<unsigned, Sign> signs; // of single variables
};

} // namespace weft::prove
