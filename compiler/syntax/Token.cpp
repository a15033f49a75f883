// The spellings of tokens, in the order of their kinds.
#include "compiler/syntax/Token.h"

#include <algorithm>
#include <array>

namespace weft {

static constexpr auto firstSpelled = TokenKind::leftParen;

static constexpr std::array<std::string_view, 61> spellings = {
    "(",    ")",    "[",    "]",       "{",        "}",     ",",      ";",    ":",      ".",        "~",
    "#",    "=",    "->",   "=>",      "==",       "!=",    "<",      "<=",   ">",      ">=",       "+",
    "-",    "*",    "/",    "and",     "assume",   "axis",  "box",    "cell", "chain",  "claim",    "div",
    "drop", "each", "else", "ensures", "export",   "false", "fold",   "if",   "import", "inf",      "iterate",
    "let",  "map",  "mod",  "monoid",  "morphism", "not",   "object", "or",   "over",   "requires", "scan",
    "then", "tie",  "true", "unfold",  "weights",  "where"};

static constexpr size_t firstWord = size_t(TokenKind::kwAnd) - size_t(firstSpelled);

static_assert(spellings.size() == size_t(TokenKind::kwWhere) - size_t(firstSpelled) + 1);
static_assert(std::is_sorted(spellings.begin() + firstWord, spellings.end()), "wordKind searches by halves");

std::string_view spelling(TokenKind kind) {
  return kind < firstSpelled ? std::string_view() : spellings[size_t(kind) - size_t(firstSpelled)];
}

TokenKind wordKind(std::string_view word) {
  auto found = std::lower_bound(spellings.begin() + firstWord, spellings.end(), word);
  if (found == spellings.end() || *found != word)
    return TokenKind::name;
  return TokenKind(size_t(firstSpelled) + size_t(found - spellings.begin()));
}

bool startsDeclaration(TokenKind kind) {
  switch (kind) {
  case TokenKind::kwImport:
  case TokenKind::kwExport:
  case TokenKind::kwLet:
  case TokenKind::kwAxis:
  case TokenKind::kwObject:
  case TokenKind::kwMorphism:
  case TokenKind::kwMonoid:
  case TokenKind::kwCell:
  case TokenKind::kwClaim:
  case TokenKind::kwAssume:
    return true;
  default:
    return false;
  }
}

bool startsDiagram(TokenKind kind) {
  switch (kind) {
  case TokenKind::kwMap:
  case TokenKind::kwEach:
  case TokenKind::kwChain:
  case TokenKind::kwFold:
  case TokenKind::kwScan:
  case TokenKind::kwUnfold:
  case TokenKind::kwIterate:
    return true;
  default:
    return false;
  }
}

} // namespace weft
