// Index equations as people write them, and shorter for a box.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

/// `c[s, h, e] = softmax[t where t <= s](…)`, a line a clause.
std::string equationText(EquationOp equation);

/// An expression without the positions of reads and without the sums around it: `x·Wq + bq`.
std::string shortText(EquationOp equation, mlir::Value value);

/// The index names and the mask of a fold: `t where t ≤ s`.
std::string foldIndicesText(EquationOp equation, FoldOp fold);

/// The names of a fold's indices.
std::vector<std::string> foldIndices(FoldOp fold);

} // namespace weft
