// The words of the language: kinds of tokens, and one token.
#pragma once

#include <cstdint>
#include <string_view>

namespace weft {

enum class TokenKind : uint8_t {
  endOfFile,
  unknown, // what the lexer has already reported: the parser stays silent about it
  name,
  number,
  string,
  // punctuation
  leftParen,
  rightParen,
  leftBracket,
  rightBracket,
  leftBrace,
  rightBrace,
  comma,
  semicolon,
  colon,
  dot,
  tilde,
  hash,
  assign,
  arrow,
  doubleArrow,
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
  plus,
  minus,
  star,
  slash,
  // reserved words
  kwAnd,
  kwAssume,
  kwAxis,
  kwBox,
  kwCell,
  kwChain,
  kwClaim,
  kwDiv,
  kwDrop,
  kwEach,
  kwElse,
  kwEnsures,
  kwExport,
  kwFalse,
  kwFold,
  kwIf,
  kwImport,
  kwInf,
  kwIterate,
  kwLet,
  kwMap,
  kwMod,
  kwMonoid,
  kwMorphism,
  kwNot,
  kwObject,
  kwOr,
  kwOver,
  kwRequires,
  kwScan,
  kwThen,
  kwTie,
  kwTrue,
  kwUnfold,
  kwWeights,
  kwWhere,
};

/// Bytes [begin, end) of the source. No token spans lines.
struct Token {
  TokenKind kind;
  bool firstOnLine; // nothing but blanks stands before it on its line
  uint32_t begin, end;
};

/// The text of a kind that has only one: punctuation and reserved words. Empty for the others.
std::string_view spelling(TokenKind kind);

/// The kind of a word: a reserved one's own, `name` for all others.
TokenKind wordKind(std::string_view word);

inline bool isReserved(TokenKind kind) { return kind >= TokenKind::kwAnd; }

/// Does a declaration start with it?
bool startsDeclaration(TokenKind kind);
/// Does a diagram start with it, and nothing else?
bool startsDiagram(TokenKind kind);

} // namespace weft
