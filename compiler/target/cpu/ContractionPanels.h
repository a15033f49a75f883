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
  void forEachBatch(const IndexWindows &windows,
                    llvm::function_ref<void(const IndexValues &, mlir::Value)> body);
  /// Elements from the panels' begin to a panel.
  mlir::Value panelOffset(mlir::Value batch, mlir::Value panel);
  /// Where the packed factor's range stands.
  mlir::Value rangeMemory();
  /// Binds the columns from number `first` on, one a lane.
  void bindColumns(ExpressionEmitter &expressions, mlir::Value first);

  FunctionEmitter &emitter;
  ContractionOperands operands;
  ContractionPlan plan;
  mlir::Type element;
  unsigned lanes;
  int64_t width; // columns of a panel
  FactorAddress b;
  mlir::Value columns, terms, panelCount;
};

} // namespace weft
