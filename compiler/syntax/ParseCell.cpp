// cell, beside, tie.
#include "compiler/syntax/GrammarParser.h"

namespace weft {

using ast::Tie;

/// "cell" NAME [ generics ] ( "=" beside { ";" beside } | ":" subject "=>" NAME [ "along" NAME ] [ weights ]
/// "{" ties "}" )
bool GrammarParser::cell(ast::Cell &cell) {
  advance();
  bool fine = cellHeader(cell);
  if (!fine)
    skipToBody();
  else if (!cell.composition.empty())
    return true;
  if (!at(TokenKind::leftBrace))
    return fine && fail(fmt::format("`{{` and the equations of `{}`", cell.name.text));
  return body("an equation of weights", cell.ties, &GrammarParser::tie) && fine;
}

bool GrammarParser::cellHeader(ast::Cell &cell) {
  if (!expectName(cell.name, "the name of a cell") || !generics(cell.generics))
    return false;
  if (accept(TokenKind::assign))
    return composition(cell);
  if (!accept(TokenKind::colon))
    return fail(fmt::format("`=` and cells, or `:` and the morphism that `{}` starts from", cell.name.text));
  cell.subject = subject();
  if (!cell.subject || !expect(TokenKind::doubleArrow, "after the morphism that the cell starts from") ||
      !expectName(cell.target, "the name of the morphism that the cell makes"))
    return false;
  if (atWord("along")) {
    advance();
    if (!expectName(cell.along.emplace(), "the name of a group after `along`"))
      return false;
  }
  return !at(TokenKind::kwWeights) || weights(cell.weights);
}

/// beside { ";" beside }, where beside = NAME { "*" NAME }
bool GrammarParser::composition(ast::Cell &cell) {
  do {
    auto &beside = cell.composition.emplace_back();
    do
      if (!expectName(beside.emplace_back(), "the name of a cell"))
        return false;
    while (accept(TokenKind::star));
  } while (accept(TokenKind::semicolon));
  return true;
}

bool GrammarParser::tie(Tie &tie) {
  uint32_t begin = peek().begin;
  inTie = true;
  bool fine = tieStart(tie);
  inTie = false;
  tie.range = since(begin);
  return fine;
}

/// path "=" ( expr [ bindings ] | NAME STRING ) | "drop" STRING [ brackets ]
bool GrammarParser::tieStart(Tie &tie) {
  auto takeText = [&] {
    tie.textRange = range(peek());
    std::string_view quoted = text(peek());
    tie.text = quoted.substr(1, quoted.size() - 2);
    advance();
  };
  if (accept(TokenKind::kwDrop)) {
    tie.kind = Tie::Kind::drop;
    if (!at(TokenKind::string))
      return fail("the name of a tensor in quotes after `drop`");
    takeText();
    return !atContinuing(TokenKind::leftBracket) || brackets(tie.brackets.emplace());
  }
  if (!at(TokenKind::name))
    return fail("an equation of weights, `drop` or `}`");
  tie.target = path();
  if (!tie.target || !expect(TokenKind::assign, "after the weight that is given"))
    return false;
  if (at(TokenKind::name) && kind(1) == TokenKind::string) {
    tie.kind = Tie::Kind::file;
    tie.cell = takeName();
    takeText();
    return true;
  }
  tie.kind = Tie::Kind::assign;
  return (tie.value = expression()) && bindings(tie.bindings);
}

} // namespace weft
