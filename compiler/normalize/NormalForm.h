// The one list of passes from network IR to its normal form.
#pragma once

#include "mlir/Pass/PassManager.h"

namespace weft {

/// The entry as one network: boxes inlined, and weights that are views of others read where they are stored.
void addInlining(mlir::PassManager &passes);

/// After inlining: folds graded, hoisted and fused.
void addNormalForm(mlir::PassManager &passes);

} // namespace weft
