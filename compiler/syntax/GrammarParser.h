// The productions of the grammar, one function each. Internal to the parser; `parse` in Parser.h is the door.
//
// A function that fails has reported why, and returns false or null; its caller passes that on up to a place
// that knows where to go on: a list its next `,`, a body its next line, the file its next declaration.
#pragma once

#include "compiler/syntax/Ast.h"
#include "compiler/syntax/Lexer.h"

#include <fmt/format.h>

namespace weft {

class GrammarParser {
public:
  GrammarParser(const SourceFile &file, Diagnostics &diagnostics)
      : file(file), diagnostics(diagnostics), tokens(lex(file, diagnostics)) {}

  std::unique_ptr<ast::Program> program();

private:
  // The cursor, errors, and going on after one: ParserCursor.cpp
  const Token &peek(size_t ahead = 0) const { return tokens[std::min(position + ahead, tokens.size() - 1)]; }
  TokenKind kind(size_t ahead = 0) const { return peek(ahead).kind; }
  bool at(TokenKind wanted) const { return kind() == wanted; }
  bool atWord(std::string_view word, size_t ahead = 0) const;
  bool atContinuing(TokenKind opener) const;
  bool accept(TokenKind wanted);
  void advance();
  std::string_view text(const Token &token) const;
  Range range(const Token &token) const { return {&file, token.begin, token.end}; }
  Range since(uint32_t begin) const;
  uint32_t column(const Token &token) const { return file.position(token.begin).column; }
  ast::Name takeName();

  Diagnostic *error(std::string expected);
  bool fail(std::string expected);
  Diagnostic *nameError(std::string expected);
  std::string found() const;
  bool expect(TokenKind wanted, const char *where);
  bool expectName(ast::Name &name, const char *what);
  bool expectWord(const char *word, const char *where);
  void giveUp(Range where, std::string limit);
  bool tooDeep();

  bool atNewDeclaration() const;
  bool atNewStatement() const;
  void skipToListSeparator();
  void skipToStatement(size_t begin);
  void skipToDeclaration(size_t begin);
  void skipToBody();

  /// Counts how deep the parser is inside itself.
  class Nesting {
  public:
    explicit Nesting(GrammarParser &parser) : parser(parser) { ++parser.depth; }
    ~Nesting() { --parser.depth; }

  private:
    GrammarParser &parser;
  };

  template <typename ParseItem> bool separated(ParseItem parseItem);
  template <typename ParseItem> bool list(TokenKind close, ParseItem parseItem);
  bool names(std::vector<ast::Name> &names, const char *what);
  bool oneOrMoreNames(std::vector<ast::Name> &names, const char *what);
  template <typename Statement>
  bool body(const char *what, std::vector<Statement> &statements, bool (GrammarParser::*parse)(Statement &));

  // ParseExpression.cpp
  ast::ExprPtr expression();
  ast::ExprPtr conditional();
  ast::ExprPtr operators(int loosest);
  ast::ExprPtr prefix(ast::Operator op, int operandLevel);
  ast::ExprPtr comparisonEnd(ast::ExprPtr comparison);
  ast::ExprPtr postfix();
  ast::ExprPtr field(ast::ExprPtr object);
  ast::ExprPtr bracketed(ast::ExprPtr head);
  ast::ExprPtr call(ast::ExprPtr function);
  ast::ExprPtr primary();
  ast::ExprPtr noExpression();
  ast::ExprPtr parenthesised();
  ast::ExprPtr leaf(ast::Expr::Kind kind);
  ast::ExprPtr sizeOf();
  ast::ExprPtr path();
  ast::ExprPtr makeExpr(ast::Expr::Kind kind, uint32_t begin) const;
  ast::ExprPtr binary(ast::ExprPtr left, ast::Operator op, const Token &sign, ast::ExprPtr right);
  ast::ExprPtr finished(ast::ExprPtr expr);

  // ParseBrackets.cpp
  bool brackets(ast::Brackets &brackets);
  bool item(ast::Item &item);
  bool bindings(std::vector<ast::Binding> &bindings);

  // ParseSize.cpp
  ast::ExprPtr size();
  ast::ExprPtr sizeTerm();
  ast::ExprPtr sizeAtom();
  ast::ExprPtr budget();
  ast::ExprPtr budgetAtom();

  // ParseType.cpp
  bool type(ast::Type &type);
  bool typeAtom(ast::Type &type);
  bool typeAxes(ast::Type &type);
  bool wires(std::vector<ast::Typed> &wires);
  bool typed(ast::Typed &typed);
  bool typedNames(std::vector<ast::Name> &names, ast::Type &type);
  bool weights(std::vector<ast::Weight> &weights);
  bool weight(ast::Weight &weight);
  bool generics(std::optional<ast::Generics> &generics);
  bool parameter(ast::Parameter &parameter);

  // ParseDiagram.cpp
  ast::DiagramPtr diagram();
  ast::DiagramPtr diagramProduct();
  ast::DiagramPtr diagramNamed();
  ast::DiagramPtr diagramAtom();
  ast::DiagramPtr prefixed(ast::Diagram::Kind kind);
  bool stateCount(ast::Diagram &diagram);
  ast::DiagramPtr iterate();
  ast::DiagramPtr numberAsDiagram();
  ast::DiagramPtr instance();
  ast::DiagramPtr subject();
  ast::DiagramPtr makeDiagram(ast::Diagram::Kind kind) const;
  ast::DiagramPtr finished(ast::DiagramPtr diagram) const;

  // ParseMorphism.cpp
  bool morphism(ast::Morphism &morphism);
  bool morphismHeader(ast::Morphism &morphism);
  bool clauses(ast::Morphism &morphism);
  bool equation(ast::Equation &equation);
  bool equationStart(ast::Equation &equation);
  bool tied(ast::Equation &equation);
  bool definition(ast::Equation &equation);
  bool pattern(ast::Pattern &pattern);
  bool patternAtom(ast::Pattern &pattern);
  bool patternAxis(ast::Pattern &pattern);

  // ParseMonoid.cpp
  bool monoid(ast::Monoid &monoid);
  bool law(ast::Law &law);
  bool carrier(ast::Law &law);
  bool lawValue(ast::Law &law);

  // ParseCell.cpp
  bool cell(ast::Cell &cell);
  bool cellHeader(ast::Cell &cell);
  bool composition(ast::Cell &cell);
  bool tie(ast::Tie &tie);
  bool tieStart(ast::Tie &tie);

  // ParseClaim.cpp
  bool claim(ast::Claim &claim);
  bool property(ast::Claim &claim);
  bool bound(ast::Claim &claim);
  bool symmetry(ast::Claim &claim);
  bool homomorphism(ast::Claim &claim);

  // ParseDeclaration.cpp
  bool declaration(ast::Declaration &declaration);
  template <typename Node> bool declare(ast::Declaration &declaration, bool (GrammarParser::*parse)(Node &));
  bool import(ast::Import &import);
  bool axes(ast::Axes &axes);
  bool axis(ast::Axis &axis);
  bool object(ast::Object &object);
  bool constant(ast::Constant &constant);
  bool exported(ast::Export &exported);

  const SourceFile &file;
  Diagnostics &diagnostics;
  std::vector<Token> tokens;
  size_t position = 0;
  unsigned depth = 0;
  bool inTie = false;           // paths have numbers there: `body.W.3`
  uint32_t statementColumn = 1; // of the first token of the statement being read
  bool givenUp = false;         // a limit was met: nothing after it is read
  size_t reportedAt = SIZE_MAX; // the token that the last error is about: one error a place
};

/// Items between commas. One that fails is skipped, so that the others are still checked.
template <typename ParseItem> bool GrammarParser::separated(ParseItem parseItem) {
  bool fine = true;
  do {
    if (!parseItem()) {
      fine = false;
      skipToListSeparator();
    }
  } while (accept(TokenKind::comma));
  return fine;
}

/// Items between commas up to and with `close`.
template <typename ParseItem> bool GrammarParser::list(TokenKind close, ParseItem parseItem) {
  for (bool fine = true;; fine = false) {
    fine &= separated(parseItem);
    if (accept(close))
      return fine;
    if (fine)
      error(fmt::format("`,` or `{}`", spelling(close)));
    skipToListSeparator();
    if (!accept(TokenKind::comma))
      return accept(close), false;
  }
}

/// `{ statements }`. `what` names one of them.
template <typename Statement>
bool GrammarParser::body(const char *what, std::vector<Statement> &statements,
                         bool (GrammarParser::*parse)(Statement &)) {
  Range opening = range(peek());
  bool fine = true;
  for (advance(); !at(TokenKind::rightBrace);) {
    if (at(TokenKind::endOfFile) || (startsDeclaration(kind()) && !at(TokenKind::kwAssume))) {
      if (Diagnostic *missing = error(fmt::format("{} or `}}`", what)))
        missing->note(opening, "this `{` is not closed");
      return false;
    }
    size_t begin = position;
    statementColumn = column(peek());
    Statement statement;
    if ((this->*parse)(statement)) {
      statements.push_back(std::move(statement));
      continue;
    }
    fine = false;
    skipToStatement(begin);
  }
  advance();
  return fine;
}

} // namespace weft
