// Folds at the edges of their domain.
#include "Evaluated.h"
#include <cmath>

namespace weft::reference {

static constexpr double inf = std::numeric_limits<double>::infinity();
static const double nan = std::nan("");

// One fold over N of the elements of x, those above -5 only.
static std::string foldOf(const std::string &monoid) {
  return R"(weft.morphism @net(%x: !rn) -> (y: !r) {
  %y = weft.equation "y"(%x : !rn) -> !r {
  ^bb0(%x_: !rn):
    %f = weft.fold @)" +
         monoid + R"( where {
    ^bb0(%n: !n):
      %v = weft.read %x_[%n] : (!rn, !n) -> !r
      %five = weft.constant -5.0 : !r
      %c = weft.apply le(%v, %five) : (!r, !r) -> !b
      %d = weft.apply not_(%c) : (!b) -> !b
      weft.yield %d : !b
    } of {
    ^bb0(%n: !n):
      %v = weft.read %x_[%n] : (!rn, !n) -> !r
      weft.yield %v : !r
    } -> !r {index_names = ["n"]}
    weft.define %f at [] : !r
  }
  weft.return %y : !r
})";
}

static Call over(std::vector<double> x) {
  Call call;
  call.sizes["N"] = static_cast<int64_t>(x.size());
  call.inputs["x"] = reals({static_cast<int64_t>(x.size())}, std::move(x));
  return call;
}

TEST(Fold, OverNothingIsTheUnitLowered) {
  EXPECT_EQ(Evaluated(foldOf("sum")).reals(over({}))[0], 0);
  EXPECT_EQ(Evaluated(foldOf("max")).reals(over({}))[0], -inf);
}

TEST(Fold, WithEverythingLeftOutIsTheUnitLowered) {
  EXPECT_EQ(Evaluated(foldOf("sum")).reals(over({-6, -7}))[0], 0);
  EXPECT_EQ(Evaluated(foldOf("max")).reals(over({-6, -7}))[0], -inf);
}

TEST(Fold, OfOneElementIsTheElement) {
  EXPECT_EQ(Evaluated(foldOf("sum")).reals(over({2.5}))[0], 2.5);
  EXPECT_EQ(Evaluated(foldOf("last")).reals(over({2.5}))[0], 2.5);
}

TEST(Fold, WithoutAUnitOverNothingIsAnError) {
  EXPECT_EQ(Evaluated(foldOf("last")).error(over({})), "fold.empty: `last` over nothing: it has no unit");
  EXPECT_EQ(Evaluated(foldOf("last")).error(over({-6})), "fold.empty: `last` over nothing: it has no unit");
}

TEST(Fold, IsInTheOrderWritten) {
  EXPECT_EQ(Evaluated(foldOf("last")).reals(over({1, 2, 3}))[0], 3);
  EXPECT_EQ(Evaluated(foldOf("sum")).reals(over({1e16, 1, 1}))[0], 1e16);
  EXPECT_EQ(Evaluated(foldOf("sum")).reals(over({1, 1, 1e16}))[0], 1e16 + 2);
}

TEST(Fold, HandsNaNOn) {
  EXPECT_TRUE(std::isnan(Evaluated(foldOf("max")).reals(over({1, nan, 2}))[0]));
  EXPECT_EQ(Evaluated(foldOf("sum")).reals(over({inf, -1}))[0], inf);
  EXPECT_TRUE(std::isnan(Evaluated(foldOf("sum")).reals(over({nan, 1}))[0]));
}

TEST(Fold, OutsideTheCarrierIsAnError) {
  EXPECT_EQ(Evaluated(foldOf("positive")).reals(over({1, 2}))[0], 3);
  EXPECT_EQ(Evaluated(foldOf("positive")).error(over({1, -2})),
            "monoid.domain: an element of this fold is outside the carrier of `positive`, at n = 1");
}

// softmax of the scores x with values 1, 2, 3, …
static const char *const attention = R"(weft.morphism @net(%x: !rn) -> (y: !r) {
  %y = weft.equation "y"(%x : !rn) -> !r {
  ^bb0(%x_: !rn):
    %f = weft.fold @softmax of {
    ^bb0(%n: !n):
      %v = weft.read %x_[%n] : (!rn, !n) -> !r
      %i = weft.convert %n : !n -> !r
      %one = weft.constant 1.0 : !r
      %w = weft.apply add(%i, %one) : (!r, !r) -> !r
      weft.yield %v, %w : !r, !r
    } -> !r {index_names = ["n"]}
    weft.define %f at [] : !r
  }
  weft.return %y : !r
})";

TEST(Softmax, OfEqualScoresIsTheMean) { EXPECT_EQ(Evaluated(attention).reals(over({7, 7, 7}))[0], 2); }
TEST(Softmax, OfScoresAllMinusInfinityIsTheMean) {
  EXPECT_EQ(Evaluated(attention).reals(over({-inf, -inf, -inf, -inf}))[0], 2.5);
}
TEST(Softmax, WeighsMinusInfinityNothingBesideOthers) {
  EXPECT_EQ(Evaluated(attention).reals(over({-inf, 3, -inf}))[0], 2);
}
TEST(Softmax, OverNothingIsNaN) { EXPECT_TRUE(std::isnan(Evaluated(attention).reals(over({}))[0])); }
TEST(Softmax, DoesNotOverflow) { EXPECT_EQ(Evaluated(attention).reals(over({1e4, -1e4}))[0], 1); }

} // namespace weft::reference
