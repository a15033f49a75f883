// monoid, law.
#include "compiler/syntax/GrammarParser.h"

namespace weft {

using ast::Law;

/// "monoid" NAME [ "on" tatom ] "{" { law } "}"
bool GrammarParser::monoid(ast::Monoid &monoid) {
  advance();
  bool fine = expectName(monoid.name, "the name of a monoid");
  if (fine && atWord("on")) {
    advance();
    fine = typeAtom(monoid.on.emplace());
  }
  if (!fine)
    skipToBody();
  if (!at(TokenKind::leftBrace))
    return fine && fail(fmt::format("{}`{{` and the laws of `{}`", monoid.on ? "" : "`on` and a type, or ",
                                    monoid.name.text));
  return body("`carrier`, `unit`, `a * b =`, `lift`, `lower`, `assume`", monoid.laws, &GrammarParser::law) &&
         fine;
}

bool GrammarParser::law(Law &law) {
  uint32_t begin = peek().begin;
  bool fine = lawValue(law);
  law.range = since(begin);
  return fine;
}

bool GrammarParser::lawValue(Law &law) {
  auto equals = [&](const char *after) {
    return expect(TokenKind::assign, after) && (law.value = expression()) && bindings(law.bindings);
  };
  if (at(TokenKind::name) && kind(1) == TokenKind::star) {
    law.kind = Law::Kind::combine;
    law.names.push_back(takeName());
    advance();
    return expectName(law.names.emplace_back(), "the name of the later element after `*`") &&
           equals("after the two elements that are combined");
  }
  if (atWord("carrier"))
    return carrier(law);
  if (atWord("unit")) {
    law.kind = Law::Kind::unit;
    advance();
    return (law.value = expression()) != nullptr;
  }
  if (atWord("lift")) {
    law.kind = Law::Kind::lift;
    advance();
    return oneOrMoreNames(law.names, "the name of an argument after `lift`") &&
           equals("after the arguments of `lift`");
  }
  if (atWord("lower")) {
    law.kind = Law::Kind::lower;
    advance();
    return expectName(law.names.emplace_back(), "a name after `lower`") &&
           equals("after the name that `lower` takes");
  }
  if (accept(TokenKind::kwAssume)) {
    law.kind = Law::Kind::assume;
    return expectName(law.names.emplace_back(), "the name of a law after `assume`");
  }
  Diagnostic *wrong = error("`carrier`, `unit`, `a * b =`, `lift`, `lower`, `assume` or `}`");
  if (wrong && at(TokenKind::leftParen))
    wrong->note("name the two elements, `a * b = …`, and read their components: `a.x`");
  return false;
}

/// "carrier" wires [ "where" expr ]
bool GrammarParser::carrier(Law &law) {
  law.kind = Law::Kind::carrier;
  advance();
  if (!at(TokenKind::leftParen))
    return fail("`(` and the components of the carrier");
  if (!wires(law.wires))
    return false;
  return !accept(TokenKind::kwWhere) || (law.value = expression()) != nullptr;
}

} // namespace weft
