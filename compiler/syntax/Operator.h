// The operators of expressions.
#pragma once

namespace weft::ast {

enum class Operator {
  // binary
  logicalOr,
  logicalAnd,
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
  add,
  subtract,
  multiply,
  divide,
  div,
  mod,
  // unary
  negate,
  logicalNot,
};

/// As it is written: `<=`, `and`, `-`.
const char *spelling(Operator op);

} // namespace weft::ast
