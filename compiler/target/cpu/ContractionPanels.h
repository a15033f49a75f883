// What packing and product of a contraction share: sizes, the panels' layout, and loops over batches.
#pragma once

#include "compiler/target/cpu/ContractionEmitter.h"
#include "compiler/target/cpu/FactorAddress.h"

namespace weft {

class ContractionPanels {
public:
  ContractionPanels(FunctionEmitter &emitter, const ContractionOperands &operands);

protected:
  int64_t elementBytes() const { return plan.elementBytes; }
  /// The indices of the batch with this number in the windows.
  void enterBatch(mlir::Value number, const IndexWindows &windows);
  /// Goes through numbers that count several things at once; 0 alone is a constant.
  void forEachNumber(mlir::Value begin, mlir::Value end, llvm::function_ref<void(mlir::Value)> body);
  mlir::Value quotient(mlir::Value number, mlir::Value by);
  mlir::Value remainder(mlir::Value number, mlir::Value by);
  mlir::Value roundedUp(mlir::Value count, mlir::Value unit);
  int64_t packedBytes() const { return plan.packedBytes; }
  /// Elements from the panels' begin to a panel, or to where a panel's columns of the first term lie in
  /// lines.
  mlir::Value panelOffset(mlir::Value batch, mlir::Value panel);
  /// Where the packed factor's range stands.
  mlir::Value rangeMemory();
  /// Binds the columns from number `first` on, one a lane.
  void bindColumns(ExpressionEmitter &expressions, mlir::Value first);

  FunctionEmitter &emitter;
  ContractionOperands operands;
  ContractionPlan plan;
  mlir::Type element, packed; // of the results, of the panels
  unsigned lanes;
  int64_t width; // columns of a panel
  FactorAddress b;
  mlir::Value columns, terms, panelCount;
  // The batch at hand; its number is that among all batches.
  IndexValues batchIndices;
  mlir::Value batchNumber;
};

} // namespace weft
