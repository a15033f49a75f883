// A point at which networks are evaluated: small sizes, drawn inputs and weights.
#pragma once

#include "compiler/reference/Interpreter.h"
#include "dialects/weft/AxisTable.h"

#include <random>

namespace weft::prove {

/// The parts of a morphism's edge, packed wires taken apart, in order and as the interpreter names them.
struct EdgePart {
  std::string name;
  ObjectType type;
};
std::vector<EdgePart> edgeParts(mlir::ArrayAttr names, mlir::ArrayAttr types);

class PointSource {
public:
  PointSource(mlir::ModuleOp program, unsigned seed) : axes(program), random(seed) {}

  /// Sizes of the open axes: small, and different where they can be.
  std::map<std::string, int64_t> sizes(unsigned trial) const;
  /// An array of drawn elements; none when it is too large, or its axis of indices is empty. Reals are
  /// multiples of 1/8 between −2 and 2, which read well in a counterexample, or, when `wide`, of 1/1024
  /// between −1024 and 1024.
  std::optional<reference::Array> draw(ObjectType type, const std::map<std::string, int64_t> &sizes,
                                       bool wide);
  /// How many different reals a wide draw takes its own from.
  static constexpr unsigned wideReals = (1u << 21) + 1;
  std::optional<int64_t> sizeOf(llvm::StringRef axis, const std::map<std::string, int64_t> &sizes) const;

private:
  AxisTable axes;
  std::mt19937 random;
};

/// Elements drawn at most for one tensor, and weights for one network: evaluation is slow.
constexpr int64_t mostDrawn = 200'000;

/// `x[0, 1] = 0.25`: the elements of small arrays, shortened.
std::string shown(llvm::StringRef name, const reference::Array &array);

/// The first element in which outputs differ, beyond rounding; empty when they agree.
std::string firstDifference(const reference::Outcome &a, const reference::Outcome &b);

} // namespace weft::prove
