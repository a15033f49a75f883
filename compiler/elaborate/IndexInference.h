// Which axis each index is of: told by bare read positions, by the wire on the left, by comparisons.
#pragma once

#include "compiler/elaborate/Expressions.h"

namespace weft {

/// The element that a pattern names; null when the name is an index. An element of another library file is
/// hidden.
const Entity *elementOf(const State &state, const Environment &environment, const ast::Pattern &pattern);

class IndexInference {
public:
  explicit IndexInference(Expressions &expressions) : expressions(expressions), state(expressions.state) {}

  /// A pattern in a position; its indices come into force. The position's own variable is `place`.
  bool pattern(const ast::Pattern &pattern, IndexVariable &place, std::set<std::string> &names);
  /// The axes that an expression tells, folds inside included.
  void expression(const ast::Expr &e);
  /// After all: whether every index has an axis; reports those that have none.
  bool finish();
  /// Axes of the parts of tuples on the left, as far as their positions are known now.
  void settle();

  void tell(IndexVariable &variable, llvm::StringRef axis, Range at);
  IndexVariable &place(const void *node) { return expressions.variable(node, ast::Name()); }

private:
  // A pattern with parts, and the position where it stands.
  struct Placed {
    IndexVariable *place;
    const ast::Pattern *pattern;
  };
  bool namePattern(const ast::Pattern &pattern, IndexVariable &place, std::set<std::string> &names);
  bool settleTuple(const Placed &tuple);
  void noteUnknown(const ast::Name &name);
  void unknownSum(const Placed &summand);
  void same(IndexVariable &a, IndexVariable &b, Range at);
  void position(const ast::Expr &e, llvm::StringRef axis);
  void read(const ast::Expr &e);
  void fold(const ast::Expr &e);
  void comparison(const ast::Expr &e);
  void conflict(IndexVariable &variable, llvm::StringRef axis, Range at);
  /// The index that an expression is, when it is one alone.
  IndexVariable *indexAlone(const ast::Expr &e);
  /// The axis whose index an expression evidently is; empty when that is not evident.
  std::string axisOf(const ast::Expr &e);

  Expressions &expressions;
  State &state;
  std::vector<Placed> tuples;
  std::vector<Placed> summands;
  std::vector<IndexVariable *> bound;
  const ast::Name *unknown = nullptr; // the first that is read and that nothing here has
  bool well = true;
};

} // namespace weft
