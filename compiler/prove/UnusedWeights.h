// Weights that no output depends on by data flow.
#pragma once

#include "compiler/elaborate/Sources.h"
#include "dialects/weft/WeftOps.h"

namespace weft {

/// Reports the weights that the entry stores and that no output depends on once constants are folded, with
/// the place where each dies: `weights.unused`.
void reportUnusedWeights(mlir::ModuleOp module, Sources &sources, Diagnostics &diagnostics);

} // namespace weft
