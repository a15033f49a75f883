// Functions of scalars and conversions at the edges of their domain.
#include "compiler/reference/Scalar.h"
#include "mlir/IR/MLIRContext.h"
#include <cmath>
#include <gtest/gtest.h>

namespace weft::reference {

static constexpr double inf = std::numeric_limits<double>::infinity();
static const double nan = std::nan("");

static double real(Function function, double a, double b = 0) {
  return apply(function, true, {Scalar::ofReal(a), Scalar::ofReal(b)}).value.real;
}
static int64_t integer(Function function, int64_t a, int64_t b) {
  return static_cast<int64_t>(
      apply(function, false, {Scalar::ofInteger(a), Scalar::ofInteger(b)}).value.integer);
}

TEST(Scalar, MinAndMaxHandNaNOnFromEitherSide) {
  for (Function function : {Function::min, Function::max}) {
    EXPECT_TRUE(std::isnan(real(function, nan, 1)));
    EXPECT_TRUE(std::isnan(real(function, 1, nan)));
  }
  EXPECT_EQ(real(Function::min, -inf, 1), -inf);
  EXPECT_EQ(real(Function::max, -inf, 1), 1);
}

TEST(Scalar, ExpdiffOfTwoLowestIsOne) {
  EXPECT_EQ(real(Function::expdiff, -inf, -inf), 1);
  EXPECT_EQ(real(Function::expdiff, -inf, 3), 0);
  EXPECT_TRUE(std::isnan(real(Function::expdiff, inf, inf)));
}

TEST(Scalar, ComparisonsWithNaNAreFalse) {
  for (Function function : {Function::eq, Function::lt, Function::le, Function::gt, Function::ge})
    EXPECT_FALSE(apply(function, true, {Scalar::ofReal(nan), Scalar::ofReal(nan)}).value.isTrue());
  EXPECT_TRUE(apply(Function::ne, true, {Scalar::ofReal(nan), Scalar::ofReal(nan)}).value.isTrue());
}

TEST(Scalar, DivRoundsDownAndModHasTheDivisorsSign) {
  EXPECT_EQ(integer(Function::div, 7, 2), 3);
  EXPECT_EQ(integer(Function::div, -7, 2), -4);
  EXPECT_EQ(integer(Function::div, 7, -2), -4);
  EXPECT_EQ(integer(Function::div, -7, -1), 7);
  EXPECT_EQ(integer(Function::mod, -7, 2), 1);
  EXPECT_EQ(integer(Function::mod, 7, -2), -1);
  EXPECT_EQ(integer(Function::mod, 7, -1), 0);
}

TEST(Scalar, DivisionByZeroIsAnErrorOfIntegersOnly) {
  for (Function function : {Function::div, Function::mod})
    EXPECT_STREQ(apply(function, false, {Scalar::ofInteger(1), Scalar::ofInteger(0)}).error, "number.divide");
  EXPECT_EQ(real(Function::divide, -1, 0), -inf);
}

TEST(Scalar, IntegersAreExactUntilTheyAreStored) {
  mlir::MLIRContext context;
  context.loadDialect<WeftDialect>();
  auto i8 = ObjectType::get(&context, "i8");
  Computed sum = apply(Function::add, false, {Scalar::ofInteger(127), Scalar::ofInteger(127)});
  EXPECT_EQ(sum.error, nullptr);
  EXPECT_STREQ(stored(sum.value, i8).error, "number.overflow");
  EXPECT_EQ(stored(Scalar::ofInteger(-128), i8).error, nullptr);
  EXPECT_STREQ(stored(Scalar::ofInteger(-1), ObjectType::get(&context, "u8")).error, "number.overflow");
}

TEST(Scalar, ConversionsRoundTowardsZeroAndRefuseWhatDoesNotFit) {
  mlir::MLIRContext context;
  context.loadDialect<WeftDialect>();
  auto type = [&](const char *name) { return ObjectType::get(&context, name); };
  EXPECT_EQ(static_cast<int>(convert(Scalar::ofReal(-2.7), type("real"), type("i8")).value.integer), -2);
  EXPECT_STREQ(convert(Scalar::ofReal(128), type("real"), type("i8")).error, "number.overflow");
  EXPECT_STREQ(convert(Scalar::ofReal(nan), type("real"), type("i64")).error, "number.overflow");
  EXPECT_EQ(convert(Scalar::ofReal(2049), type("real"), type("f16")).value.real, 2048);
  EXPECT_EQ(convert(Scalar::ofReal(1e6), type("real"), type("f16")).value.real, inf);
  EXPECT_EQ(convert(Scalar::ofReal(257), type("real"), type("bf16")).value.real, 256);
}

} // namespace weft::reference
