// morphism, clause, equation, pattern.
#include "compiler/syntax/GrammarParser.h"

namespace weft {

using ast::Equation;
using ast::Pattern;

/// [ "export" ] "morphism" NAME [ generics ] ( "=" diagram | wires "->" wires { clause } "{" { equation } "}"
/// )
bool GrammarParser::morphism(ast::Morphism &morphism) {
  morphism.exported = accept(TokenKind::kwExport);
  advance();
  bool fine = morphismHeader(morphism);
  if (!fine)
    skipToBody();
  else if (morphism.diagram)
    return true;
  if (!at(TokenKind::leftBrace))
    return fine && fail(fmt::format("`{{` and the equations of `{}`", morphism.name.text));
  return body("an equation", morphism.equations, &GrammarParser::equation) && fine;
}

bool GrammarParser::morphismHeader(ast::Morphism &morphism) {
  if (!expectName(morphism.name, "the name of a morphism") || !generics(morphism.generics))
    return false;
  const std::string &name = morphism.name.text;
  if (accept(TokenKind::assign))
    return (morphism.diagram = diagram()) != nullptr;
  if (!at(TokenKind::leftParen))
    return fail(fmt::format("`=` and a diagram, or `(` and the input wires of `{}`", name));
  if (!wires(morphism.inputs))
    return false;
  if (!accept(TokenKind::arrow))
    return fail(fmt::format("`->` after the input wires of `{}`", name));
  if (!at(TokenKind::leftParen)) {
    if (Diagnostic *wrong = error(fmt::format("`(` and the output wires of `{}`", name)))
      wrong->note("outputs have names, as inputs do: `-> (y: real[A])`");
    return false;
  }
  return wires(morphism.outputs) && clauses(morphism);
}

/// weights | "requires" expr | "ensures" expr
bool GrammarParser::clauses(ast::Morphism &morphism) {
  for (;;) {
    if (at(TokenKind::kwWeights)) {
      if (!weights(morphism.weights))
        return false;
      continue;
    }
    if (!at(TokenKind::kwRequires) && !at(TokenKind::kwEnsures))
      return true;
    auto &conditions = at(TokenKind::kwRequires) ? morphism.required : morphism.ensured;
    advance();
    if (ast::ExprPtr condition = expression())
      conditions.push_back(std::move(condition));
    else
      return false;
  }
}

bool GrammarParser::equation(Equation &equation) {
  uint32_t begin = peek().begin;
  bool fine = equationStart(equation);
  equation.range = since(begin);
  return fine;
}

bool GrammarParser::tied(Equation &equation) {
  inTie = true;
  bool fine = (equation.target = path()) && expect(TokenKind::assign, "after the weight that is tied") &&
              (equation.value = expression());
  inTie = false;
  return fine;
}

bool GrammarParser::equationStart(Equation &equation) {
  switch (kind()) {
  case TokenKind::kwBox:
    equation.kind = Equation::Kind::box;
    advance();
    return names(equation.names, "the name of a box") &&
           expect(TokenKind::colon, "after the name of a box") && (equation.diagram = diagram()) != nullptr;
  case TokenKind::kwDrop:
    equation.kind = Equation::Kind::drop;
    advance();
    return names(equation.names, "the name of what is dropped");
  case TokenKind::kwTie:
    equation.kind = Equation::Kind::tie;
    advance();
    return tied(equation);
  case TokenKind::name:
  case TokenKind::leftParen:
    return definition(equation);
  default:
    bool goesOn = (at(TokenKind::kwWhere) || at(TokenKind::kwIf)) && !peek().firstOnLine;
    Diagnostic *wrong =
        goesOn ? error("an operator, the next equation or `}`") : nameError("an equation or `}`");
    if (wrong && at(TokenKind::assign) && !peek().firstOnLine)
      wrong->note(range(tokens[position - 1]), "the equation before goes on to here");
    else if (wrong && goesOn && at(TokenKind::kwWhere))
      wrong->note(
          "`where` masks a fold, `sum[i where …](…)`; one element or another is `if … then … else …`");
    else if (wrong && goesOn)
      wrong->note("a choice is written `if … then … else …`");
    else if (wrong && at(TokenKind::semicolon))
      wrong->note("equations stand beside one another without a sign; `;` composes diagrams");
    return false;
  }
}

/// ( NAME [ "[" pattern { "," pattern } "]" ] | "(" NAME { "," NAME } ")" ) "=" expr
bool GrammarParser::definition(Equation &equation) {
  bool sameLine = !peek().firstOnLine && position > 0 && tokens[position - 1].kind != TokenKind::leftBrace;
  if (at(TokenKind::leftParen)) {
    equation.kind = Equation::Kind::unpack;
    if (!oneOrMoreNames(equation.names, "the name of a wire"))
      return false;
  } else if (sameLine && kind(1) != TokenKind::assign && kind(1) != TokenKind::leftBracket) {
    return fail("an operator, the next equation or `}`");
  } else {
    equation.kind = Equation::Kind::define;
    equation.names.push_back(takeName());
    equation.indexed = atContinuing(TokenKind::leftBracket);
  }
  if (equation.indexed) {
    advance();
    if (!list(TokenKind::rightBracket, [&] { return pattern(equation.patterns.emplace_back()); }))
      return false;
  }
  if (!accept(TokenKind::assign)) {
    Diagnostic *wrong = error(fmt::format("`=` and what `{}` is", equation.names.front().text));
    if (wrong && at(TokenKind::equal))
      wrong->note("`==` compares; an equation is written with `=`");
    else if (wrong && equation.kind == Equation::Kind::unpack)
      wrong->note(equation.names.front().range,
                  "a `(` that is the first thing on a line never continues the line before");
    return false;
  }
  return (equation.value = expression()) != nullptr;
}

/// ( NAME | NAME patom | patom ) [ ":" NAME ]
bool GrammarParser::pattern(Pattern &pattern) {
  Nesting nesting(*this);
  if (tooDeep())
    return false;
  uint32_t begin = peek().begin;
  bool summand = at(TokenKind::name) && (kind(1) == TokenKind::name || kind(1) == TokenKind::leftParen);
  if (!summand)
    return patternAtom(pattern) && patternAxis(pattern);
  pattern.kind = Pattern::Kind::summand;
  pattern.name = takeName();
  Pattern &inner = pattern.children.emplace_back();
  if (!patternAtom(inner))
    return false;
  Range bare = inner.range;
  if (!patternAxis(inner))
    return false;
  pattern.range = since(begin);
  if (at(TokenKind::colon))
    return patternAxis(pattern);
  // A single axis is that of the whole: `Left i: Both`.
  pattern.axis.swap(inner.axis);
  inner.range = bare;
  return true;
}

/// NAME | "(" pattern "," pattern { "," pattern } ")"
bool GrammarParser::patternAtom(Pattern &pattern) {
  uint32_t begin = peek().begin;
  if (!at(TokenKind::leftParen)) {
    bool named = expectName(pattern.name, "an index, an element or a pair of them");
    pattern.range = since(begin);
    return named;
  }
  pattern.kind = Pattern::Kind::tuple;
  advance();
  if (!list(TokenKind::rightParen, [&] { return this->pattern(pattern.children.emplace_back()); }))
    return false;
  pattern.range = since(begin);
  if (pattern.children.size() > 1)
    return true;
  diagnostics.error("syntax", pattern.range, "one index needs no parentheses: a pair has two or more");
  return false;
}

/// [ ":" NAME ]
bool GrammarParser::patternAxis(Pattern &pattern) {
  if (!accept(TokenKind::colon))
    return true;
  bool fine = expectName(pattern.axis.emplace(), "the name of an axis after `:`");
  pattern.range = since(pattern.range.begin);
  return fine;
}

} // namespace weft
