#include "compiler/prove/Symbols.h"

namespace weft::prove {

unsigned Symbols::intern(Symbol symbol) {
  Key key{symbol.kind, symbol.variable, symbol.function, int64_t(symbol.modulus), symbol.arguments};
  auto [place, fresh] = numbers.emplace(std::move(key), all.size());
  if (fresh)
    all.push_back(std::move(symbol));
  return place->second;
}

bool Symbols::areIntegers(const Polynomial &polynomial) const {
  for (auto &[monomial, coefficient] : polynomial.parts()) {
    if (!isInteger(coefficient))
      return false;
    for (auto [variable, exponent] : monomial)
      if (!all[variable].integer)
        return false;
  }
  return true;
}

} // namespace weft::prove
