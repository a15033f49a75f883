// Where a factor of a contraction lies in memory, as a sum over its indices.
#pragma once

#include "compiler/target/cpu/ContractionPlan.h"
#include "compiler/target/cpu/FunctionEmitter.h"
#include "llvm/ADT/MapVector.h"

namespace weft {

/// In the order in which they were given, so that the code is the same whenever it is written.
using IndexValues = llvm::SmallMapVector<mlir::Value, mlir::Value, 4>;

class FactorAddress {
public:
  FactorAddress(FunctionEmitter &emitter, FactorRead factor, const Buffer &buffer)
      : emitter(emitter), factor(std::move(factor)), buffer(buffer) {}

  /// Elements from one value of an index to the next; guarded positions left out.
  mlir::Value stride(mlir::Value index);
  /// Elements from the base, for the indices given; all others at 0, guarded positions left out.
  mlir::Value offset(const IndexValues &indices);
  bool isGuarded() const { return llvm::is_contained(factor.guarded, true); }
  /// By axis: the guarded position for the indices given, others at 0; null when the axis is not guarded.
  llvm::SmallVector<mlir::Value> guardedPositions(const IndexValues &indices);
  /// What the guarded sums add to each guarded position.
  mlir::Value guardedStep(unsigned axis, const IndexValues &sums);
  /// The least and the largest of that for sums between `least` and `most`.
  std::pair<mlir::Value, mlir::Value> guardedSteps(unsigned axis, const IndexValues &least,
                                                   const IndexValues &most);

  const FactorRead &read() const { return factor; }
  const Buffer &memory() const { return buffer; }

private:
  mlir::Value strideIn(mlir::Value position, mlir::Value index);
  mlir::Value constantIn(mlir::Value position);

  FunctionEmitter &emitter;
  FactorRead factor;
  Buffer buffer;
};

/// The positions of several indices, the last fastest, from their number in order.
IndexValues decompose(FunctionEmitter &emitter, llvm::ArrayRef<mlir::BlockArgument> indices,
                      mlir::Value number, const IndexWindows &windows = IndexWindows());

/// How many positions several indices take together.
mlir::Value countOf(FunctionEmitter &emitter, llvm::ArrayRef<mlir::BlockArgument> indices,
                    const IndexWindows &windows = IndexWindows());

} // namespace weft
