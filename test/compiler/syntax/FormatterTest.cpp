// One layout: what it keeps, what it decides, and that it changes no token.
#include "test/compiler/syntax/Parsed.h"

#include <gtest/gtest.h>

using namespace weft;

namespace {

/// Formats, and checks what must hold for every program.
std::string formatted(const std::string &text) {
  Parsed before(text);
  EXPECT_EQ(before.errors(), "") << text;
  std::string once = before.formatted();
  Parsed after(once);
  EXPECT_EQ(before.tokens(), after.tokens());
  EXPECT_EQ(before.tree(), after.tree());
  EXPECT_EQ(after.formatted(), once) << "not idempotent";
  return once;
}

void expectStable(const std::string &text) { EXPECT_EQ(formatted(text), text); }

TEST(Formatter, blanksBetweenTokens) {
  EXPECT_EQ(formatted("let   a=-b [ i,j ]*( - c+d )/f ( x ,y)-#A . z"),
            "let a = -b[i, j] * (-c + d) / f(x, y) - #A.z\n");
  EXPECT_EQ(formatted("let a=M [i:A,Left j ;eps=1,f = g [ B ] where not i<=j] (x)"),
            "let a = M[i: A, Left j; eps = 1, f = g[B] where not i <= j](x)\n");
  EXPECT_EQ(formatted("morphism f=a :map(g;h[;k=1])over A with( b,c )*chain [2] d over B"),
            "morphism f = a: map (g ; h[; k = 1]) over A with (b, c) * chain[2] d over B\n");
  EXPECT_EQ(formatted("axis K={ a,b },B=(#A-1)div 2"), "axis K = {a, b}, B = (#A - 1) div 2\n");
  EXPECT_EQ(formatted("cell c[A]:f=>g{W[i]=\"x\" [ 0 ]}"), "cell c[A] : f => g { W[i] = \"x\"[0] }\n");
}

TEST(Formatter, oneDeclarationAndOneEquationALine) {
  EXPECT_EQ(formatted("axis A axis B morphism f(x:A)->(y:A){z=x y=z}"),
            "axis A\naxis B\nmorphism f (x: A) -> (y: A)\n{\n  z = x\n  y = z\n}\n");
}

TEST(Formatter, aBodyWrittenOnOneLineStaysThere) {
  expectStable("morphism f (x: A) -> (y: A) { y = x }\n");
  expectStable("monoid m on K { unit p   a * b = if b == p then a else b }\n");
  EXPECT_EQ(formatted("monoid m on K { unit p a*b=b assume associative }"),
            "monoid m on K { unit p   a * b = b   assume associative }\n");
  EXPECT_EQ(formatted("morphism f () -> () {\n\n}"), "morphism f () -> () {}\n");
}

TEST(Formatter, bracesOfLongBodies) {
  expectStable("morphism f (x: A) -> (y: A)\n{\n  y = x\n}\n");
  EXPECT_EQ(formatted("morphism f (x: A) -> (y: A) {\n  y = x }"),
            "morphism f (x: A) -> (y: A)\n{\n  y = x\n}\n");
  expectStable("monoid m {\n  unit 0\n  a * b = a + b\n}\n");
  expectStable("cell c : f => g {\n  W = 0\n}\n");
  expectStable("cell c : f => g\n  weights W: real[A]\n{\n  V = W\n}\n");
}

TEST(Formatter, blankLinesAreKeptAtMostOne) {
  EXPECT_EQ(formatted("\n\naxis A\n\n\n\naxis B\nmorphism f () -> (y: A) {\n\n  z = 1\n\n\n  y = z\n\n}\n\n"),
            "axis A\n\naxis B\nmorphism f () -> (y: A)\n{\n  z = 1\n\n  y = z\n}\n");
}

TEST(Formatter, breaksInsideBracketsAreKept) {
  EXPECT_EQ(formatted("let a = f(\nb,\nc\n)\nlet d = f(b,\n c, g[\ni,\nj],\n e)"),
            "let a = f(\n  b,\n  c\n)\nlet d = f(b,\n          c, g[\n            i,\n            j],\n      "
            "    e)\n");
  EXPECT_EQ(formatted("axis K = {\na,\nb\n}"), "axis K = {\n  a,\n  b\n}\n");
}

TEST(Formatter, breaksOutsideBracketsAreIndented) {
  expectStable("morphism f =\n  g ; h ;\n  k\n");
  expectStable("morphism f (x: A) -> (y: A)\n{\n  y = x\n    + x\n}\n");
  expectStable(
      "morphism f (x: A)\n  -> (y: A)\n  weights W: real[A],\n          V: real[A]\n            ~ zeros\n"
      "  requires true\n    or false\n{\n  y = x\n}\n");
  expectStable("axis A = 3, B,\n     C\n");
}

TEST(Formatter, commentsAreKept) {
  expectStable(
      "// at the start\naxis A // trailing\n\n// own line\n// another\nmorphism f (x: A) // the inputs\n"
      "  -> (y: A)\n  // before the brace\n{ // behind it\n  // first\n  y = f(x, // one\n        // two\n"
      "        x)\n  // last\n} // closed\n// at the end\n");
  EXPECT_EQ(formatted("axis A//close\n      // far\naxis B"), "axis A //close\n// far\naxis B\n");
  EXPECT_EQ(formatted("// only  \r\n"), "// only\n");
  EXPECT_EQ(formatted("cell c : f => g // why\n{ W = 0 }"), "cell c : f => g // why\n{ W = 0 }\n");
}

TEST(Formatter, alignmentOfTheAuthorIsKept) {
  expectStable("axis Model  = Head * Key // a product\naxis Hidden = 4 * Model\n");
  EXPECT_EQ(formatted("axis Model    = 3\naxis Hidden   = 4\n"), "axis Model  = 3\naxis Hidden = 4\n");
  EXPECT_EQ(formatted("axis A   = 3\naxis Hidden = 4\n"), "axis A = 3\naxis Hidden = 4\n");
  EXPECT_EQ(formatted("let a   = b[ i ] + c\nlet bbb = b      + d\n"),
            "let a   = b[i] + c\nlet bbb = b    + d\n");
  expectStable(
      "morphism f (x: A) -> (y: A)\n{\n  box norm, other: g\n  box attn: map g over A\n  box mlp:  h\n}\n");
}

TEST(Formatter, commentsOfOneColumnStayInOne) {
  expectStable("axis Seq                 // open\naxis Model, Head, Key, Layer, Position\naxis B = 2 * A     "
               "      // fixed\n");
  EXPECT_EQ(formatted("axis A=3      // a\naxis Hidden=4 // b\n"),
            "axis A = 3      // a\naxis Hidden = 4 // b\n");
}

TEST(Formatter, windowsLinesAndByteOrderMarksGo) {
  EXPECT_EQ(formatted("\xef\xbb\xbf"
                      "axis A\r\n\r\naxis B\r\n"),
            "axis A\n\naxis B\n");
}

TEST(Formatter, columnsCountCharacters) {
  expectStable("cell c : f => file {\n  a = \"größe\"[i]   // one\n  b = \"groesse\"[i] // two\n}\n");
}

TEST(Formatter, emptyProgram) { EXPECT_EQ(formatted(" \n\n"), ""); }

} // namespace
