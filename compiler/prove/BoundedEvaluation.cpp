#include "compiler/prove/BoundedEvaluation.h"

namespace weft::prove {

namespace {

// What is undefined is unknown, and goes on.
struct BoundedNumbers {
  using Scalar = Bounds;
  size_t &stepsLeft;

  Bounds drawnReal(double value) { return boundsOfNamed(value); }
  Bounds drawnInteger(int64_t value) { return boundsOfInteger(value); }
  std::optional<Bounds> constant(double value) { return boundsOfNamed(value); }
  Bounds integer(int64_t value) { return boundsOfInteger(value); }
  Bounds whole(int64_t value) { return boundsOfNamed(static_cast<double>(value)); }
  std::optional<Bounds> apply(Function function, bool isReal, llvm::ArrayRef<Bounds> values) {
    return applyToBounds(function, isReal, values);
  }
  std::optional<Bounds> convert(const Bounds &value, ObjectType from, ObjectType to) {
    return convertBounds(value, from, to);
  }
  std::optional<Bounds> held(const Bounds &value, ObjectType type) { return heldBounds(value, type); }
  std::optional<Bounds> undefined() { return unknownBounds(); }
  std::optional<int64_t> known(const Bounds &value) { return decided(value); }
};

} // namespace

std::optional<BoundArrays> evaluateInBounds(NetworkOp network, const AxisTable &axes,
                                            const std::map<std::string, int64_t> &sizes,
                                            const DrawnArrays &inputs, const DrawnArrays &weights,
                                            size_t &stepsLeft) {
  BoundedNumbers numbers{stepsLeft};
  return NetworkEvaluation<BoundedNumbers>(numbers, network, axes, sizes).run(inputs, weights);
}

} // namespace weft::prove
