// How operators are written.
#include "compiler/syntax/Operator.h"

#include <cstddef>

namespace weft::ast {

const char *spelling(Operator op) {
  static constexpr const char *spellings[] = {
      "or", "and", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "div", "mod", "-", "not"};
  return spellings[std::size_t(op)];
}

} // namespace weft::ast
