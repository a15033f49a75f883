// expr, or, and, not, compare, sum, product, unary, postfix, primary, path.
#include "compiler/syntax/GrammarParser.h"

namespace weft {

using ast::Expr;
using ast::ExprPtr;
using ast::Operator;

namespace {

// How tightly an operator binds; the loosest is 0.
enum Level { orLevel, andLevel, notLevel, compareLevel, sumLevel, productLevel, unaryLevel };

struct BinaryOperator {
  Operator op;
  Level level;
};

std::optional<BinaryOperator> binaryOperator(TokenKind kind) {
  switch (kind) {
  case TokenKind::kwOr:
    return {{Operator::logicalOr, orLevel}};
  case TokenKind::kwAnd:
    return {{Operator::logicalAnd, andLevel}};
  case TokenKind::equal:
    return {{Operator::equal, compareLevel}};
  case TokenKind::notEqual:
    return {{Operator::notEqual, compareLevel}};
  case TokenKind::less:
    return {{Operator::less, compareLevel}};
  case TokenKind::lessEqual:
    return {{Operator::lessEqual, compareLevel}};
  case TokenKind::greater:
    return {{Operator::greater, compareLevel}};
  case TokenKind::greaterEqual:
    return {{Operator::greaterEqual, compareLevel}};
  case TokenKind::plus:
    return {{Operator::add, sumLevel}};
  case TokenKind::minus:
    return {{Operator::subtract, sumLevel}};
  case TokenKind::star:
    return {{Operator::multiply, productLevel}};
  case TokenKind::slash:
    return {{Operator::divide, productLevel}};
  case TokenKind::kwDiv:
    return {{Operator::div, productLevel}};
  case TokenKind::kwMod:
    return {{Operator::mod, productLevel}};
  default:
    return std::nullopt;
  }
}

} // namespace

ExprPtr GrammarParser::makeExpr(Expr::Kind kind, uint32_t begin) const {
  auto expr = std::make_unique<Expr>();
  expr->kind = kind;
  expr->range = {&file, begin, begin};
  return expr;
}

/// Closes the range, and counts the height of what has children.
ExprPtr GrammarParser::finished(ExprPtr expr) {
  expr->range.end = since(expr->range.begin).end;
  auto above = [&](const ExprPtr &child) {
    if (child)
      expr->height = std::max(expr->height, child->height + 1);
  };
  for (const ExprPtr &child : expr->children)
    above(child);
  for (const ast::Item &item : expr->brackets.items)
    above(item.value);
  for (const ast::Item &item : expr->brackets.settings)
    above(item.value);
  above(expr->brackets.where);
  if (expr->height <= limits::height)
    return expr;
  uint32_t begin = expr->range.begin;
  giveUp({&file, begin, begin + 1},
         fmt::format("an expression is more than {} operators high", limits::height));
  return nullptr;
}

ExprPtr GrammarParser::expression() {
  Nesting nesting(*this);
  if (tooDeep())
    return nullptr;
  return at(TokenKind::kwIf) ? conditional() : operators(orLevel);
}

/// A ladder of `else if` is read in a loop, so that a long one is not a deep one.
ExprPtr GrammarParser::conditional() {
  std::vector<ExprPtr> ladder;
  while (at(TokenKind::kwIf)) {
    ExprPtr &step = ladder.emplace_back(makeExpr(Expr::Kind::conditional, peek().begin));
    advance();
    ExprPtr condition = expression();
    if (!condition || !expect(TokenKind::kwThen, "after the condition of `if`"))
      return nullptr;
    ExprPtr value = expression();
    if (!value || !expect(TokenKind::kwElse, "after the first branch of `if`"))
      return nullptr;
    step->children.push_back(std::move(condition));
    step->children.push_back(std::move(value));
  }
  ExprPtr rest = operators(orLevel);
  for (; rest && !ladder.empty(); ladder.pop_back()) {
    ladder.back()->children.push_back(std::move(rest));
    rest = finished(std::move(ladder.back()));
  }
  return rest;
}

/// Operators that bind as tightly as `loosest` or tighter.
ExprPtr GrammarParser::operators(int loosest) {
  ExprPtr left;
  if (at(TokenKind::minus))
    left = prefix(Operator::negate, unaryLevel);
  else if (at(TokenKind::kwNot) && loosest <= notLevel)
    left = prefix(Operator::logicalNot, notLevel);
  else
    left = postfix();
  while (left) {
    auto next = binaryOperator(kind());
    if (!next || next->level < loosest)
      break;
    const Token &sign = peek();
    advance();
    left = binary(std::move(left), next->op, sign, operators(next->level + 1));
    if (left && next->level == compareLevel)
      left = comparisonEnd(std::move(left));
  }
  return left;
}

ExprPtr GrammarParser::binary(ExprPtr left, Operator op, const Token &sign, ExprPtr right) {
  if (!right)
    return nullptr;
  ExprPtr expr = makeExpr(Expr::Kind::binary, left->range.begin);
  expr->op = op;
  expr->operatorRange = range(sign);
  expr->children.push_back(std::move(left));
  expr->children.push_back(std::move(right));
  return finished(std::move(expr));
}

ExprPtr GrammarParser::prefix(Operator op, int operandLevel) {
  Nesting nesting(*this);
  if (tooDeep())
    return nullptr;
  ExprPtr expr = makeExpr(Expr::Kind::unary, peek().begin);
  expr->op = op;
  expr->operatorRange = range(peek());
  advance();
  ExprPtr operand = operators(operandLevel);
  if (!operand)
    return nullptr;
  expr->children.push_back(std::move(operand));
  return finished(std::move(expr));
}

/// Refuses `a < b < c`, and says what to write for it.
ExprPtr GrammarParser::comparisonEnd(ExprPtr comparison) {
  auto next = binaryOperator(kind());
  if (!next || next->level != compareLevel)
    return comparison;
  auto &error = diagnostics.error(
      "syntax", range(peek()),
      fmt::format("comparisons are not chained: found a second one, `{}`", spelling(kind())));
  auto source = [&](Range range) { return file.text().substr(range.begin, range.end - range.begin); };
  std::string_view first = source(comparison->range), middle = source(comparison->children[1]->range);
  if (first.size() + middle.size() < 60 && first.find('\n') == std::string_view::npos)
    error.note(fmt::format("write `{} and {} {} …`", first, middle, spelling(kind())));
  reportedAt = position;
  return nullptr;
}

ExprPtr GrammarParser::postfix() {
  ExprPtr expr = primary();
  while (expr) {
    if (at(TokenKind::dot))
      expr = field(std::move(expr));
    else if (atContinuing(TokenKind::leftBracket))
      expr = bracketed(std::move(expr));
    else if (atContinuing(TokenKind::leftParen))
      expr = call(std::move(expr));
    else
      break;
  }
  return expr;
}

ExprPtr GrammarParser::field(ExprPtr object) {
  ExprPtr expr = makeExpr(Expr::Kind::field, object->range.begin);
  expr->children.push_back(std::move(object));
  advance();
  bool isNumber = at(TokenKind::number) && text(peek()).find_first_not_of("0123456789") == std::string::npos;
  if (isNumber && inTie) {
    expr->name = takeName();
  } else if (isNumber) {
    std::string digits(text(peek()));
    diagnostics
        .error("syntax", {&file, tokens[position - 1].begin, peek().end},
               fmt::format("a number has a digit before its point: found `.{}`", digits))
        .note(fmt::format("write `0.{}`; only paths of weights have numbers, in cells", digits));
    reportedAt = position;
    return nullptr;
  } else if (!expectName(expr->name, "a name after `.`")) {
    return nullptr;
  }
  return finished(std::move(expr));
}

ExprPtr GrammarParser::bracketed(ExprPtr head) {
  ExprPtr expr = makeExpr(Expr::Kind::bracket, head->range.begin);
  expr->children.push_back(std::move(head));
  if (!brackets(expr->brackets))
    return nullptr;
  return finished(std::move(expr));
}

ExprPtr GrammarParser::call(ExprPtr function) {
  ExprPtr expr = makeExpr(Expr::Kind::call, function->range.begin);
  expr->children.push_back(std::move(function));
  advance();
  auto argument = [&] {
    ExprPtr value = expression();
    return value && (expr->children.push_back(std::move(value)), true);
  };
  if (!accept(TokenKind::rightParen) && !list(TokenKind::rightParen, argument))
    return nullptr;
  return finished(std::move(expr));
}

ExprPtr GrammarParser::primary() {
  switch (kind()) {
  case TokenKind::number:
    return leaf(Expr::Kind::number);
  case TokenKind::string:
    return leaf(Expr::Kind::string);
  case TokenKind::name:
    return leaf(Expr::Kind::name);
  case TokenKind::kwInf:
    return leaf(Expr::Kind::infinity);
  case TokenKind::kwTrue:
  case TokenKind::kwFalse:
    return leaf(Expr::Kind::boolean);
  case TokenKind::hash:
    return sizeOf();
  case TokenKind::leftParen:
    return parenthesised();
  default:
    return noExpression();
  }
}

ExprPtr GrammarParser::noExpression() {
  bool parenthesise = (at(TokenKind::kwIf) || at(TokenKind::kwNot)) && !peek().firstOnLine;
  bool isDiagram = startsDiagram(kind()) &&
                   (kind(1) == TokenKind::name || kind(1) == TokenKind::leftParen || startsDiagram(kind(1)));
  bool isNoName = parenthesise || isDiagram || peek().firstOnLine;
  Diagnostic *wrong = isNoName ? error("an expression") : nameError("an expression");
  if (!wrong)
    return nullptr;
  if (at(TokenKind::star) && position > 0 && tokens[position - 1].kind == TokenKind::star)
    wrong->note("a power is written `pow(a, b)`");
  else if (parenthesise)
    wrong->note(fmt::format("put the `{}` and what belongs to it in parentheses", spelling(kind())));
  else if (isDiagram)
    wrong->note(fmt::format("a diagram is a box, or a morphism of its own: `box b: {} … over …`, then `b(x)`",
                            spelling(kind())));
  return nullptr;
}

ExprPtr GrammarParser::leaf(Expr::Kind kind) {
  const Token token = peek();
  ExprPtr expr = makeExpr(kind, token.begin);
  std::string_view seen = text(token);
  if (kind == Expr::Kind::name)
    expr->name = {std::string(seen), range(token)};
  else if (kind == Expr::Kind::string)
    expr->text = seen.substr(1, seen.size() - 2);
  else
    expr->text = seen;
  expr->truth = token.kind == TokenKind::kwTrue;
  advance();
  return finished(std::move(expr));
}

ExprPtr GrammarParser::sizeOf() {
  ExprPtr expr = makeExpr(Expr::Kind::sizeOf, peek().begin);
  advance();
  if (!expectName(expr->name, "the name of an axis after `#`"))
    return nullptr;
  return finished(std::move(expr));
}

/// Grouping, a pair, or a read with a default.
ExprPtr GrammarParser::parenthesised() {
  ExprPtr expr = makeExpr(Expr::Kind::group, peek().begin);
  advance();
  auto part = [&] {
    if (expr->kind == Expr::Kind::defaultRead)
      return fail("`)` after the default of a read");
    ExprPtr value = expression();
    if (!value)
      return false;
    expr->children.push_back(std::move(value));
    if (expr->children.size() == 1 && accept(TokenKind::kwElse)) {
      expr->kind = Expr::Kind::defaultRead;
      value = expression();
      return value && (expr->children.push_back(std::move(value)), true);
    }
    return true;
  };
  if (!list(TokenKind::rightParen, part))
    return nullptr;
  if (expr->children.size() > 1 && expr->kind == Expr::Kind::group)
    expr->kind = Expr::Kind::pair;
  return finished(std::move(expr));
}

/// NAME { brackets | "." NAME }
ExprPtr GrammarParser::path() {
  if (!at(TokenKind::name)) {
    error("a path such as `body[l].attn.W`");
    return nullptr;
  }
  ExprPtr expr = leaf(Expr::Kind::name);
  while (expr) {
    if (at(TokenKind::dot))
      expr = field(std::move(expr));
    else if (atContinuing(TokenKind::leftBracket))
      expr = bracketed(std::move(expr));
    else
      break;
  }
  return expr;
}

} // namespace weft
