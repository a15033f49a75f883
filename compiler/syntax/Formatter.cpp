// Tokens get marks from the tree, marks make lines, lines get columns. Blanks are all that changes.
#include "compiler/syntax/Formatter.h"

#include "compiler/syntax/FormatLines.h"
#include "compiler/syntax/Lexer.h"

namespace weft {
namespace {

/// Gives every line its indent and writes it.
class LineWriter {
public:
  LineWriter(std::vector<Line> lines, const std::vector<Token> &tokens, const std::vector<TokenMark> &marks)
      : lines(std::move(lines)), tokens(tokens), marks(marks) {}

  std::string run() {
    alignTokens(lines);
    std::vector<uint32_t> ends;
    for (Line &line : lines)
      ends.push_back(place(line));
    alignComments(lines, ends);
    std::string text;
    for (const Line &line : lines)
      write(line, text);
    return text;
  }

private:
  struct Opener {
    uint32_t lineIndent, column;
    bool lastOnLine;
  };

  TokenKind kind(const Piece &piece) const {
    return piece.token == Piece::comment ? TokenKind::endOfFile : tokens[piece.token].kind;
  }
  static bool closes(TokenKind kind) {
    return kind == TokenKind::rightParen || kind == TokenKind::rightBracket || kind == TokenKind::rightBrace;
  }
  static bool opens(TokenKind kind) {
    return kind == TokenKind::leftParen || kind == TokenKind::leftBracket || kind == TokenKind::leftBrace;
  }

  /// Behind a bracket that ends its line, lines are indented; else they stand under what follows the bracket.
  uint32_t indentInside(const Opener &opener, bool closing) const {
    if (opener.lastOnLine)
      return opener.lineIndent + (closing ? 0 : 2);
    return opener.column + (closing ? 0 : 1);
  }

  /// Settles the line's indent, and returns the column where its code ends.
  uint32_t place(Line &line) {
    if (!line.indent)
      line.indent = open.empty() ? 0 : indentInside(open.back(), closes(kind(line.pieces.front())));
    uint32_t column = *line.indent;
    for (size_t i = 0; i < line.pieces.size(); ++i) {
      const Piece &piece = line.pieces[i];
      if (piece.token == Piece::comment)
        break;
      column += piece.blanks + piece.padding;
      const TokenMark &mark = marks[piece.token];
      bool last = i + 1 == line.pieces.size() || line.pieces[i + 1].token == Piece::comment;
      if (opens(kind(piece)) && !mark.opensBody)
        open.push_back({*line.indent, column, last});
      else if (closes(kind(piece)) && !mark.closesBody && !open.empty())
        open.pop_back();
      column += piece.width;
    }
    return column;
  }

  static void write(const Line &line, std::string &text) {
    if (line.blankBefore)
      text += '\n';
    text.append(*line.indent, ' ');
    for (const Piece &piece : line.pieces) {
      text.append(piece.blanks + piece.padding, ' ');
      text += piece.text;
    }
    text += '\n';
  }

  std::vector<Line> lines;
  const std::vector<Token> &tokens;
  const std::vector<TokenMark> &marks;
  std::vector<Opener> open;
};

} // namespace

std::string format(const ast::Program &program, const SourceFile &file) {
  Diagnostics alreadyReported;
  std::vector<Token> tokens = lex(file, alreadyReported);
  std::vector<TokenMark> marks = markTokens(program, tokens);
  return LineWriter(cutIntoLines(file, tokens, marks), tokens, marks).run();
}

} // namespace weft
