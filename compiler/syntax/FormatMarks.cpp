// A walk over the tree that marks tokens by the places where nodes start and end.
#include "compiler/syntax/FormatMarks.h"

#include <algorithm>

namespace weft {
namespace {

using namespace ast;

class Marker {
public:
  Marker(const Program &program, const std::vector<Token> &tokens)
      : text(program.file->text()), tokens(tokens), marks(tokens.size()) {
    markSemicolons();
    for (const Declaration &declaration : program.declarations) {
      current = &declaration;
      markAt(declaration.range.begin).startsDeclaration = true;
      std::visit([&](const auto &node) { visit(node); }, declaration.node);
    }
  }

  std::vector<TokenMark> take() { return std::move(marks); }

private:
  /// The token at `offset`, or the first one after it.
  size_t tokenAt(uint32_t offset) const {
    auto before = [](const Token &token, uint32_t offset) { return token.begin < offset; };
    return size_t(std::lower_bound(tokens.begin(), tokens.end(), offset, before) - tokens.begin());
  }
  TokenMark &markAt(uint32_t offset) { return marks[tokenAt(offset)]; }

  void markSemicolons();
  template <typename Statement> void markBody(const std::vector<Statement> &statements, bool morphism);
  void markClauses();

  template <typename T> void visitAll(const std::vector<T> &nodes) {
    for (const T &node : nodes)
      visit(node);
  }
  template <typename T> void visit(const std::unique_ptr<T> &node) {
    if (node)
      visit(*node);
  }
  template <typename T> void visit(const std::optional<T> &node) {
    if (node)
      visit(*node);
  }
  void visit(const Expr &expr);
  void visit(const Item &item) { visit(item.value); }
  void visit(const Brackets &brackets);
  void visit(const Diagram &diagram);
  void visit(const Weight &weight);
  void visit(const Parameter &parameter) { visit(parameter.value); }
  void visit(const Generics &generics) { visitAll(generics.parameters); }
  void visit(const Binding &binding) { visit(binding.value); }
  void visit(const Equation &equation);
  void visit(const Law &law);
  void visit(const Tie &tie);
  void visit(const Import &) {}
  void visit(const Object &) {}
  void visit(const Axis &axis) { visit(axis.size); }
  void visit(const Axes &axes);
  void visit(const Constant &constant) { visit(constant.value); }
  void visit(const Morphism &morphism);
  void visit(const Monoid &monoid);
  void visit(const Cell &cell);
  void visit(const Claim &claim);
  void visit(const Export &) { markAt(current->range.begin).startsList = true; }

  std::string_view text;
  const std::vector<Token> &tokens;
  std::vector<TokenMark> marks;
  const Declaration *current = nullptr;
};

/// `;` separates diagrams with blanks around it, and the two lists of a bracket form with one behind it.
void Marker::markSemicolons() {
  std::vector<TokenKind> open;
  for (size_t i = 0; i < tokens.size(); ++i)
    switch (tokens[i].kind) {
    case TokenKind::leftParen:
    case TokenKind::leftBracket:
      open.push_back(tokens[i].kind);
      break;
    case TokenKind::rightParen:
    case TokenKind::rightBracket:
      if (!open.empty())
        open.pop_back();
      break;
    case TokenKind::semicolon:
      marks[i].tightBefore = !open.empty() && open.back() == TokenKind::leftBracket;
      break;
    default:
      break;
    }
}

/// A body stays on one line when it is written so; only laws stand there side by side.
template <typename Statement> void Marker::markBody(const std::vector<Statement> &statements, bool morphism) {
  size_t close = tokenAt(current->range.end) - 1;
  size_t open = statements.empty() ? close - 1 : tokenAt(statements.front().range.begin) - 1;
  std::string_view inside = text.substr(tokens[open].end, tokens[close].begin - tokens[open].end);
  bool empty = inside.find_first_not_of(" \t\r\n") == std::string_view::npos;
  bool together = statements.size() <= 1 || std::is_same_v<Statement, Law>;
  bool flat = empty || (together && inside.find('\n') == std::string_view::npos);
  marks[open].opensBody = marks[close].closesBody = true;
  marks[open].ofMorphism = morphism;
  marks[open].flat = marks[close].flat = flat;
  for (const Statement &statement : statements) {
    TokenMark &mark = markAt(statement.range.begin);
    mark.startsStatement = true;
    mark.flat = flat;
    mark.inlineList = flat && &statement != &statements.front();
  }
}

/// The clauses of the current declaration's header: no other token of it is one of these words.
void Marker::markClauses() {
  for (size_t i = tokenAt(current->range.begin); tokens[i].begin < current->range.end; ++i) {
    if (marks[i].opensBody)
      return;
    TokenKind kind = tokens[i].kind;
    marks[i].startsList = kind == TokenKind::kwWeights;
    marks[i].startsClause =
        kind == TokenKind::kwWeights || kind == TokenKind::kwRequires || kind == TokenKind::kwEnsures;
  }
}

void Marker::visit(const Expr &expr) {
  if (expr.kind == Expr::Kind::call)
    markAt(expr.children.front()->range.end).tightBefore = true;
  if (expr.kind == Expr::Kind::unary && expr.op == Operator::negate)
    markAt(expr.operatorRange.begin).tightAfter = true;
  visitAll(expr.children);
  visit(expr.brackets);
}

void Marker::visit(const Brackets &brackets) {
  visitAll(brackets.items);
  visitAll(brackets.settings);
  visit(brackets.where);
}

void Marker::visit(const Diagram &diagram) {
  visitAll(diagram.parts);
  visit(diagram.brackets);
  visit(diagram.budget);
}

void Marker::visit(const Weight &weight) {
  if (!weight.initial)
    return;
  if (!weight.initial->arguments.empty())
    markAt(weight.initial->name.range.end).tightBefore = true;
  visitAll(weight.initial->arguments);
}

void Marker::visit(const Equation &equation) {
  if (equation.kind == Equation::Kind::drop)
    markAt(equation.range.begin).startsList = true;
  visit(equation.diagram);
  visit(equation.target);
  visit(equation.value);
}

void Marker::visit(const Law &law) {
  visit(law.value);
  visitAll(law.bindings);
}

void Marker::visit(const Tie &tie) {
  visit(tie.target);
  visit(tie.value);
  visitAll(tie.bindings);
  visit(tie.brackets);
}

void Marker::visit(const Axes &axes) {
  markAt(current->range.begin).startsList = true;
  visitAll(axes.axes);
}

void Marker::visit(const Morphism &morphism) {
  visit(morphism.generics);
  visit(morphism.diagram);
  visitAll(morphism.weights);
  visitAll(morphism.required);
  visitAll(morphism.ensured);
  visitAll(morphism.equations);
  if (morphism.diagram)
    return;
  markBody(morphism.equations, true);
  markClauses();
}

void Marker::visit(const Monoid &monoid) {
  visitAll(monoid.laws);
  markBody(monoid.laws, false);
}

void Marker::visit(const Cell &cell) {
  visit(cell.generics);
  visit(cell.subject);
  visitAll(cell.weights);
  visitAll(cell.ties);
  if (!cell.composition.empty())
    return;
  markAt(cell.generics ? cell.generics->range.end : cell.name.range.end).spacedColon = true;
  markBody(cell.ties, false);
  markClauses();
}

void Marker::visit(const Claim &claim) {
  visit(claim.subject);
  visit(claim.bound);
  visit(claim.other);
}

} // namespace

std::vector<TokenMark> markTokens(const Program &program, const std::vector<Token> &tokens) {
  return Marker(program, tokens).take();
}

} // namespace weft
