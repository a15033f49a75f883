// diagram, dproduct, dnamed, datom, instance, subject.
#include "compiler/syntax/GrammarParser.h"

namespace weft {

using ast::Diagram;
using ast::DiagramPtr;

DiagramPtr GrammarParser::makeDiagram(Diagram::Kind kind) const {
  auto diagram = std::make_unique<Diagram>();
  diagram->kind = kind;
  diagram->range = {&file, peek().begin, peek().begin};
  return diagram;
}

DiagramPtr GrammarParser::finished(DiagramPtr diagram) const {
  diagram->range = since(diagram->range.begin);
  return diagram;
}

/// dproduct { ";" dproduct }
DiagramPtr GrammarParser::diagram() {
  Nesting nesting(*this);
  if (tooDeep())
    return nullptr;
  DiagramPtr sequence = makeDiagram(Diagram::Kind::sequence);
  do {
    DiagramPtr part = diagramProduct();
    if (!part)
      return nullptr;
    sequence->parts.push_back(std::move(part));
  } while (accept(TokenKind::semicolon));
  if (sequence->parts.size() == 1)
    return std::move(sequence->parts.front());
  return finished(std::move(sequence));
}

/// dnamed { "*" dnamed }
DiagramPtr GrammarParser::diagramProduct() {
  DiagramPtr product = makeDiagram(Diagram::Kind::product);
  do {
    DiagramPtr part = diagramNamed();
    if (!part)
      return nullptr;
    product->parts.push_back(std::move(part));
  } while (accept(TokenKind::star));
  if (product->parts.size() == 1)
    return std::move(product->parts.front());
  return finished(std::move(product));
}

/// [ NAME ":" ] datom
DiagramPtr GrammarParser::diagramNamed() {
  if (!at(TokenKind::name) || kind(1) != TokenKind::colon)
    return diagramAtom();
  DiagramPtr named = makeDiagram(Diagram::Kind::named);
  named->name = takeName();
  advance();
  DiagramPtr inner = diagramAtom();
  if (!inner)
    return nullptr;
  named->parts.push_back(std::move(inner));
  return finished(std::move(named));
}

DiagramPtr GrammarParser::diagramAtom() {
  Nesting nesting(*this);
  if (tooDeep())
    return nullptr;
  switch (kind()) {
  case TokenKind::kwMap:
    return prefixed(Diagram::Kind::map);
  case TokenKind::kwEach:
    return prefixed(Diagram::Kind::each);
  case TokenKind::kwChain:
    return prefixed(Diagram::Kind::chain);
  case TokenKind::kwFold:
    return prefixed(Diagram::Kind::fold);
  case TokenKind::kwScan:
    return prefixed(Diagram::Kind::scan);
  case TokenKind::kwUnfold:
    return prefixed(Diagram::Kind::unfold);
  case TokenKind::kwIterate:
    return iterate();
  case TokenKind::leftParen:
    return subject();
  default:
    return instance();
  }
}

/// word datom "over" NAME [ "with" ( NAME | "(" names ")" ) ]
DiagramPtr GrammarParser::prefixed(Diagram::Kind wanted) {
  DiagramPtr made = makeDiagram(wanted);
  std::string_view word = spelling(kind());
  advance();
  if (!stateCount(*made))
    return nullptr;
  DiagramPtr inner = diagramAtom();
  if (!inner)
    return nullptr;
  made->parts.push_back(std::move(inner));
  if (!accept(TokenKind::kwOver)) {
    error(fmt::format("`over` and an axis after the diagram of `{}`", word));
    return nullptr;
  }
  if (!expectName(made->axis, "the name of an axis after `over`"))
    return nullptr;
  // A wire may be called `with`, and the next equation start so: `with = x`, `with[i] = x`.
  if (atWord("with") && (kind(1) == TokenKind::name || kind(1) == TokenKind::leftParen)) {
    advance();
    if (!oneOrMoreNames(made->contexts, "the name of an input wire after `with`"))
      return nullptr;
  }
  return finished(std::move(made));
}

/// [ "[" NUMBER "]" ], for `chain` and `scan`
bool GrammarParser::stateCount(Diagram &diagram) {
  if (!atContinuing(TokenKind::leftBracket))
    return true;
  if (diagram.kind != Diagram::Kind::chain && diagram.kind != Diagram::Kind::scan) {
    if (Diagnostic *wrong = error("a diagram"))
      wrong->note("only `chain` and `scan` take a number of states");
    return false;
  }
  advance();
  if (!at(TokenKind::number))
    return fail("the number of states");
  diagram.states = takeName();
  return expect(TokenKind::rightBracket, "after the number of states");
}

/// "iterate" datom "at" "most" budget
DiagramPtr GrammarParser::iterate() {
  DiagramPtr made = makeDiagram(Diagram::Kind::iterate);
  advance();
  DiagramPtr inner = diagramAtom();
  if (!inner || !expectWord("at", "and `most` after the diagram of `iterate`") ||
      !expectWord("most", "after `at`"))
    return nullptr;
  made->parts.push_back(std::move(inner));
  made->budget = budget();
  if (!made->budget)
    return nullptr;
  return finished(std::move(made));
}

/// In `iterate f at most #N * 4` the star puts diagrams side by side.
DiagramPtr GrammarParser::numberAsDiagram() {
  Diagnostic *wrong = error("a diagram");
  bool isBudget = position > 1 && tokens[position - 1].kind == TokenKind::star;
  if (wrong && isBudget)
    wrong->note(
        "`*` puts diagrams side by side; a size that is a product stands in parentheses: `at most (2 * #A)`");
  return nullptr;
}

/// ( NAME | "drop" ) [ brackets ]
DiagramPtr GrammarParser::instance() {
  DiagramPtr made = makeDiagram(Diagram::Kind::instance);
  if (at(TokenKind::kwDrop))
    made->name = takeName();
  else if (at(TokenKind::number) || at(TokenKind::hash))
    return numberAsDiagram();
  else if (!expectName(made->name, "a diagram"))
    return nullptr;
  if (atContinuing(TokenKind::leftBracket) && !brackets(made->brackets.emplace()))
    return nullptr;
  return finished(std::move(made));
}

/// instance | "(" diagram ")"
DiagramPtr GrammarParser::subject() {
  if (startsDiagram(kind())) {
    if (Diagnostic *wrong = error("the name of a morphism"))
      wrong->note(fmt::format("here a diagram stands in parentheses: `({} … over …)`", spelling(kind())));
    return nullptr;
  }
  if (!at(TokenKind::leftParen))
    return instance();
  DiagramPtr group = makeDiagram(Diagram::Kind::group);
  advance();
  DiagramPtr inner = diagram();
  if (!inner || !expect(TokenKind::rightParen, "or `;` or `*` after a diagram in parentheses"))
    return nullptr;
  group->parts.push_back(std::move(inner));
  return finished(std::move(group));
}

} // namespace weft
