// Several errors in one run, each once, each where it is; and the words they use.
#include "test/compiler/syntax/Parsed.h"

#include <gtest/gtest.h>

using namespace weft;

namespace {

TEST(Recovery, goesOnAtTheNextEquation) {
  Parsed parsed("morphism f (x: A) -> (y: A) {\n"
                "  a = 1 +\n"
                "  b = 2 )\n"
                "  c = f(x, \n"
                "  d = x y\n"
                "  y = x x\n"
                "}\n");
  EXPECT_EQ(parsed.errors(), "3:5 expected an equation or `}`, found `=`\n"
                             "5:5 expected `,` or `)`, found `=`\n"
                             "6:9 expected an operator, the next equation or `}`, found `x`\n");
  EXPECT_EQ(parsed.notes(), "the equation before goes on to here\n");
}

TEST(Recovery, goesOnAtTheNextDeclaration) {
  Parsed parsed("axis A = \n"
                "object X = 3\n"
                "let = 4\n"
                "morphism f (x A) -> (y: A) { y = }\n"
                "claim f wights == 3\n"
                "axis Good\n");
  EXPECT_EQ(parsed.errors(),
            "2:1 expected a size: a number, an axis, `#` and an axis, or parentheses, found `object`\n"
            "2:12 expected a type, found `3`\n"
            "3:5 expected the name of a constant, found `=`\n"
            "4:15 expected `:` and the type of `x`, found `A`\n"
            "4:34 expected an expression, found `}`\n"
            "5:9 expected a property, found `wights`\n");
  EXPECT_EQ(parsed.tree(), "axis Good\n");
}

TEST(Recovery, goesOnAtTheNextItemOfAList) {
  EXPECT_EQ(Parsed("let a = f(1 +, g[2 *, ], 3 /)").errors(), "1:14 expected an expression, found `,`\n"
                                                              "1:21 expected an expression, found `,`\n"
                                                              "1:23 expected an expression, found `]`\n"
                                                              "1:29 expected an expression, found `)`\n");
  EXPECT_EQ(
      Parsed("axis A = , B = , C\nexport 3, f, 4").errors().size(),
      std::string("1:10 expected a size: a number, an axis, `#` and an axis, or parentheses, found `,`\n"
                  "1:16 expected a size: a number, an axis, `#` and an axis, or parentheses, found `,`\n"
                  "2:8 expected the name of a morphism, found `3`\n"
                  "2:14 expected the name of a morphism, found `4`\n")
          .size());
}

TEST(Recovery, aBrokenHeaderStillHasItsBodyChecked) {
  EXPECT_EQ(Parsed("morphism f (x: A) {\n  y = (1\n}\nmonoid m on { unit }\ncell c : f g { W = }").errors(),
            "1:19 expected `->` after the input wires of `f`, found `{`\n"
            "3:1 expected `,` or `)`, found `}`\n"
            "4:13 expected a type, found `{`\n"
            "4:20 expected an expression, found `}`\n"
            "5:12 expected `=>` after the morphism that the cell starts from, found `g`\n"
            "5:20 expected an expression, found `}`\n");
}

TEST(Recovery, aMissingBraceIsSaidOnce) {
  Parsed parsed("morphism f (x: A) -> (y: A) {\n  y = x\n\naxis B\nobject X = real[B]\n");
  EXPECT_EQ(parsed.errors(), "4:1 expected an equation or `}`, found `axis`\n");
  EXPECT_EQ(parsed.notes(), "this `{` is not closed\n");
  EXPECT_EQ(parsed.tree(), "axis B\nobject X: real[B]\n");
  EXPECT_EQ(Parsed("monoid m { unit 0").errors(),
            "1:18 expected `carrier`, `unit`, `a * b =`, `lift`, `lower`, `assume` or "
            "`}`, found the end of the file\n");
}

TEST(Recovery, aStrayBraceIsSaidOnce) {
  Parsed parsed("axis A\n}\naxis B");
  EXPECT_EQ(parsed.errors(), "2:1 expected a declaration, found `}`\n");
  EXPECT_EQ(parsed.tree(), "axis A\naxis B\n");
}

TEST(Recovery, whatTheLexerSaidIsNotSaidAgain) {
  EXPECT_EQ(Parsed("morphism f () -> (y: A) {\n  y = a $ b\n  z = \"open\n  w = (\n}").errors(),
            "2:9 unknown sign `$`\n3:7 this string has no closing `\"` on its line\n5:1 expected an "
            "expression, found `}`\n");
}

TEST(Message, reservedWordsAreNoNames) {
  EXPECT_EQ(Parsed("axis map = 3").errors(), "1:6 expected the name of an axis, found `map`\n");
  EXPECT_EQ(Parsed("axis map = 3").notes(), "`map` is a reserved word: choose another name\n");
  EXPECT_EQ(Parsed("morphism f (x: A) -> (y: A) {\n  where = x\n}").notes(),
            "`where` is a reserved word: choose another name\n");
  EXPECT_EQ(Parsed("let a = fold + 1").notes(), "`fold` is a reserved word: choose another name\n");
}

TEST(Message, sizesStandBehindAxisNamesOnly) {
  EXPECT_EQ(Parsed("object X = real[3]").notes(), "axes have names: declare `axis N = 3` and write `[N]`\n");
  EXPECT_EQ(Parsed("object X = real[]").notes(), "a type without axes has no brackets\n");
  EXPECT_EQ(Parsed("morphism f = iterate g at most Node").notes(),
            "if `Node` is an axis, its size is `#Node`\n");
}

TEST(Message, equationsAreWrittenWithOneSign) {
  EXPECT_EQ(Parsed("morphism f () -> (y: A) { y == 3 }").notes(),
            "`==` compares; an equation is written with `=`\n");
}

TEST(Message, aPowerIsAFunction) {
  EXPECT_EQ(Parsed("let a = b ** 2").notes(), "a power is written `pow(a, b)`\n");
}

TEST(Message, onlyChainAndScanCountStates) {
  EXPECT_EQ(Parsed("morphism f = fold[2] g over A").notes(),
            "only `chain` and `scan` take a number of states\n");
}

TEST(Message, constantsStandAfterTheSemicolonOfGenerics) {
  EXPECT_EQ(Parsed("morphism f[A, eps: real] = g").notes(),
            "constants and boxes stand after a `;`, as in `[In, Out; eps: real = 1e-5]`\n");
}

TEST(Message, longTokensAreCut) {
  EXPECT_EQ(Parsed("axis A " + std::string(1'000, 'b')).errors(),
            "1:8 expected a declaration, found `" + std::string(40, 'b') + "…`\n");
}

} // namespace
