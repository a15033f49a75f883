// Where the parser stands: looking, taking, saying what is wrong, and finding the place to go on.
#include "compiler/syntax/GrammarParser.h"

namespace weft {

bool GrammarParser::atWord(std::string_view word, size_t ahead) const {
  return kind(ahead) == TokenKind::name && text(peek(ahead)) == word;
}

/// A `(` or `[` that is the first thing on its line never continues the line before.
bool GrammarParser::atContinuing(TokenKind opener) const { return at(opener) && !peek().firstOnLine; }

bool GrammarParser::accept(TokenKind wanted) {
  if (!at(wanted))
    return false;
  advance();
  return true;
}

void GrammarParser::advance() {
  if (position + 1 < tokens.size())
    ++position;
}

std::string_view GrammarParser::text(const Token &token) const {
  return file.text().substr(token.begin, token.end - token.begin);
}

/// From `begin` to the end of the last token taken.
Range GrammarParser::since(uint32_t begin) const {
  uint32_t end = position ? tokens[position - 1].end : begin;
  return {&file, begin, std::max(begin, end)};
}

ast::Name GrammarParser::takeName() {
  const Token &token = peek();
  ast::Name name{std::string(text(token)), range(token)};
  advance();
  return name;
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

/// Says what was expected here; null when this place is known to be wrong already.
Diagnostic *GrammarParser::error(std::string expected) {
  bool known = givenUp || at(TokenKind::unknown) || reportedAt == position;
  reportedAt = position;
  if (known)
    return nullptr;
  auto &error =
      diagnostics.error("syntax", range(peek()), fmt::format("expected {}, found {}", expected, found()));
  bool opens = at(TokenKind::leftParen) || at(TokenKind::leftBracket);
  if (opens && peek().firstOnLine && position > 0)
    error.note(fmt::format("a `{}` that is the first thing on a line never continues the line before",
                           spelling(kind())));
  if (at(TokenKind::kwElse) && !expected.starts_with("`then`"))
    error.note("a read with a default stands in parentheses of its own: `(x[i - 1] else 0)`");
  return &error;
}

bool GrammarParser::fail(std::string expected) {
  error(std::move(expected));
  return false;
}

std::string GrammarParser::found() const {
  if (at(TokenKind::endOfFile))
    return "the end of the file";
  constexpr size_t longest = 40;
  std::string_view seen = text(peek());
  if (seen.size() <= longest)
    return fmt::format("`{}`", seen);
  size_t cut = longest;
  while (cut > 0 && (static_cast<unsigned char>(seen[cut]) & 0xC0) == 0x80)
    --cut;
  return fmt::format("`{}…`", seen.substr(0, cut));
}

bool GrammarParser::expect(TokenKind wanted, const char *where) {
  return accept(wanted) || fail(fmt::format("`{}` {}", spelling(wanted), where));
}

bool GrammarParser::expectName(ast::Name &name, const char *what) {
  if (at(TokenKind::name)) {
    name = takeName();
    return true;
  }
  nameError(what);
  return false;
}

/// Says that a name was expected here, and what to do when it is a word that can be none.
Diagnostic *GrammarParser::nameError(std::string expected) {
  Diagnostic *wrong = error(std::move(expected));
  if (wrong && isReserved(kind()) && !atNewDeclaration())
    wrong->note(fmt::format("`{}` is a reserved word: choose another name", spelling(kind())));
  return wrong;
}

bool GrammarParser::expectWord(const char *word, const char *where) {
  if (!atWord(word))
    return fail(fmt::format("`{}` {}", word, where));
  advance();
  return true;
}

/// Ends the parse: beyond a limit nothing is read.
void GrammarParser::giveUp(Range where, std::string limit) {
  if (!givenUp)
    diagnostics.error("limit", where, std::move(limit));
  givenUp = true;
  position = tokens.size() - 1;
}

bool GrammarParser::tooDeep() {
  if (depth <= limits::nesting)
    return false;
  giveUp(range(peek()),
         fmt::format("brackets and prefix words are nested more than {} deep", limits::nesting));
  return true;
}

//===----------------------------------------------------------------------===//
// Going on after an error
//===----------------------------------------------------------------------===//

/// A guess that only error recovery makes. An indented `assume` is a line of a monoid.
bool GrammarParser::atNewDeclaration() const {
  return peek().firstOnLine && startsDeclaration(kind()) && (!at(TokenKind::kwAssume) || column(peek()) == 1);
}

/// A guess that only error recovery makes: what is not indented deeper than the statement is no part of it.
bool GrammarParser::atNewStatement() const {
  if (!peek().firstOnLine)
    return false;
  if (startsDeclaration(kind()))
    return true;
  bool starts = at(TokenKind::name) || at(TokenKind::leftParen) || at(TokenKind::kwBox) ||
                at(TokenKind::kwDrop) || at(TokenKind::kwTie) ||
                (isReserved(kind()) && kind(1) == TokenKind::assign);
  return starts && column(peek()) <= statementColumn;
}

/// To the next `,` `;` `where` or closing bracket of the innermost open list, or to where that list must have
/// ended.
void GrammarParser::skipToListSeparator() {
  for (unsigned open = 0; !at(TokenKind::endOfFile); advance()) {
    if (atNewStatement())
      return;
    switch (kind()) {
    case TokenKind::leftParen:
    case TokenKind::leftBracket:
      ++open;
      break;
    case TokenKind::rightParen:
    case TokenKind::rightBracket:
      if (open-- == 0)
        return;
      break;
    case TokenKind::comma:
    case TokenKind::semicolon:
    case TokenKind::kwWhere:
      if (open == 0)
        return;
      break;
    case TokenKind::leftBrace:
    case TokenKind::rightBrace:
      return;
    default:
      break;
    }
  }
}

/// To the next statement of a body, or its `}`. The failed one began at token `begin`.
void GrammarParser::skipToStatement(size_t begin) {
  if (position == begin && !at(TokenKind::rightBrace))
    advance();
  while (!at(TokenKind::endOfFile) && !at(TokenKind::rightBrace) && !atNewStatement())
    advance();
}

/// To the next declaration. The failed one began at token `begin`.
void GrammarParser::skipToDeclaration(size_t begin) {
  if (position == begin)
    advance();
  while (!at(TokenKind::endOfFile) && !atNewDeclaration())
    advance();
}

/// To the `{` of the declaration whose header failed, or to where there is none.
void GrammarParser::skipToBody() {
  while (!at(TokenKind::endOfFile) && !at(TokenKind::leftBrace) && !atNewDeclaration())
    advance();
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// NAME { "," NAME }
bool GrammarParser::names(std::vector<ast::Name> &names, const char *what) {
  return separated([&] { return expectName(names.emplace_back(), what); });
}

/// NAME | "(" NAME { "," NAME } ")"
bool GrammarParser::oneOrMoreNames(std::vector<ast::Name> &names, const char *what) {
  if (!accept(TokenKind::leftParen))
    return expectName(names.emplace_back(), what);
  return list(TokenKind::rightParen, [&] { return expectName(names.emplace_back(), what); });
}

} // namespace weft
