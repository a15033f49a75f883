// Where lines break. Breaks that the author made between the tokens of one statement stay; those around
// declarations, statements and braces are the formatter's.
#include "compiler/syntax/FormatLines.h"

#include "compiler/syntax/Utf8.h"
#include "lib/source/Source.h"

namespace weft {
namespace {

constexpr uint32_t step = 2;

class LineCutter {
public:
  LineCutter(const SourceFile &file, const std::vector<Token> &tokens, const std::vector<TokenMark> &marks)
      : text(file.text()), tokens(tokens), marks(marks) {}

  std::vector<Line> run();

private:
  void gap(size_t i);
  void comment(size_t i, std::string_view text, bool ownLine);
  void token(size_t i);
  bool breaksBefore(size_t i) const;
  std::optional<uint32_t> indentOf(size_t i) const;
  uint32_t blanksBefore(size_t i) const;
  void enter(size_t i);
  void startLine(std::optional<uint32_t> indent);
  void add(size_t token, std::string_view what);
  void moveTo(size_t offset);

  std::string_view text;
  const std::vector<Token> &tokens;
  const std::vector<TokenMark> &marks;
  std::vector<Line> lines;

  // The place in the source.
  size_t offset = 0;
  uint32_t sourceLine = 0, sourceColumn = 0, lastEnd = 0;
  // What the gap before the next token holds.
  unsigned newlines = 0;     // since the last comment or token
  bool newlineInGap = false; // anywhere in it
  bool mustBreak = false;    // a comment ended the line
  // The statement that the next token continues.
  unsigned open = 0; // brackets in it
  uint32_t statementIndent = 0;
  std::optional<uint32_t> listColumn;
  bool headerBroken = false; // the declaration's header has more than one line
};

std::vector<Line> LineCutter::run() {
  for (size_t i = 0; i < tokens.size(); ++i) {
    gap(i);
    if (tokens[i].kind != TokenKind::endOfFile)
      token(i);
  }
  return std::move(lines);
}

/// Moves over the source up to `end`, counting lines and columns.
void LineCutter::moveTo(size_t end) {
  while (offset < end) {
    if (text[offset] == '\n') {
      ++sourceLine;
      sourceColumn = lastEnd = 0;
      ++offset;
      continue;
    }
    size_t length = utf8::characterLength(text.substr(offset));
    offset += length ? length : 1;
    ++sourceColumn;
  }
}

/// The blanks and comments before token `i`.
void LineCutter::gap(size_t i) {
  newlines = 0;
  newlineInGap = mustBreak = false;
  while (offset < tokens[i].begin) {
    if (text.compare(offset, 2, "//") != 0) {
      bool newline = text[offset] == '\n';
      newlines += newline;
      newlineInGap |= newline;
      moveTo(offset + 1);
      continue;
    }
    size_t end = std::min(text.find('\n', offset), text.size());
    std::string_view content = text.substr(offset, end - offset);
    content = content.substr(0, content.find_last_not_of(" \t\r") + 1);
    comment(i, content, newlineInGap || i == 0);
    moveTo(end);
    newlines = 0;
    mustBreak = true;
  }
}

/// A comment before token `i`: at the end of the line before, or on its own.
void LineCutter::comment(size_t i, std::string_view content, bool ownLine) {
  if (ownLine) {
    bool inBody = marks[i].closesBody || marks[i].opensBody;
    startLine(inBody ? step : indentOf(i));
  }
  add(Piece::comment, content);
}

void LineCutter::token(size_t i) {
  enter(i);
  if (lines.empty() || mustBreak || breaksBefore(i)) {
    startLine(indentOf(i));
    lines.back().blankBefore &= !marks[i].closesBody;
    headerBroken |= !marks[i].startsDeclaration;
  }
  add(i, text.substr(tokens[i].begin, tokens[i].end - tokens[i].begin));
  moveTo(tokens[i].end);
  lastEnd = sourceColumn;
}

/// Notes which statement token `i` belongs to.
void LineCutter::enter(size_t i) {
  const TokenMark &mark = marks[i];
  if (mark.startsDeclaration)
    headerBroken = false;
  if (mark.startsDeclaration || mark.startsStatement || mark.startsClause || mark.opensBody ||
      mark.closesBody) {
    statementIndent = mark.startsStatement || mark.startsClause ? step : 0;
    listColumn.reset();
    open = 0;
  }
  // What follows a list's word stands under its first item, if that is on the word's line and the word first
  // on it.
  if (i > 0 && marks[i - 1].startsList && !newlineInGap && lines.back().pieces.size() == 1)
    listColumn = statementIndent + lines.back().pieces.front().width + 1;
}

bool LineCutter::breaksBefore(size_t i) const {
  const TokenMark &mark = marks[i];
  if (mark.startsDeclaration)
    return true;
  if (mark.opensBody && !mark.flat)
    return mark.ofMorphism || headerBroken;
  if (mark.startsStatement || mark.closesBody)
    return !mark.flat;
  return newlineInGap;
}

/// Of a line that starts with token `i`; none inside brackets.
std::optional<uint32_t> LineCutter::indentOf(size_t i) const {
  const TokenMark &mark = marks[i];
  if (mark.startsStatement || mark.startsClause)
    return step;
  if (mark.startsDeclaration || mark.opensBody || mark.closesBody || tokens[i].kind == TokenKind::endOfFile)
    return 0;
  if (open > 0)
    return std::nullopt;
  if (!listColumn)
    return statementIndent + step;
  return tokens[i - 1].kind == TokenKind::comma ? *listColumn : *listColumn + step;
}

void LineCutter::startLine(std::optional<uint32_t> indent) {
  bool afterOpening = false;
  if (!lines.empty() && !lines.back().pieces.empty()) {
    const Piece &last = lines.back().pieces.back();
    afterOpening = last.token != Piece::comment && marks[last.token].opensBody;
  }
  Line &line = lines.emplace_back();
  line.blankBefore = newlines > 1 && lines.size() > 1 && !afterOpening;
  line.indent = indent;
}

void LineCutter::add(size_t token, std::string_view what) {
  Line &line = lines.back();
  Piece piece;
  piece.token = token;
  piece.text = what;
  piece.width = uint32_t(utf8::characterCount(what));
  piece.sourceLine = sourceLine;
  piece.sourceColumn = sourceColumn;
  piece.sourceBlanks = sourceColumn - lastEnd;
  if (!line.pieces.empty())
    piece.blanks = token == Piece::comment ? 1 : blanksBefore(token);
  line.pieces.push_back(piece);
  if (token == Piece::comment)
    return;
  switch (tokens[token].kind) {
  case TokenKind::leftParen:
  case TokenKind::leftBracket:
  case TokenKind::leftBrace:
    open += !marks[token].opensBody;
    break;
  case TokenKind::rightParen:
  case TokenKind::rightBracket:
  case TokenKind::rightBrace:
    open -= open > 0 && !marks[token].closesBody;
    break;
  default:
    break;
  }
}

/// Between token `i` and the one before it, on one line.
uint32_t LineCutter::blanksBefore(size_t i) const {
  const TokenMark &mark = marks[i], &before = marks[i - 1];
  if (before.opensBody && mark.closesBody)
    return 0;
  if (before.opensBody || mark.closesBody)
    return 1;
  if (mark.inlineList)
    return 3;
  if (mark.tightBefore || before.tightAfter)
    return 0;
  switch (tokens[i].kind) {
  case TokenKind::dot:
    // `3.x` would be read as a number that ends in its point; in `W.3.x` it is a part of the path.
    return tokens[i - 1].kind == TokenKind::number && (i < 2 || tokens[i - 2].kind != TokenKind::dot);
  case TokenKind::comma:
  case TokenKind::leftBracket:
  case TokenKind::rightBracket:
  case TokenKind::rightParen:
  case TokenKind::rightBrace:
    return 0;
  case TokenKind::colon:
    return mark.spacedColon;
  default:
    break;
  }
  switch (tokens[i - 1].kind) {
  case TokenKind::leftParen:
  case TokenKind::leftBracket:
  case TokenKind::leftBrace:
  case TokenKind::dot:
  case TokenKind::hash:
    return 0;
  default:
    return 1;
  }
}

} // namespace

std::vector<Line> cutIntoLines(const SourceFile &file, const std::vector<Token> &tokens,
                               const std::vector<TokenMark> &marks) {
  return LineCutter(file, tokens, marks).run();
}

} // namespace weft
