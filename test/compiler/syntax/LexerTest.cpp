// Text to tokens, and what is no token.
#include "test/compiler/syntax/Parsed.h"

#include <gtest/gtest.h>

using namespace weft;

namespace {

std::vector<TokenKind> kinds(const std::string &text) {
  SourceFile file("test.weft", text);
  Diagnostics diagnostics;
  std::vector<TokenKind> kinds;
  for (const Token &token : lex(file, diagnostics))
    kinds.push_back(token.kind);
  return kinds;
}

std::string errors(const std::string &text) {
  SourceFile file("test.weft", text);
  Diagnostics diagnostics;
  lex(file, diagnostics);
  std::string messages;
  for (const auto &message : diagnostics.all())
    messages += message->message + "\n";
  return messages;
}

using enum TokenKind;
using Kinds = std::vector<TokenKind>;

TEST(Lexer, anEmptyFileHasOneToken) {
  EXPECT_EQ(kinds(""), Kinds{endOfFile});
  EXPECT_EQ(kinds(" \t\r\n// only a comment"), Kinds{endOfFile});
  EXPECT_EQ(kinds("\xef\xbb\xbf"), Kinds{endOfFile});
}

TEST(Lexer, longSignsWinOverShortOnes) {
  EXPECT_EQ(kinds("-> => == != <= >= - = < >"),
            (Kinds{arrow, doubleArrow, equal, notEqual, lessEqual, greaterEqual, minus, assign, less, greater,
                   endOfFile}));
  EXPECT_EQ(kinds("a<-b"), (Kinds{name, less, minus, name, endOfFile}));
}

TEST(Lexer, everySpellingReadsAsItself) {
  for (auto kind = size_t(leftParen); kind <= size_t(kwWhere); ++kind)
    EXPECT_EQ(kinds(std::string(spelling(TokenKind(kind)))), (Kinds{TokenKind(kind), endOfFile}));
}

TEST(Lexer, reservedWordsAreWholeWords) {
  EXPECT_EQ(kinds("map mapped Map _map map_2"), (Kinds{kwMap, name, name, name, name, endOfFile}));
}

TEST(Lexer, numbers) {
  for (const char *number : {"0", "50_257", "1e-5", "1.5", "2.5E+10", "1_000.25e3", "007"}) {
    EXPECT_EQ(kinds(number), (Kinds{TokenKind::number, endOfFile})) << number;
    EXPECT_EQ(errors(number), "") << number;
  }
}

TEST(Lexer, numbersInPathsAreDigits) {
  EXPECT_EQ(kinds("body.W.3[i]"),
            (Kinds{name, dot, name, dot, number, leftBracket, name, rightBracket, endOfFile}));
  EXPECT_EQ(kinds("W.3.14.x"), (Kinds{name, dot, number, dot, number, dot, name, endOfFile}));
  EXPECT_EQ(kinds("W[i].3"), (Kinds{name, leftBracket, name, rightBracket, dot, number, endOfFile}));
  EXPECT_EQ(errors("W.3e5"), "a number in a path has digits only: found `3e5`\n");
  EXPECT_EQ(Parsed("let a = x.5").errors(), "1:10 a number has a digit before its point: found `.5`\n");
}

TEST(Lexer, brokenNumbersSayWhatToWrite) {
  EXPECT_EQ(errors("1."), "a number has a digit after its point: found `1.`\n");
  EXPECT_EQ(errors(".5"), "a number has a digit before its point: found `.5`\n");
  EXPECT_EQ(errors("1__0"), "the digits of a number have single `_` between them: found `1__0`\n");
  EXPECT_EQ(errors("1_"), "the digits of a number have single `_` between them: found `1_`\n");
  for (const char *number : {"0x10", "12abc", "1e", "1f32"})
    EXPECT_NE(errors(number).find("a number goes on with letters"), std::string::npos) << number;
  EXPECT_NE(Parsed("let a = 1.").notes().find("write `1.0`"), std::string::npos);
  EXPECT_NE(Parsed("let a = 1.e5").notes().find("write `1.0e5`"), std::string::npos);
  EXPECT_NE(Parsed("let a = .5e3").notes().find("write `0.5e3`"), std::string::npos);
}

TEST(Lexer, aBrokenNumberIsOneError) {
  EXPECT_EQ(Parsed("let a = (1. + .5) * 1__0").diagnostics.errorCount(), 3u);
  EXPECT_EQ(Parsed("let a = x.5").diagnostics.errorCount(), 1u);
}

TEST(Lexer, stringsEndOnTheirLine) {
  EXPECT_EQ(kinds("\"h.{l}.weight\""), (Kinds{string, endOfFile}));
  EXPECT_EQ(errors("\"open\nx"), "this string has no closing `\"` on its line\n");
  EXPECT_EQ(errors("\""), "this string has no closing `\"` on its line\n");
}

TEST(Lexer, unicodeStandsInCommentsAndStringsOnly) {
  EXPECT_EQ(errors("// Größe → ∞\n\"Größe\""), "");
  EXPECT_EQ(errors("naïve"), "a name is made of ASCII letters, digits and `_`: found `naïve`\n");
  EXPECT_EQ(errors("größe + länge").find("größe + "), std::string::npos);
  EXPECT_NE(Parsed("let a = b ≤ c").notes().find("write `<=`"), std::string::npos);
  EXPECT_NE(Parsed("morphism f (x: A) → (y: A) { y = x }").notes().find("write `->`"), std::string::npos);
}

TEST(Lexer, brokenUtf8IsRefusedEverywhere) {
  EXPECT_NE(errors("// \xff"), "");
  EXPECT_NE(errors("\"\xc0\xaf\""), "");
  EXPECT_NE(errors("\xed\xa0\x80"), "");
  EXPECT_NE(errors("\xf5\x80\x80\x80"), "");
}

TEST(Lexer, signsOfOtherLanguagesNameOurs) {
  EXPECT_EQ(Parsed("let a = b && c").notes(), "write `and`\n");
  EXPECT_EQ(Parsed("let a = b % c").notes(), "write `mod`\n");
  EXPECT_EQ(errors("$ \x01"), "unknown sign `$`\nunknown byte 0x01\n");
}

TEST(Lexer, knowsWhatIsFirstOnItsLine) {
  SourceFile file("test.weft", "a (\n  ( // x\n [ \"s\"");
  Diagnostics diagnostics;
  std::vector<bool> first;
  for (const Token &token : lex(file, diagnostics))
    first.push_back(token.firstOnLine);
  EXPECT_EQ(first, (std::vector<bool>{true, false, true, true, false, true}));
}

TEST(Lexer, aFileOfNoiseIsGivenUp) {
  std::string noise;
  for (int i = 0; i < 100'000; ++i)
    noise += "$ ";
  Parsed parsed(noise);
  EXPECT_GT(parsed.diagnostics.errorCount(), 0u);
  EXPECT_LT(parsed.diagnostics.errorCount(), 2'000u);
}

} // namespace
