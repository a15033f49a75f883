// Which scalar operations can raise an error when they run.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

/// Whether an operation raises no error whatever its operands; what stands in its regions is not looked at.
bool isTotalOperation(mlir::Operation *op);

/// Whether nothing in a region can raise an error.
bool isTotal(mlir::Region &region);

} // namespace weft
