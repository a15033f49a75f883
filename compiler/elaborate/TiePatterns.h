// What the positions of a tie say: constants, the indices of the left side again, disjointness.
#pragma once

#include "compiler/elaborate/TieExpansion.h"

namespace weft {

class TiePatterns {
public:
  TiePatterns(State &state, const Environment &environment) : state(state), environment(environment) {}

  /// The number of a constant index.
  std::optional<unsigned> constant(const ast::Pattern &pattern) const;
  std::optional<unsigned> constant(const ast::Item &item) const;
  /// Whether an expression reads at what the pattern binds.
  bool same(const ast::Pattern &pattern, const ast::Item &item) const;
  /// Whether no element is assigned by both.
  bool disjoint(const Assignment &a, const Assignment &b) const;

private:
  bool same(const ast::Pattern &pattern, const ast::Expr &e) const;

  State &state;
  const Environment &environment;
};

} // namespace weft
