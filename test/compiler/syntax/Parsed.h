// A text, read for a test.
#pragma once

#include "compiler/syntax/AstPrinter.h"
#include "compiler/syntax/Formatter.h"
#include "compiler/syntax/Lexer.h"
#include "compiler/syntax/Parser.h"

namespace weft {

struct Parsed {
  explicit Parsed(std::string text) : file("test.weft", std::move(text)), program(parse(file, diagnostics)) {}

  /// `LINE:COLUMN message` of each error, one a line.
  std::string errors() const {
    std::string text;
    for (const auto &message : diagnostics.all()) {
      auto at = file.position(message->range.begin);
      text += std::to_string(at.line) + ":" + std::to_string(at.column) + " " + message->message + "\n";
    }
    return text;
  }
  /// All notes, one a line.
  std::string notes() const {
    std::string text;
    for (const auto &message : diagnostics.all())
      for (const Note &note : message->notes)
        text += note.message + "\n";
    return text;
  }
  std::string tree() const { return print(*program); }
  std::string formatted() const { return format(*program, file); }
  /// The texts of all tokens.
  std::vector<std::string> tokens() const {
    Diagnostics again;
    std::vector<std::string> texts;
    for (const Token &token : lex(file, again))
      texts.emplace_back(file.text().substr(token.begin, token.end - token.begin));
    return texts;
  }

  SourceFile file;
  Diagnostics diagnostics;
  std::unique_ptr<ast::Program> program;
};

/// The tree of an expression, as the value of a constant.
inline std::string expressionTree(const std::string &text) {
  Parsed parsed("let it = " + text);
  return parsed.errors() + parsed.tree().substr(parsed.tree().find('\n') + 1);
}

/// The tree of a diagram, as that of a morphism.
inline std::string diagramTree(const std::string &text) {
  Parsed parsed("morphism it = " + text);
  return parsed.errors() + parsed.tree().substr(parsed.tree().find('\n') + 1);
}

} // namespace weft
