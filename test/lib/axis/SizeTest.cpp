// Sizes are exact: the laws of integer polynomials, and what division and comparison may say.
#include "lib/axis/SizeBounds.h"
#include <gtest/gtest.h>
#include <random>

using namespace weft;

namespace {

Size size(std::string_view text) {
  std::optional<Size> parsed = Size::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Size(0));
}

int64_t at(const Size &value, int64_t a, int64_t b) {
  return value.evaluate([&](std::string_view axis) { return std::optional(axis == "A" ? a : b); }).value();
}

// A random size of two open axes, of divisions inside divisions too.
Size random(std::mt19937 &source, int depth) {
  if (depth == 0)
    return source() % 3 == 0 ? Size(static_cast<int64_t>(source() % 7))
                             : Size::open(source() % 2 ? "A" : "B");
  Size left = random(source, depth - 1), right = random(source, depth - 1);
  switch (source() % 4) {
  case 0:
    return *multiply(left, right);
  case 1:
    return *floorDivide(left, 1 + static_cast<int64_t>(source() % 5));
  case 2:
    return *subtract(left, right);
  default:
    return *add(left, right);
  }
}

} // namespace

TEST(Size, RingLaws) {
  std::mt19937 source(1);
  for (int i = 0; i < 300; ++i) {
    Size a = random(source, 2), b = random(source, 2), c = random(source, 2);
    EXPECT_EQ(*add(a, b), *add(b, a));
    EXPECT_EQ(*multiply(a, b), *multiply(b, a));
    EXPECT_EQ(*add(*add(a, b), c), *add(a, *add(b, c)));
    EXPECT_EQ(*multiply(*multiply(a, b), c), *multiply(a, *multiply(b, c)));
    EXPECT_EQ(*multiply(a, *add(b, c)), *add(*multiply(a, b), *multiply(a, c)));
    EXPECT_EQ(*subtract(a, a), Size(0));
    EXPECT_EQ(*multiply(a, Size(1)), a);
  }
}

TEST(Size, OperationsAreThoseOfTheirValues) {
  std::mt19937 source(2);
  for (int i = 0; i < 300; ++i) {
    Size a = random(source, 3), b = random(source, 2);
    int64_t k = 1 + static_cast<int64_t>(source() % 6);
    for (int64_t x : {0, 1, 2, 5, 12})
      for (int64_t y : {0, 3, 7}) {
        EXPECT_EQ(at(*add(a, b), x, y), at(a, x, y) + at(b, x, y));
        EXPECT_EQ(at(*multiply(a, b), x, y), at(a, x, y) * at(b, x, y));
        int64_t value = at(a, x, y), quotient = value / k - (value % k < 0);
        EXPECT_EQ(at(*floorDivide(a, k), x, y), quotient) << a.text() << " div " << k;
      }
  }
}

TEST(Size, TextParsesBack) {
  std::mt19937 source(3);
  for (int i = 0; i < 300; ++i) {
    Size a = random(source, 3);
    EXPECT_EQ(Size::parse(a.text()), a) << a.text();
  }
  for (std::string_view bad : {"", "A +", "(A", "A)", "A div 0", "A div B", "2 A", "99999999999999999999"})
    EXPECT_FALSE(Size::parse(bad).has_value()) << bad;
}

TEST(Size, BoundsHoldForAllSizes) {
  std::mt19937 source(4);
  for (int i = 0; i < 300; ++i) {
    Size a = random(source, 3);
    for (int64_t x : {0, 1, 6})
      for (int64_t y : {0, 1, 9}) {
        EXPECT_LE(a.lowerBound().value_or(INT64_MIN), at(a, x, y)) << a.text();
        EXPECT_GE(a.upperBound().value_or(INT64_MAX), at(a, x, y)) << a.text();
      }
  }
  EXPECT_EQ(Size::open("A").lowerBound(), 0);
  EXPECT_EQ(size("3 - A").upperBound(), 3);
  EXPECT_EQ(size("(A + 3) div 2").lowerBound(), 1);
}

TEST(Size, ExactQuotientsUndoProducts) {
  std::mt19937 source(5);
  for (int i = 0; i < 200; ++i) {
    Size a = random(source, 2), b = random(source, 2);
    if (!(b == Size(0)))
      EXPECT_EQ(exactDivide(*multiply(a, b), b), a) << a.text() << " | " << b.text();
  }
  EXPECT_FALSE(exactDivide(size("A + 1"), size("2")).has_value());
  EXPECT_FALSE(exactDivide(size("A"), size("0")).has_value());
}

TEST(Size, ComparisonIsCertainOrUnknown) {
  using enum Size::Comparison;
  EXPECT_EQ(size("A + A").compare(size("2 * A")), equal);
  EXPECT_EQ(size("(A + 4) div 2").compare(size("A div 2 + 2")), equal);
  EXPECT_EQ(size("A").compare(size("A + 1")), different);
  EXPECT_EQ(size("2 * A").compare(size("2 * B + 1")), different);
  EXPECT_EQ(size("A").compare(size("5")), unknown);
  EXPECT_EQ(size("A").compare(size("-1 - B")), different);
}

TEST(Size, WhatDoesNotFitHasNoValue) {
  Size huge(INT64_MAX);
  EXPECT_FALSE(add(huge, Size(1)).has_value());
  EXPECT_FALSE(multiply(huge, Size(2)).has_value());
  EXPECT_FALSE(
      multiply(huge, Size::open("A"))->evaluate([](auto) { return std::optional<int64_t>(2); }).has_value());
  Size sum = Size(0);
  for (int i = 0; i < 40; ++i)
    sum = *add(sum, Size::open("A" + std::to_string(i)));
  EXPECT_FALSE(multiply(*multiply(sum, sum), sum).has_value());
}

TEST(SizeBounds, DecidePolynomials) {
  EXPECT_EQ(isAtLeast(size("48 * A * A + 48 - 48 * A"), 0).holds, true);
  EXPECT_EQ(isAtLeast(size("A * A + 10000 - 48 * A"), 1).holds, true);
  EXPECT_EQ(isAtLeast(size("10000 * A * A * B + 10000 * A - 23 * A * B"), 0).holds, true);
  EXPECT_EQ(isAtLeast(size("A - A div 2"), 0).holds, std::nullopt);
  SizeBound refuted = isAtLeast(size("1000000 - 48 * A * B"), 0);
  EXPECT_EQ(refuted.holds, false);
  EXPECT_GT(48 * refuted.counterexample["A"] * refuted.counterexample["B"], 1'000'000);
}

TEST(SizeBounds, AgreeWithNumbers) {
  std::mt19937 source(11);
  for (int i = 0; i < 300; ++i) {
    Size value = random(source, 3);
    SizeBound bound = isAtLeast(value, 0);
    for (int64_t a = 0; a < 12 && bound.holds == true; ++a)
      for (int64_t b = 0; b < 12; ++b)
        EXPECT_GE(at(value, a, b), 0) << value.text();
    if (bound.holds == false)
      EXPECT_LT(at(value, bound.counterexample["A"], bound.counterexample["B"]), 0) << value.text();
  }
}
