// Hostile programs end in one error, soon, and without overflowing the stack.
#include "test/compiler/syntax/Parsed.h"

#include <gtest/gtest.h>

using namespace weft;

namespace {

std::string repeated(const std::string &text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i)
    all += text;
  return all;
}

void expectLimit(const std::string &text, const std::string &message) {
  Parsed parsed(text);
  ASSERT_EQ(parsed.diagnostics.errorCount(), 1u) << parsed.errors().substr(0, 300);
  EXPECT_EQ(parsed.diagnostics.all().front()->name, "limit");
  EXPECT_NE(parsed.errors().find(message), std::string::npos) << parsed.errors();
}

TEST(Limit, nesting) {
  const std::string deep = "nested more than 200 deep";
  for (const char *opener : {"(", "-", "not ", "f(", "a[", "a[i where ", "if ", "(a else ", "f[; a = "})
    expectLimit("let a = " + repeated(opener, 100'000), deep);
  for (const char *opener : {"(", "map ", "chain (", "iterate ", "a: (", "f[(", "map (f * "})
    expectLimit("morphism f = " + repeated(opener, 100'000), deep);
  expectLimit("object X = " + repeated("(", 100'000), deep);
  expectLimit("axis A = " + repeated("(", 100'000), deep);
  expectLimit("morphism f () -> (y: A) { y[" + repeated("(i, ", 100'000), deep);
}

TEST(Limit, closedNestingToo) {
  expectLimit("let a = " + repeated("(", 1'000) + "b" + repeated(")", 1'000) + "\naxis A = ,", "nested");
  EXPECT_EQ(Parsed("let a = " + repeated("(", 190) + "b" + repeated(")", 190)).errors(), "");
}

TEST(Limit, height) {
  const std::string high = "more than 1000 operators high";
  expectLimit("let a = 1" + repeated(" + 1", 100'000), high);
  expectLimit("let a = a" + repeated("[1]", 100'000), high);
  expectLimit("let a = a" + repeated(".b", 100'000), high);
  expectLimit("let a = a" + repeated("()", 100'000), high);
  expectLimit("let a = " + repeated("if b then c else ", 100'000) + "d", high);
  expectLimit("axis A = 1" + repeated(" + 1", 100'000), high);
  EXPECT_EQ(Parsed("let a = 1" + repeated(" + 1", 900)).errors(), "");
}

TEST(Limit, flatProgramsAreLong) {
  EXPECT_EQ(Parsed("morphism f = g" + repeated(" ; g", 100'000)).errors(), "");
  EXPECT_EQ(Parsed("let a = f(1" + repeated(", 1", 100'000) + ")").errors(), "");
  EXPECT_EQ(Parsed(repeated("let a = 1\n", 100'000)).errors(), "");
}

TEST(Limit, tokens) { expectLimit(repeated("a ", 1'000'001), "more than 1000000 tokens"); }

TEST(Limit, fileSize) { expectLimit(std::string((16u << 20) + 1, ' '), "bytes"); }

TEST(Limit, manyErrorsTakeLittleTime) {
  EXPECT_GT(Parsed(repeated("axis = 3\n", 100'000)).diagnostics.errorCount(), 99'999u);
  EXPECT_GT(
      Parsed("let a = " + repeated("f(b c, ", 190) + repeated("b c, ", 100'000)).diagnostics.errorCount(),
      0u);
  EXPECT_GT(Parsed(repeated(") ", 500'000)).diagnostics.errorCount(), 0u);
  EXPECT_GT(Parsed("morphism f () -> () {" + repeated("\nx", 100'000)).diagnostics.errorCount(), 99'999u);
}

} // namespace
