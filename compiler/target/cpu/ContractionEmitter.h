// Contractions as tiles of registers over packed panels.
#pragma once

#include "compiler/target/cpu/ContractionPlan.h"
#include "compiler/target/cpu/ExpressionEmitter.h"

namespace weft {

/// What a contraction works on.
struct ContractionOperands {
  EquationOp equation;
  const ContractionPlan &plan;
  llvm::ArrayRef<Buffer> wires;
  Buffer result;
  mlir::Value panels;   // the packed factor; where in the thread's memory, if it is packed in turn
  mlir::Value partials; // where in the thread's memory sums wait that are made in parts, or null
  IndexWindows windows = IndexWindows(); // of batches, rows and columns; packing takes no notice of them
  bool isBinding = false;                // the packed factor is a weight that is read for the last time
};

/// Writes the factor `b` into panels: for each batch and each group of columns, the sum's terms one after the
/// other, each with its columns side by side; columns that are none hold 0.
void emitPacking(FunctionEmitter &emitter, const ContractionOperands &operands);

/// Writes the product, and the rest of the equation while a tile of the product is in the first cache.
void emitContraction(FunctionEmitter &emitter, const ContractionOperands &operands);

} // namespace weft
