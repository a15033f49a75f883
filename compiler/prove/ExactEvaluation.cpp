#include "compiler/prove/ExactEvaluation.h"
#include "compiler/prove/ExactScalars.h"

namespace weft::prove {

namespace {

// All is decided, and what is undefined gives up.
struct ExactNumbers {
  using Scalar = ExactScalar;
  size_t stepsLeft = 1'000'000;
  bool hasCases = false;

  Scalar drawnReal(double value) {
    Scalar drawn = exactReal(rationalOf(value));
    drawn.above = 1;
    return drawn;
  }
  Scalar drawnInteger(int64_t value) {
    hasCases = true;
    return exactInteger(value);
  }
  MaybeScalar constant(double value) { return exactConstant(value); }
  Scalar integer(int64_t value) { return exactInteger(value); }
  Scalar whole(int64_t value) { return exactReal(Rational(value, 1)); }
  MaybeScalar apply(Function function, bool isReal, llvm::ArrayRef<Scalar> values) {
    hasCases |= decidesByDrawn(function, values);
    return applyExactly(function, isReal, values);
  }
  MaybeScalar convert(const Scalar &value, ObjectType from, ObjectType to) {
    return convertExactly(value, from, to);
  }
  MaybeScalar held(const Scalar &value, ObjectType type) { return heldExactly(value, type); }
  MaybeScalar undefined() { return std::nullopt; }
  std::optional<int64_t> known(const Scalar &value) { return value.integer; }
};

} // namespace

std::optional<ExactOutcome> evaluateExactly(NetworkOp network, const AxisTable &axes,
                                            const std::map<std::string, int64_t> &sizes,
                                            const DrawnArrays &inputs, const DrawnArrays &weights) {
  ExactNumbers numbers;
  auto arrays = NetworkEvaluation<ExactNumbers>(numbers, network, axes, sizes).run(inputs, weights);
  return arrays ? std::optional(ExactOutcome{std::move(*arrays), numbers.hasCases}) : std::nullopt;
}

std::optional<unsigned> degreeOfAgreement(const ExactArray &a, const ExactArray &b) {
  if (a.shape != b.shape)
    return std::nullopt;
  unsigned degree = 0;
  for (auto [x, y] : llvm::zip(a.elements, b.elements)) {
    if (x.infinite != y.infinite || x.integer != y.integer || (!x.infinite && x.real != y.real))
      return std::nullopt;
    degree = std::max({degree, x.above + y.below, y.above + x.below});
  }
  return degree;
}

} // namespace weft::prove
