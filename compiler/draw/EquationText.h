// Index equations as people write them, and shorter for a box.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

/// `c[s, h, e] = softmax[t where t <= s](…)`, a line a clause.
std::string equationText(EquationOp equation);

/// An expression without the positions of reads: `x·Wq + bq`. Of the folds in `leftOut` only the arguments
/// are written.
std::string shortText(EquationOp equation, mlir::Value value, llvm::ArrayRef<FoldOp> leftOut = {});

/// The index names and the mask of a fold: `t where t ≤ s`.
std::string foldIndicesText(EquationOp equation, FoldOp fold);

/// The names of a fold's indices.
std::vector<std::string> foldIndices(FoldOp fold);

} // namespace weft
