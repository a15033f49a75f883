// Reads, positions, laziness, contracts, and what is wrong with what comes in.
#include "Evaluated.h"

namespace weft::reference {

static Call over(std::vector<double> x) {
  Call call;
  call.sizes["N"] = static_cast<int64_t>(x.size());
  call.inputs["x"] = reals({static_cast<int64_t>(x.size())}, std::move(x));
  return call;
}

// y[n] = x[N(n + 1)], or 7 where `guard` says so.
static std::string shifted(bool guarded) {
  std::string body = R"(
    %i = weft.convert %n : !n -> !i
    %one = weft.constant 1 : !i
    %j = weft.apply add(%i, %one) : (!i, !i) -> !i
    %k = weft.index %j : !i -> !n
    %v = weft.read %x_[%k] : (!rn, !n) -> !r
)";
  std::string branches = R"(
    %size = weft.size "N" : !i
    %m = weft.convert %n : !n -> !i
    %o = weft.constant 1 : !i
    %p = weft.apply add(%m, %o) : (!i, !i) -> !i
    %c = weft.apply lt(%p, %size) : (!i, !i) -> !b
    %w = weft.if %c {)" + body +
                         R"(
      weft.yield %v : !r
    } else {
      %seven = weft.constant 7.0 : !r
      weft.yield %seven : !r
    } : !b -> !r
)";
  return R"(weft.morphism @net(%x: !rn) -> (y: !rn) {
  %y = weft.equation "y"(%x : !rn) -> !rn attributes {index_names = [["n"]]} {
  ^bb0(%n: !n, %x_: !rn):)" +
         (guarded ? branches : body) + "weft.define " + (guarded ? "%w" : "%v") + R"( at [%n] : !r, !n
  }
  weft.return %y : !rn
})";
}

TEST(Equation, AnIndexOutsideItsAxisIsAnError) {
  EXPECT_EQ(Evaluated(shifted(false)).error(over({1, 2})),
            "index.range: 2 is no index of `N`, whose size is 2, at n = 1");
}
TEST(Equation, AnUntakenBranchRaisesNothing) {
  EXPECT_EQ(Evaluated(shifted(true)).reals(over({1, 2})), (std::vector<double>{2, 7}));
  EXPECT_TRUE(Evaluated(shifted(true)).reals(over({})).empty());
}

TEST(Equation, WhatNothingNeedsRaisesNothing) {
  std::string program = shifted(false);
  program.replace(program.find("@net"), 4, "@wild");
  Evaluated whole(program + R"(weft.morphism @net(%x: !rn) -> (y: !rn) {
  %1:2 = weft.copy %x : !rn -> !rn, !rn
  %2 = weft.box "wild" @wild(%1#0) : (!rn) -> !rn
  %3:2 = weft.map over "N" elements(%2, %1#1 : !rn, !rn) -> !rn, !rn {
  ^bb0(%a: !r, %b: !r):
    weft.yield %a, %b : !r, !r
  }
  weft.drop %3#0 : !rn
  weft.return %3#1 : !rn
})");
  EXPECT_EQ(whole.reals(over({1, 2})), (std::vector<double>{1, 2}));
}

TEST(Equation, ADefaultStandsOutside) {
  Evaluated program(R"(weft.morphism @net(%x: !rn) -> (y: !rn) {
  %y = weft.equation "y"(%x : !rn) -> !rn {
  ^bb0(%n: !n, %x_: !rn):
    %i = weft.convert %n : !n -> !i
    %one = weft.constant 1 : !i
    %j = weft.apply sub(%i, %one) : (!i, !i) -> !i
    %v = weft.read %x_[%j] otherwise {
      %z = weft.constant -1.0 : !r
      weft.yield %z : !r
    } : (!rn, !i) -> !r
    weft.define %v at [%n] : !r, !n
  }
  weft.return %y : !rn
})");
  EXPECT_EQ(program.reals(over({1, 2, 3})), (std::vector<double>{-1, 1, 2}));
}

TEST(Equation, ClausesCoverASumAndAProduct) {
  Evaluated program(R"(
weft.morphism @net(%x: !rn) -> (y: !weft.obj<real[Both]>, z: !weft.obj<i64[Square]>) {
  %y = weft.equation "y"(%x : !rn) -> !weft.obj<real[Both]> {
  ^bb0(%t: !weft.obj<Two>, %x_: !rn):
    %p = weft.inject %t : !weft.obj<Two> -> !weft.obj<Both>
    %v = weft.convert %t : !weft.obj<Two> -> !r
    weft.define %v at [%p] : !r, !weft.obj<Both>
  }, {
  ^bb0(%n: !n, %x_: !rn):
    %p = weft.inject %n : !n -> !weft.obj<Both>
    %v = weft.read %x_[%n] : (!rn, !n) -> !r
    weft.define %v at [%p] : !r, !weft.obj<Both>
  }
  %z = weft.equation "z" -> !weft.obj<i64[Square]> {
  ^bb0(%a: !weft.obj<Two>, %b: !weft.obj<Two>):
    %p = weft.pair %a, %b : (!weft.obj<Two>, !weft.obj<Two>) -> !weft.obj<Square>
    %i = weft.convert %b : !weft.obj<Two> -> !i
    weft.define %i at [%p] : !i, !weft.obj<Square>
  }
  weft.return %y, %z : !weft.obj<real[Both]>, !weft.obj<i64[Square]>
})");
  Outcome outcome = evaluate(*program.module, "net", over({5, 6}));
  EXPECT_EQ(outcome.outputs[0].second.reals, (std::vector<double>{0, 1, 5, 6}));
  EXPECT_EQ(outcome.outputs[1].second.integers, (std::vector<int64_t>{0, 1, 0, 1}));
}

TEST(Equation, AFoldThatDoesNotFitItsTypeIsAnErrorThoughItsPartsMayNotFit) {
  Evaluated program(R"(weft.morphism @net(%x: !in) -> (y: !i) {
  %y = weft.equation "y"(%x : !in) -> !i {
  ^bb0(%x_: !in):
    %f = weft.fold @isum of {
    ^bb0(%n: !n):
      %v = weft.read %x_[%n] : (!in, !n) -> !i
      weft.yield %v : !i
    } -> !i
    weft.define %f at [] : !i
  }
  weft.return %y : !i
})");
  Call call;
  call.sizes["N"] = 3;
  int64_t most = std::numeric_limits<int64_t>::max();
  call.inputs["x"] = integers({3}, {most, most, -most});
  EXPECT_EQ(program.integers(call), (std::vector<int64_t>{most}));
  call.inputs["x"] = integers({3}, {most, most, 0});
  EXPECT_EQ(program.error(call), "number.overflow: this fold does not fit its type");
}

TEST(Equation, AScalarMorphismHasOneWeightForAllIndices) {
  Evaluated program(R"(weft.morphism @net(%x: !rn) -> (y: !rn) {
  %y = weft.equation "y"(%x : !rn) -> !rn {
  ^bb0(%n: !n, %x_: !rn):
    %v = weft.read %x_[%n] : (!rn, !n) -> !r
    %w = weft.call "gain" @scale(%v) : (!r) -> !r
    weft.define %w at [%n] : !r, !n
  }
  weft.return %y : !rn
})");
  Call call = over({1, 2});
  call.weights["gain.w"] = reals({}, {3});
  EXPECT_EQ(program.reals(call), (std::vector<double>{3, 6}));
}

TEST(Contract, NamesTheConditionAndTheFirstFailingIndex) {
  Evaluated program(R"ir(weft.morphism @net(%x: !rn) -> (y: !rn) {
  %1:2 = weft.copy %x : !rn -> !rn, !rn
  weft.contract requires_ "all[n](x[n] >= 0)"(%1#0 : !rn) {
  ^bb0(%x_: !rn):
    %f = weft.fold @all of {
    ^bb0(%n: !n):
      %v = weft.read %x_[%n] : (!rn, !n) -> !r
      %0 = weft.constant 0.0 : !r
      %c = weft.apply ge(%v, %0) : (!r, !r) -> !b
      weft.yield %c : !b
    } -> !b {index_names = ["n"]}
    weft.yield %f : !b
  }
  weft.return %1#1 : !rn
})ir");
  EXPECT_EQ(program.reals(over({0, 1})), (std::vector<double>{0, 1}));
  Call call = over({1, -1, -2});
  EXPECT_EQ(program.error(call), "contract.requires: `all[n](x[n] >= 0)` does not hold, at n = 1");
  call.checkContracts = false;
  EXPECT_EQ(program.reals(call).size(), 3u);
}

TEST(Edge, WhatComesInIsChecked) {
  Evaluated program(R"(weft.morphism @net(%t: !weft.obj<Two[N]>) -> (y: !weft.obj<Two[N]>) {
  weft.return %t : !weft.obj<Two[N]>
})");
  Call call;
  EXPECT_EQ(program.error(call), "input.missing: input `t` is not given");
  call.inputs["t"] = integers({2}, {0, 2});
  EXPECT_EQ(program.error(call), "size.unknown: the size of the open axis `N` is not known");
  call.sizes["N"] = 3;
  EXPECT_EQ(program.error(call), "size.mismatch: input `t` has shape [2], but its axes have sizes [3]");
  call.sizes["N"] = 2;
  EXPECT_EQ(program.error(call), "index.range: input `t` holds 2, which is no element of `Two`");
  call.inputs["t"] = integers({2}, {0, 1});
  EXPECT_EQ(program.integers(call), (std::vector<int64_t>{0, 1}));
}

TEST(Edge, AnAxisOfNegativeSizeIsAnError) {
  Evaluated program(R"(weft.morphism @net(%x: !weft.obj<real[Less]>) -> (y: !weft.obj<real[Less]>) {
  weft.return %x : !weft.obj<real[Less]>
})");
  Call call;
  call.sizes["N"] = 2;
  call.inputs["x"] = reals({0}, {});
  EXPECT_EQ(program.error(call), "size.mismatch: axis `Less` would have size -1");
}

TEST(Edge, PartsOfPackedWiresAreNumbered) {
  Evaluated program(R"(weft.morphism @net(%x: tuple<!r, !i>) -> (y: tuple<!r, !i>) {
  weft.return %x : tuple<!r, !i>
})");
  Call call;
  call.inputs["x.0"] = reals({}, {1.5});
  call.inputs["x.1"] = integers({}, {4});
  Outcome outcome = evaluate(*program.module, "net", call);
  EXPECT_EQ(outcome.outputs[1].first, "y.1");
  EXPECT_EQ(outcome.outputs[1].second.integers, (std::vector<int64_t>{4}));
}

} // namespace weft::reference
