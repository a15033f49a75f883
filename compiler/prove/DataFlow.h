// Which wires the value of an equation depends on, once constants are folded.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "llvm/ADT/SmallBitVector.h"

namespace weft {

/// What is known of a scalar: its number, or the wires of the equation that it depends on.
struct ScalarFlow {
  std::optional<double> number;
  llvm::SmallBitVector wires;
};

/// Where a wire's elements stop to matter: the operation, and why in words.
struct FlowDeath {
  mlir::Location location;
  std::string why;
};

/// Of one equation. `number` when all its elements are the same constant.
struct EquationFlow {
  ScalarFlow value;
  llvm::SmallVector<std::optional<FlowDeath>> deaths; // by wire
};

/// `known` are wires whose elements are all one number.
EquationFlow flowOf(EquationOp equation, const llvm::DenseMap<mlir::Value, double> &known);

} // namespace weft
