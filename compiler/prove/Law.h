// A law: what must hold for all values of some variables.
#pragma once

#include "compiler/prove/Term.h"
#include <optional>
#include <string>

namespace weft::prove {

/// A variable and the values it takes: finite ones within the bounds, and the infinities that are admitted.
struct Variable {
  std::string name;
  Sort sort = Sort::real;
  bool admitsLow = false, admitsHigh = false; // -inf, inf
  std::optional<Integer> least, greatest;     // of an integer
  std::vector<std::string> elements;          // names of an axis's elements
};

/// For all values of the variables that satisfy the assumptions: each pair is equal, each condition true,
/// each value among those that its variable takes (its bounds left aside).
struct Law {
  std::vector<Variable> variables;
  TermList assumptions;
  std::vector<std::pair<TermRef, TermRef>> equations;
  TermList conditions;
  std::vector<std::pair<TermRef, Variable>> admitted;
};

} // namespace weft::prove
