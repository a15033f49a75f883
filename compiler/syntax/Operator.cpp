// How operators are written.
#include "compiler/syntax/Ast.h"

namespace weft::ast {

const char *spelling(Operator op) {
  static constexpr const char *spellings[] = {
      "or", "and", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "div", "mod", "-", "not"};
  return spellings[size_t(op)];
}

} // namespace weft::ast
