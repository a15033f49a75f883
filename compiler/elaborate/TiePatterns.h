// What the positions of a tie say: constants, the indices of the left side again, disjointness.
#pragma once

#include "compiler/elaborate/TieExpansion.h"
#include "llvm/ADT/StringSet.h"

namespace weft {

/// The names that are indices in an equation: those of its left, and of the folds on its right.
llvm::StringSet<> indicesOf(const Assignment &assignment);

class TiePatterns {
public:
  TiePatterns(State &state, const Environment &environment) : state(state), environment(environment) {}

  /// Names that are elements of the axis at their position become their numbers, whatever file declares them:
  /// on the left where no generic of the cell stands for the axis, on the right where `bound` has no index of
  /// the name. On the right `Gate(0)` becomes a number too.
  std::vector<ast::Pattern> settled(std::vector<ast::Pattern> patterns,
                                    llvm::ArrayRef<mlir::StringAttr> axes) const;
  void settle(ast::Item &item, llvm::StringRef axis, const llvm::StringSet<> &bound) const;
  /// The number of a constant index.
  std::optional<unsigned> constant(const ast::Pattern &pattern) const;
  std::optional<unsigned> constant(const ast::Item &item) const;
  /// Whether an expression reads at what the pattern binds.
  bool same(const ast::Pattern &pattern, const ast::Item &item) const;
  /// Whether no element is assigned by both.
  bool disjoint(const Assignment &a, const Assignment &b) const;

private:
  bool same(const ast::Pattern &pattern, const ast::Expr &e) const;
  void settle(ast::Pattern &pattern, llvm::StringRef axis) const;
  void settle(ast::Expr &e, llvm::StringRef axis, const llvm::StringSet<> &bound) const;
  std::optional<unsigned> constant(const ast::Expr &e) const;

  State &state;
  const Environment &environment;
};

} // namespace weft
