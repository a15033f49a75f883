// What the variables of polynomials stand for: variables of a law, or parts that are no polynomial (atoms).
#pragma once

#include "compiler/prove/Quotient.h"
#include "dialects/weft/WeftOps.h"

namespace weft::prove {

/// exp(x) is held as the twelfth power of exp(x/12), so that small fractions of an exponent are powers too.
constexpr unsigned exponentUnit = 12;

struct Symbol {
  enum class Kind {
    variable,    // of the law
    exponential, // exp(argument / exponentUnit); the argument is a monomial
    root,        // the square root of a polynomial
    remainder,   // argument mod modulus, in [0, modulus)
    floor,       // of the argument
    application, // a function that proofs know only by its arguments
  };
  Kind kind = Kind::variable;
  bool integer = false;
  std::string name;
  unsigned variable = 0; // of the law
  Function function = Function::add;
  Integer modulus{0};
  std::vector<Quotient> arguments;
};

class Symbols {
public:
  /// The symbol, the same number for the same meaning.
  unsigned intern(Symbol symbol);
  const Symbol &operator[](unsigned number) const { return all[number]; }
  size_t size() const { return all.size(); }
  bool areIntegers(const Polynomial &polynomial) const;

private:
  using Key = std::tuple<Symbol::Kind, unsigned, Function, int64_t, std::vector<Quotient>>;
  std::vector<Symbol> all;
  std::map<Key, unsigned> numbers;
};

} // namespace weft::prove
