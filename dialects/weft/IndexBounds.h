// Positions and masks that are affine in the indices.
#pragma once

#include "dialects/weft/AxisTable.h"

namespace weft {

/// A position as an integer combination of indices.
struct AffinePosition {
  llvm::SmallVector<std::pair<mlir::Value, int64_t>> terms;
  int64_t constant = 0;
};

/// Adds `factor` times an integer expression to `result`; false when it is no combination of indices.
bool readAffine(mlir::Value value, int64_t factor, const AxisTable &axes, AffinePosition &result);

/// The terms of `a and b`, which is `if a then b else false`; one when there is no `and`.
void splitConjunction(mlir::Value condition, llvm::SmallVectorImpl<mlir::Value> &terms);

/// A comparison of integers or indices as `position <= 0`; none when it is no such comparison.
std::optional<AffinePosition> readComparison(mlir::Value condition, const AxisTable &axes);

/// A condition on the index of a fold: it lies behind all of `begins`, before all of `ends`, which are affine
/// in other indices.
struct IndexBounds {
  llvm::SmallVector<AffinePosition> begins, ends;
  bool isAll = true; // the condition says nothing else
};

/// What the mask of a fold over one index says, if it consists of bounds alone.
std::optional<IndexBounds> readBounds(FoldOp fold, const AxisTable &axes);

/// The bounds among what it says; none where elements outside of them could raise an error.
std::optional<IndexBounds> readSomeBounds(FoldOp fold, const AxisTable &axes);

} // namespace weft
