// Paths in the text of a cell: `body[l].attn.Wq[m, h]` is the weight `body.attn.Wq` at `[l, m, h]`.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// A path as written: its names joined by dots, and what stands in its brackets, in order.
struct WrittenPath {
  std::string text;
  std::vector<const ast::Item *> items;
  Range range;
};

/// None when the expression is no path.
std::optional<WrittenPath> pathOf(const ast::Expr &e);

/// Whether `path` is `base` or lies under it; `rest` is then what follows.
bool isUnder(llvm::StringRef path, llvm::StringRef base, llvm::StringRef &rest);

ast::ExprPtr nameExpression(const std::string &text, Range range);
/// `name[items]`, or the name alone without items.
ast::ExprPtr readExpression(const std::string &name, std::vector<ast::Item> items, Range range);
ast::Item expressionItem(ast::ExprPtr value);
/// More positions at the end of a read, or of a name.
void appendPositions(ast::Expr &read, llvm::ArrayRef<ast::Pattern> patterns);

/// A copy of an expression. `replace` gives what stands for a node, or null to copy it; the head of a call is
/// never asked about.
using Replacement = llvm::function_ref<ast::ExprPtr(const ast::Expr &)>;
ast::ExprPtr cloned(const ast::Expr &e, Replacement replace);
ast::Item cloned(const ast::Item &item, Replacement replace);

/// What an index position on the left means; reports what cannot stand there.
std::optional<ast::Pattern> patternOf(State &state, const ast::Item &item);
/// The same position in a read.
ast::Item itemOf(const ast::Pattern &pattern);

} // namespace weft
