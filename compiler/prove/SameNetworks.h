// Whether two networks are the same up to names.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft::prove {

/// Operation by operation: inputs by their places, weights by their names, operands of what commutes in any
/// order.
bool areSame(NetworkOp a, NetworkOp b);

} // namespace weft::prove
