// size, sterm, satom, budget, batom. Sizes are expressions with fewer operators.
#include "compiler/syntax/GrammarParser.h"

namespace weft {

using ast::Expr;
using ast::ExprPtr;
using ast::Operator;

ExprPtr GrammarParser::size() {
  ExprPtr left = sizeTerm();
  while (left && (at(TokenKind::plus) || at(TokenKind::minus))) {
    const Token &sign = peek();
    advance();
    Operator op = sign.kind == TokenKind::plus ? Operator::add : Operator::subtract;
    left = binary(std::move(left), op, sign, sizeTerm());
  }
  return left;
}

ExprPtr GrammarParser::sizeTerm() {
  ExprPtr left = sizeAtom();
  while (left && (at(TokenKind::star) || at(TokenKind::slash) || at(TokenKind::kwDiv))) {
    const Token &sign = peek();
    advance();
    Operator op = sign.kind == TokenKind::star    ? Operator::multiply
                  : sign.kind == TokenKind::slash ? Operator::divide
                                                  : Operator::div;
    left = binary(std::move(left), op, sign, sizeAtom());
  }
  return left;
}

/// NUMBER | NAME | "#" NAME | "(" size ")"
ExprPtr GrammarParser::sizeAtom() {
  switch (kind()) {
  case TokenKind::number:
    return leaf(Expr::Kind::number);
  case TokenKind::name:
    return leaf(Expr::Kind::name);
  case TokenKind::hash:
    return sizeOf();
  case TokenKind::leftParen:
    break;
  default:
    error("a size: a number, an axis, `#` and an axis, or parentheses");
    return nullptr;
  }
  Nesting nesting(*this);
  if (tooDeep())
    return nullptr;
  ExprPtr group = makeExpr(Expr::Kind::group, peek().begin);
  advance();
  ExprPtr inner = size();
  if (!inner || !expect(TokenKind::rightParen, "after a size in parentheses"))
    return nullptr;
  group->children.push_back(std::move(inner));
  return finished(std::move(group));
}

/// How often an `iterate` may apply its box: batom { ( "+" | "-" ) batom }
ExprPtr GrammarParser::budget() {
  ExprPtr left = budgetAtom();
  while (left && (at(TokenKind::plus) || at(TokenKind::minus))) {
    const Token &sign = peek();
    advance();
    Operator op = sign.kind == TokenKind::plus ? Operator::add : Operator::subtract;
    left = binary(std::move(left), op, sign, budgetAtom());
  }
  return left;
}

ExprPtr GrammarParser::budgetAtom() {
  if (!at(TokenKind::name))
    return sizeAtom();
  if (Diagnostic *wrong = error("a number, `#` and an axis, or a size in parentheses"))
    wrong->note(fmt::format("if `{0}` is an axis, its size is `#{0}`", text(peek())));
  return nullptr;
}

} // namespace weft
