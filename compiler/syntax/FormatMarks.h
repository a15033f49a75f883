// What the formatter learns from the tree about single tokens: which `-` is a sign, which `(` calls, where
// lines start.
#pragma once

#include "compiler/syntax/Ast.h"
#include "compiler/syntax/Token.h"

namespace weft {

struct TokenMark {
  bool tightBefore : 1 = false;       // no blank before it: the `(` of a call, `;` in brackets
  bool tightAfter : 1 = false;        // none after it: the sign of `-x`
  bool spacedColon : 1 = false;       // `cell c : f => g`
  bool startsDeclaration : 1 = false; // at the margin
  bool startsStatement : 1 = false;   // an equation, a law, a tie: indented, on a line of its own
  bool startsClause : 1 = false;      // `weights`, `requires`, `ensures`
  bool startsList : 1 = false;        // what follows on later lines stands under what follows it here
  bool opensBody : 1 = false;
  bool closesBody : 1 = false;
  bool flat : 1 = false;       // on the braces and statements of a body that stays on one line
  bool ofMorphism : 1 = false; // on the `{` of a morphism
  bool inlineList : 1 = false; // on a statement of a flat body that another one precedes
};

/// One mark a token.
std::vector<TokenMark> markTokens(const ast::Program &program, const std::vector<Token> &tokens);

} // namespace weft
