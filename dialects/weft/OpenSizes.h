// What is known before a call: values that no size of an open axis changes.
#pragma once

#include "dialects/weft/AxisTable.h"

namespace weft {

/// Whether an equation asks for the size of an open axis, or has an index of one.
bool readsOpenSize(EquationOp equation, const AxisTable &axes);

} // namespace weft
