// Reads whose elements lie side by side along another index than those of the result.
#pragma once

#include "compiler/target/cpu/ExpressionEmitter.h"

namespace weft {

/// `y[j, i] = x[i, j]`: results lie side by side along the last index `i`, elements that are read along `j`.
/// Squares of them are loaded in vectors along `j`, turned in registers, and used in vectors along `i`.
struct TurnedReads {
  unsigned axis; // `j`, as one of the indices
  llvm::SmallVector<ReadOp> reads;
  /// Numbers of a square's side, and squares side by side along `j` that take whole lines of memory.
  unsigned lanes, squares;
  /// Whether elements may be computed twice: the result does not take the memory of a wire that is read at
  /// its own element.
  bool mayRepeat = true;

  int64_t step() const { return int64_t(lanes) * squares; }
};

/// Those of a clause whose loops go over `indices`, the last one in vectors. None where vectors along `i` are
/// read, or an axis is too short.
std::optional<TurnedReads> findTurnedReads(FunctionEmitter &emitter, DefineOp define,
                                           llvm::ArrayRef<mlir::BlockArgument> indices);

/// What a read gives along the last index, for each of `lanes` positions of the turned one from `first` on.
/// `bind` gives an emitter with the other indices bound.
llvm::SmallVector<Scalar> readSquare(FunctionEmitter &emitter, ReadOp read, unsigned lanes,
                                     mlir::BlockArgument turned, mlir::Value first, mlir::BlockArgument last,
                                     mlir::Value from, llvm::function_ref<void(ExpressionEmitter &)> bind);

} // namespace weft
