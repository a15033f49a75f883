// program, import, axes, object, constant, export.
#include "compiler/syntax/GrammarParser.h"
#include "compiler/syntax/Parser.h"

namespace weft {

std::unique_ptr<ast::Program> GrammarParser::program() {
  auto program = std::make_unique<ast::Program>();
  program->file = &file;
  while (!at(TokenKind::endOfFile)) {
    size_t begin = position;
    statementColumn = column(peek());
    ast::Declaration made;
    if (declaration(made)) {
      made.range = since(tokens[begin].begin);
      program->declarations.push_back(std::move(made));
    } else if (position == begin || !startsDeclaration(kind())) {
      skipToDeclaration(begin);
    }
  }
  return program;
}

template <typename Node>
bool GrammarParser::declare(ast::Declaration &declaration, bool (GrammarParser::*parse)(Node &)) {
  return (this->*parse)(declaration.node.emplace<Node>());
}

bool GrammarParser::declaration(ast::Declaration &declaration) {
  switch (kind()) {
  case TokenKind::kwImport:
    return declare(declaration, &GrammarParser::import);
  case TokenKind::kwLet:
    return declare(declaration, &GrammarParser::constant);
  case TokenKind::kwAxis:
    return declare(declaration, &GrammarParser::axes);
  case TokenKind::kwObject:
    return declare(declaration, &GrammarParser::object);
  case TokenKind::kwMonoid:
    return declare(declaration, &GrammarParser::monoid);
  case TokenKind::kwCell:
    return declare(declaration, &GrammarParser::cell);
  case TokenKind::kwClaim:
  case TokenKind::kwAssume:
    return declare(declaration, &GrammarParser::claim);
  case TokenKind::kwExport:
    if (kind(1) != TokenKind::kwMorphism)
      return declare(declaration, &GrammarParser::exported);
    [[fallthrough]];
  case TokenKind::kwMorphism:
    return declare(declaration, &GrammarParser::morphism);
  default:
    Diagnostic *wrong = error("a declaration");
    if (wrong && at(TokenKind::rightBrace))
      wrong->note("this `}` closes nothing");
    else if (wrong)
      wrong->note("a declaration starts with `import`, `let`, `axis`, `object`, `morphism`, `monoid`, "
                  "`cell`, `claim`, "
                  "`assume` or `export`");
    return false;
  }
}

/// "import" ( NAME { "." NAME } | STRING )
bool GrammarParser::import(ast::Import &import) {
  advance();
  uint32_t begin = peek().begin;
  if (at(TokenKind::string)) {
    std::string_view quoted = text(peek());
    import.text = quoted.substr(1, quoted.size() - 2);
    advance();
  } else {
    do
      if (!expectName(import.path.emplace_back(), "a name such as `std.nn`, or a path in quotes"))
        return false;
    while (accept(TokenKind::dot));
  }
  import.range = since(begin);
  return true;
}

/// "axis" axis { "," axis }
bool GrammarParser::axes(ast::Axes &axes) {
  advance();
  return separated([&] { return axis(axes.axes.emplace_back()); });
}

/// NAME [ "=" ( "{" NAME { "," NAME } "}" | size ) ]
bool GrammarParser::axis(ast::Axis &axis) {
  uint32_t begin = peek().begin;
  if (!expectName(axis.name, "the name of an axis"))
    return false;
  bool fine = true;
  if (accept(TokenKind::assign)) {
    if (accept(TokenKind::leftBrace)) {
      axis.kind = ast::Axis::Kind::named;
      fine = list(TokenKind::rightBrace,
                  [&] { return expectName(axis.elements.emplace_back(), "the name of an element"); });
    } else {
      axis.kind = ast::Axis::Kind::sized;
      fine = (axis.size = size()) != nullptr;
    }
  }
  axis.range = since(begin);
  return fine;
}

/// "object" NAME "=" type
bool GrammarParser::object(ast::Object &object) {
  advance();
  return expectName(object.name, "the name of an object") &&
         expect(TokenKind::assign, "after the name of an object") && type(object.type);
}

/// "let" NAME "=" expr
bool GrammarParser::constant(ast::Constant &constant) {
  advance();
  return expectName(constant.name, "the name of a constant") &&
         expect(TokenKind::assign, "after the name of a constant") &&
         (constant.value = expression()) != nullptr;
}

/// "export" NAME { "," NAME }
bool GrammarParser::exported(ast::Export &exported) {
  advance();
  return names(exported.names, "the name of a morphism");
}

std::unique_ptr<ast::Program> parse(const SourceFile &file, Diagnostics &diagnostics) {
  return GrammarParser(file, diagnostics).program();
}

} // namespace weft
