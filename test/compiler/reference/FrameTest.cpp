// Each frame over 0, 1 and more positions, and the weights it gives to its body.
#include "Evaluated.h"

namespace weft::reference {

static Call over(std::vector<double> x, std::vector<double> w, bool indexed) {
  Call call;
  call.sizes["N"] = static_cast<int64_t>(x.size());
  call.inputs["x"] = reals({static_cast<int64_t>(x.size())}, x);
  call.inputs["s"] = reals({}, {10});
  auto shape = indexed ? std::vector<int64_t>{static_cast<int64_t>(w.size())} : std::vector<int64_t>();
  call.weights["step.w"] = call.weights["scale.w"] = reals(shape, w);
  return call;
}

static std::string pointwise(const std::string &frame) {
  return "weft.morphism @net(%x: !rn) -> (y: !rn) {\n%y = weft." + frame +
         R"( over "N" elements(%x : !rn) -> !rn {
  ^bb0(%e: !r):
    %1 = weft.box "scale" @scale(%e) : (!r) -> !r
    weft.yield %1 : !r
  }
  weft.return %y : !rn
})";
}

TEST(Frame, MapHasOneWeightForAllPositions) {
  EXPECT_EQ(Evaluated(pointwise("map")).reals(over({1, 2, 3}, {2}, false)), (std::vector<double>{2, 4, 6}));
  EXPECT_TRUE(Evaluated(pointwise("map")).reals(over({}, {2}, false)).empty());
}

TEST(Frame, EachHasAWeightForEveryPosition) {
  EXPECT_EQ(Evaluated(pointwise("each")).reals(over({1, 2, 3}, {2, 3, 4}, true)),
            (std::vector<double>{2, 6, 12}));
  EXPECT_TRUE(Evaluated(pointwise("each")).reals(over({}, {}, true)).empty());
}

// The outputs are the last state and the running ones.
static std::string running(const std::string &frame, const std::string &first, const std::string &second) {
  return "weft.morphism @net(%s: !r, %x: !rn) -> (" + first + ": !r, " + second + ": !rn) {\n%t, %y = weft." +
         frame +
         R"( over "N" states(%s : !r) elements(%x : !rn) -> !r, !rn {
  ^bb0(%state: !r, %e: !r):
    %1 = weft.box "step" @step(%state, %e) : (!r, !r) -> !r
    %2:2 = weft.copy %1 : !r -> !r, !r
    weft.yield %2#0, %2#1 : !r, !r
  }
  weft.return %t, %y : !r, !rn
})";
}

TEST(Frame, ScanCarriesItsState) {
  Evaluated program(running("scan", "t", "y"));
  EXPECT_EQ(program.reals(over({1, 2, 3}, {2}, false)), (std::vector<double>{22}));
  Outcome outcome = evaluate(*program.module, "net", over({1, 2, 3}, {2}, false));
  EXPECT_EQ(outcome.outputs[1].second.reals, (std::vector<double>{12, 16, 22}));
  EXPECT_EQ(program.reals(over({}, {2}, false)), (std::vector<double>{10}));
}

TEST(Frame, ChainHasAWeightForEveryPosition) {
  Evaluated program(running("chain", "t", "y"));
  EXPECT_EQ(program.reals(over({1, 2, 3}, {1, 10, 100}, true)), (std::vector<double>{331}));
  EXPECT_EQ(program.reals(over({}, {}, true)), (std::vector<double>{10}));
}

TEST(Frame, FoldGivesTheLastState) {
  Evaluated program(R"(weft.morphism @net(%s: !r, %x: !rn) -> (t: !r) {
  %t = weft.foldl named "f" over "N" states(%s : !r) elements(%x : !rn) -> !r {
  ^bb0(%state: !r, %e: !r):
    %1 = weft.box "step" @step(%state, %e) : (!r, !r) -> !r
    weft.yield %1 : !r
  }
  weft.return %t : !r
})");
  Call call = over({1, 2}, {3}, false);
  call.weights["f.step.w"] = call.weights["step.w"];
  EXPECT_EQ(program.reals(call), (std::vector<double>{19}));
}

TEST(Frame, UnfoldCollectsAndContextsAreGivenToEveryPosition) {
  Evaluated program(R"(weft.morphism @net(%s: !r, %x: !r) -> (t: !r, y: !weft.obj<real[Layer]>) {
  %t, %y = weft.unfold over "Layer" states(%s : !r) with(%x : !r) -> !r, !weft.obj<real[Layer]> {
  ^bb0(%state: !r, %c: !r):
    %1 = weft.box "step" @step(%state, %c) : (!r, !r) -> !r
    %2:2 = weft.copy %1 : !r -> !r, !r
    weft.yield %2#0, %2#1 : !r, !r
  }
  weft.return %t, %y : !r, !weft.obj<real[Layer]>
})");
  Call call = over({}, {3}, false);
  call.inputs["x"] = reals({}, {2});
  EXPECT_EQ(evaluate(*program.module, "net", call).outputs[1].second.reals, (std::vector<double>{16, 22}));
}

TEST(Frame, GivesElementsAndOutputsTheAxisAtItsDepth) {
  Evaluated program(R"(!rt = !weft.obj<real[Two]>
weft.morphism @net(%x: !weft.obj<real[Two, N]>) -> (y: !weft.obj<real[N, Two]>, z: !weft.obj<real[Two, N]>) {
  %y, %z = weft.map over "N" depths [1, 0, 1] elements(%x : !weft.obj<real[Two, N]>)
      -> !weft.obj<real[N, Two]>, !weft.obj<real[Two, N]> {
  ^bb0(%e: !rt):
    %2:2 = weft.copy %e : !rt -> !rt, !rt
    weft.yield %2#0, %2#1 : !rt, !rt
  }
  weft.return %y, %z : !weft.obj<real[N, Two]>, !weft.obj<real[Two, N]>
})");
  Call call;
  call.sizes["N"] = 3;
  call.inputs["x"] = reals({2, 3}, {1, 2, 3, 4, 5, 6});
  Outcome outcome = evaluate(*program.module, "net", call);
  EXPECT_EQ(outcome.outputs[0].second.reals, (std::vector<double>{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(outcome.outputs[1].second.reals, call.inputs["x"].reals);
}

// x becomes the floor of half of it, until that changes nothing.
static std::string halving(const std::string &bound) {
  return "weft.morphism @net(%x: !r) -> (settled: !b, y: !r) {\n%y, %settled = weft.iterate at_most \"" +
         bound +
         R"(" states(%x : !r) -> !r, !b {
  ^bb0(%s: !r):
    %h = weft.equation "h"(%s : !r) -> !r {
    ^bb0(%s_: !r):
      %1 = weft.read %s_[] : (!r) -> !r
      %2 = weft.constant 0.5 : !r
      %3 = weft.apply mul(%1, %2) : (!r, !r) -> !r
      %4 = weft.apply floor(%3) : (!r) -> !r
      weft.define %4 at [] : !r
    }
    weft.yield %h : !r
  }
  weft.return %settled, %y : !b, !r
})";
}

TEST(Frame, IterateStopsWhenNothingChanges) {
  Call call;
  call.sizes["N"] = 3;
  call.inputs["x"] = reals({}, {5});
  EXPECT_EQ(Evaluated(halving("4")).integers(call), (std::vector<int64_t>{1}));
  EXPECT_EQ(Evaluated(halving("N")).integers(call), (std::vector<int64_t>{0}));
  EXPECT_EQ(Evaluated(halving("0")).integers(call), (std::vector<int64_t>{0}));
  call.inputs["x"] = reals({}, {std::numeric_limits<double>::quiet_NaN()});
  EXPECT_EQ(Evaluated(halving("1")).integers(call), (std::vector<int64_t>{1}));
}

} // namespace weft::reference
