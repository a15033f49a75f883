// type, tatom, wires, typed, weights, weight, generics, param.
#include "compiler/syntax/GrammarParser.h"

namespace weft {

using ast::Type;

/// tatom { "*" tatom }
bool GrammarParser::type(Type &type) {
  Nesting nesting(*this);
  if (tooDeep() || !typeAtom(type))
    return false;
  if (!at(TokenKind::star))
    return true;
  Type product;
  product.kind = Type::Kind::product;
  product.children.push_back(std::move(type));
  while (accept(TokenKind::star))
    if (!typeAtom(product.children.emplace_back()))
      return false;
  product.range = since(product.children.front().range.begin);
  type = std::move(product);
  return true;
}

/// ( NAME | "(" type ")" ) [ "[" NAME { "," NAME } "]" ]
bool GrammarParser::typeAtom(Type &type) {
  uint32_t begin = peek().begin;
  if (accept(TokenKind::leftParen)) {
    type.kind = Type::Kind::group;
    if (!this->type(type.children.emplace_back()) ||
        !expect(TokenKind::rightParen, "after a type in parentheses"))
      return false;
  } else if (!expectName(type.name, "a type")) {
    return false;
  }
  bool fine = !atContinuing(TokenKind::leftBracket) || typeAxes(type);
  type.range = since(begin);
  return fine;
}

bool GrammarParser::typeAxes(Type &type) {
  advance();
  return list(TokenKind::rightBracket, [&] {
    if (at(TokenKind::name)) {
      type.axes.push_back(takeName());
      return true;
    }
    Diagnostic *wrong = nameError("the name of an axis");
    if (wrong && at(TokenKind::number))
      wrong->note(fmt::format("axes have names: declare `axis N = {}` and write `[N]`", text(peek())));
    else if (wrong && at(TokenKind::rightBracket))
      wrong->note("a type without axes has no brackets");
    return false;
  });
}

/// "(" [ typed { "," typed } ] ")"
bool GrammarParser::wires(std::vector<ast::Typed> &wires) {
  advance();
  if (accept(TokenKind::rightParen))
    return true;
  return list(TokenKind::rightParen, [&] { return typed(wires.emplace_back()); });
}

/// NAME { "," NAME } ":" type
bool GrammarParser::typed(ast::Typed &typed) {
  uint32_t begin = peek().begin;
  bool fine = typedNames(typed.names, typed.type);
  typed.range = since(begin);
  return fine;
}

bool GrammarParser::typedNames(std::vector<ast::Name> &names, Type &type) {
  do
    if (!expectName(names.emplace_back(), "a name"))
      return false;
  while (accept(TokenKind::comma));
  if (!accept(TokenKind::colon))
    return fail(fmt::format("`:` and the type of `{}`", names.back().text));
  return this->type(type);
}

/// "weights" weight { "," weight }
bool GrammarParser::weights(std::vector<ast::Weight> &weights) {
  advance();
  return separated([&] { return weight(weights.emplace_back()); });
}

/// typed [ "~" NAME [ "(" exprs ")" ] ]
bool GrammarParser::weight(ast::Weight &weight) {
  uint32_t begin = peek().begin;
  if (!typedNames(weight.names, weight.type))
    return false;
  weight.range = since(begin);
  if (!at(TokenKind::tilde))
    return true;
  ast::Initial &initial = weight.initial.emplace();
  uint32_t tilde = peek().begin;
  advance();
  if (!expectName(initial.name, "how the weight is drawn after `~`"))
    return false;
  auto argument = [&] { return (initial.arguments.emplace_back() = expression()) != nullptr; };
  if (atContinuing(TokenKind::leftParen)) {
    advance();
    if (!list(TokenKind::rightParen, argument))
      return false;
  }
  initial.range = since(tilde);
  weight.range = since(begin);
  return true;
}

/// "[" [ NAME { "," NAME } ] [ ";" param { "," param } ] "]"
bool GrammarParser::generics(std::optional<ast::Generics> &generics) {
  if (!at(TokenKind::leftBracket))
    return true;
  ast::Generics &made = generics.emplace();
  uint32_t begin = peek().begin;
  advance();
  bool fine = true;
  if (!at(TokenKind::semicolon) && !at(TokenKind::rightBracket))
    fine = names(made.axes, "the name of an axis");
  if (accept(TokenKind::semicolon))
    fine &= separated([&] { return parameter(made.parameters.emplace_back()); });
  if (!at(TokenKind::rightBracket)) {
    if (fine) {
      Diagnostic *wrong = error(made.parameters.empty() ? "`,`, `;` or `]`" : "`,` or `]`");
      if (wrong && at(TokenKind::colon))
        wrong->note("constants and boxes stand after a `;`, as in `[In, Out; eps: real = 1e-5]`");
    }
    fine = false;
    skipToListSeparator();
  }
  accept(TokenKind::rightBracket);
  made.range = since(begin);
  return fine;
}

/// NAME ":" ( "monoid" "on" tatom | type [ "->" type ] [ "=" expr ] )
bool GrammarParser::parameter(ast::Parameter &parameter) {
  uint32_t begin = peek().begin;
  if (!expectName(parameter.name, "the name of a parameter") ||
      !expect(TokenKind::colon, "after the name of a parameter"))
    return false;
  bool fine;
  if (accept(TokenKind::kwMonoid)) {
    parameter.kind = ast::Parameter::Kind::monoid;
    fine = expectWord("on", "after `monoid`") && typeAtom(parameter.type);
  } else {
    fine = type(parameter.type);
    if (fine && accept(TokenKind::arrow)) {
      parameter.kind = ast::Parameter::Kind::box;
      fine = type(parameter.result);
    }
    if (fine && accept(TokenKind::assign))
      fine = (parameter.value = expression()) != nullptr;
  }
  parameter.range = since(begin);
  return fine;
}

} // namespace weft
