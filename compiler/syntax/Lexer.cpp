// One pass over the bytes. Whatever is wrong is skipped as a whole, so that one slip is one error.
#include "compiler/syntax/Lexer.h"

#include "compiler/syntax/Utf8.h"

#include <fmt/format.h>

namespace weft {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isNamePart(char c) { return isNameStart(c) || isDigit(c); }
bool isAscii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// What people write for a sign of the language, and what the language writes.
struct Substitute {
  std::string_view seen, write;
};
constexpr Substitute substitutes[] = {
    {"&&", "and"},          {"||", "or"},
    {"&", "and"},           {"|", "or"},
    {"!", "not"},           {"?", "if c then a else b"},
    {"%", "mod"},           {"^", "pow(a, b)"},
    {"\xe2\x86\x92", "->"}, {"\xe2\x87\x92", "=>"},
    {"\xe2\x89\xa4", "<="}, {"\xe2\x89\xa5", ">="},
    {"\xe2\x89\xa0", "!="}, {"\xe2\x88\x92", "-"},
    {"\xc3\x97", "*"},      {"\xc2\xb7", "*"},
    {"\xe2\x8a\x97", "*"},  {"\xe2\x88\x9e", "inf"},
    {"\xcf\x80", "pi"},     {"'", "\""},
    {"\xe2\x80\x9c", "\""}, {"\xe2\x80\x9d", "\""},
};

const Substitute *substituteAt(std::string_view text) {
  for (const Substitute &substitute : substitutes)
    if (text.substr(0, substitute.seen.size()) == substitute.seen)
      return &substitute;
  return nullptr;
}

class Lexer {
public:
  Lexer(const SourceFile &file, Diagnostics &diagnostics)
      : file(file), diagnostics(diagnostics), text(file.text()) {}

  std::vector<Token> run();

private:
  char at(size_t offset) const { return offset < text.size() ? text[offset] : '\0'; }
  bool startsWith(std::string_view what) const { return text.substr(position, what.size()) == what; }
  Range range(size_t begin, size_t end) const { return {&file, uint32_t(begin), uint32_t(end)}; }
  std::string quoted(size_t begin, size_t end) const { return std::string(text.substr(begin, end - begin)); }

  void skipBlanks();
  void skipComment();
  void validate(size_t begin, size_t end, const char *where);
  void next();
  void word();
  void number();
  bool continuesPath() const;
  void component();
  void digits();
  Diagnostic &numberError(size_t begin, const char *wrong);
  void string();
  bool punctuation();
  void unknown();
  void foreignWord(size_t begin);
  void push(TokenKind kind, size_t begin) {
    tokens.push_back({kind, firstOnLine, uint32_t(begin), uint32_t(position)});
    firstOnLine = false;
  }

  const SourceFile &file;
  Diagnostics &diagnostics;
  std::string_view text;
  size_t position = 0;
  bool firstOnLine = true;
  std::vector<Token> tokens;
};

std::vector<Token> Lexer::run() {
  size_t errorsBefore = diagnostics.errorCount();
  if (text.size() > limits::fileBytes) {
    diagnostics.error(
        "limit", range(0, 0),
        fmt::format("the file has {} bytes, and {} is the most", text.size(), limits::fileBytes));
    text = {};
  }
  // A byte order mark says nothing that UTF-8 needs, but editors write it.
  if (startsWith("\xef\xbb\xbf"))
    position = 3;
  for (skipBlanks(); position < text.size(); skipBlanks()) {
    if (tokens.size() == limits::tokens) {
      diagnostics.error("limit", range(position, position + 1),
                        fmt::format("the file has more than {} tokens", limits::tokens));
      tokens.clear();
      break;
    }
    next();
    // So much that is no Weft is no program: to read on would only cost time.
    if (diagnostics.errorCount() - errorsBefore > limits::wrongTokens) {
      tokens.clear();
      break;
    }
  }
  position = text.size();
  firstOnLine = true;
  push(TokenKind::endOfFile, position);
  return std::move(tokens);
}

void Lexer::skipBlanks() {
  for (; position < text.size(); ++position) {
    char c = text[position];
    // A comment ends before its line does: what is seen next is the end of the line, or of the file.
    if (startsWith("//"))
      skipComment();
    else if (c != '\n' && c != ' ' && c != '\t' && c != '\r')
      return;
    if (at(position) == '\n')
      firstOnLine = true;
  }
}

void Lexer::skipComment() {
  size_t begin = position;
  position = std::min(text.find('\n', begin), text.size());
  validate(begin, position, "a comment");
}

void Lexer::validate(size_t begin, size_t end, const char *where) {
  for (size_t i = begin; i < end;) {
    size_t length = utf8::characterLength(text.substr(i, end - i));
    if (length == 0) {
      diagnostics.error("syntax", range(i, i + 1),
                        fmt::format("{} holds the byte 0x{:02x}, which is no UTF-8", where,
                                    static_cast<unsigned char>(text[i])));
      return;
    }
    i += length;
  }
}

void Lexer::next() {
  char c = text[position];
  if (isNameStart(c))
    return word();
  if (continuesPath())
    return component();
  if (isDigit(c) || (c == '.' && isDigit(at(position + 1))))
    return number();
  if (c == '"')
    return string();
  if (!punctuation())
    unknown();
}

void Lexer::word() {
  size_t begin = position;
  while (isNamePart(at(position)))
    ++position;
  if (position < text.size() && !isAscii(text[position]) && !substituteAt(text.substr(position)))
    return foreignWord(begin);
  push(wordKind(text.substr(begin, position - begin)), begin);
}

void Lexer::digits() {
  while (isDigit(at(position)) || (at(position) == '_' && isDigit(at(position + 1))))
    ++position;
}

/// digits [ . digits ] [ e [+-] digits ], a single `_` between two digits.
void Lexer::number() {
  size_t begin = position;
  const char *wrong = nullptr;
  digits();
  size_t point = position;
  if (at(point) == '.') {
    ++position;
    digits();
    if (point == begin)
      wrong = "a number has a digit before its point";
    else if (position == point + 1)
      wrong = "a number has a digit after its point";
  }
  if (at(position) == 'e' || at(position) == 'E') {
    size_t exponent = position + 1 + (at(position + 1) == '+' || at(position + 1) == '-');
    if (isDigit(at(exponent))) {
      position = exponent;
      digits();
    }
  }
  std::string repair = quoted(begin, position);
  if (wrong)
    repair.insert(point - begin + (point != begin), "0");
  size_t end = position;
  while (isNamePart(at(position)))
    ++position;
  if (position == end && wrong)
    numberError(begin, wrong).note(fmt::format("write `{}`", repair));
  else if (at(end) == '_')
    numberError(begin, "the digits of a number have single `_` between them");
  else if (position != end)
    numberError(begin, "a number goes on with letters, and a name starts with a letter or `_`");
  // In `f(x).5` the point belongs to what stands before it.
  bool glued = point == begin && !tokens.empty() && tokens.back().end == begin;
  push(glued ? TokenKind::unknown : TokenKind::number, begin);
}

/// `.3` behind a name, a bracket or another such number.
bool Lexer::continuesPath() const {
  if (at(position) != '.' || !isDigit(at(position + 1)) || tokens.empty())
    return false;
  TokenKind before = tokens.back().kind;
  bool isComponent =
      before == TokenKind::number && tokens.size() > 1 && tokens[tokens.size() - 2].kind == TokenKind::dot;
  return before == TokenKind::name || before == TokenKind::rightBracket || isComponent;
}

/// In `body.W.3` the number is a part of the path: a point, and digits alone.
void Lexer::component() {
  size_t begin = position++;
  push(TokenKind::dot, begin);
  begin = position;
  while (isDigit(at(position)))
    ++position;
  size_t end = position;
  while (isNamePart(at(position)))
    ++position;
  if (position != end)
    numberError(begin, "a number in a path has digits only");
  push(position == end ? TokenKind::number : TokenKind::unknown, begin);
}

Diagnostic &Lexer::numberError(size_t begin, const char *wrong) {
  return diagnostics.error("syntax", range(begin, position),
                           fmt::format("{}: found `{}`", wrong, quoted(begin, position)));
}

void Lexer::string() {
  size_t begin = position;
  size_t close = text.find_first_of("\"\n", position + 1);
  bool closed = close != std::string_view::npos && text[close] == '"';
  position = close == std::string_view::npos ? text.size() : close + closed;
  validate(begin, position, "a string");
  if (!closed)
    diagnostics.error("syntax", range(begin, begin + 1), "this string has no closing `\"` on its line");
  push(closed ? TokenKind::string : TokenKind::unknown, begin);
}

bool Lexer::punctuation() {
  static constexpr TokenKind longFirst[] = {
      TokenKind::arrow,       TokenKind::doubleArrow,  TokenKind::equal,     TokenKind::notEqual,
      TokenKind::lessEqual,   TokenKind::greaterEqual, TokenKind::leftParen, TokenKind::rightParen,
      TokenKind::leftBracket, TokenKind::rightBracket, TokenKind::leftBrace, TokenKind::rightBrace,
      TokenKind::comma,       TokenKind::semicolon,    TokenKind::colon,     TokenKind::dot,
      TokenKind::tilde,       TokenKind::hash,         TokenKind::assign,    TokenKind::less,
      TokenKind::greater,     TokenKind::plus,         TokenKind::minus,     TokenKind::star,
      TokenKind::slash};
  for (TokenKind kind : longFirst) {
    if (!startsWith(spelling(kind)))
      continue;
    size_t begin = position;
    position += spelling(kind).size();
    push(kind, begin);
    return true;
  }
  return false;
}

/// A sign that the language does not have.
void Lexer::unknown() {
  size_t begin = position;
  if (const Substitute *substitute = substituteAt(text.substr(position))) {
    position += substitute->seen.size();
    diagnostics.error("syntax", range(begin, position), fmt::format("unknown sign `{}`", substitute->seen))
        .note(fmt::format("write `{}`", substitute->write));
  } else if (!isAscii(text[position])) {
    return foreignWord(begin);
  } else {
    char c = text[position++];
    bool printable = c > ' ' && c < '\x7f';
    diagnostics.error("syntax", range(begin, position),
                      printable ? fmt::format("unknown sign `{}`", c)
                                : fmt::format("unknown byte 0x{:02x}", static_cast<unsigned char>(c)));
  }
  push(TokenKind::unknown, begin);
}

/// A word with letters beyond ASCII, as a whole; it began at `begin`.
void Lexer::foreignWord(size_t begin) {
  bool valid = true;
  while (position < text.size()) {
    std::string_view rest = text.substr(position);
    if (isAscii(rest[0]) ? !isNamePart(rest[0]) : substituteAt(rest) != nullptr)
      break;
    size_t length = utf8::characterLength(rest);
    valid &= length != 0;
    position += std::max<size_t>(1, length);
  }
  diagnostics.error("syntax", range(begin, position),
                    valid ? fmt::format("a name is made of ASCII letters, digits and `_`: found `{}`",
                                        quoted(begin, position))
                          : "these bytes are no UTF-8");
  push(TokenKind::unknown, begin);
}

} // namespace

std::vector<Token> lex(const SourceFile &file, Diagnostics &diagnostics) {
  return Lexer(file, diagnostics).run();
}

} // namespace weft
