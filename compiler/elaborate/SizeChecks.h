// What must hold of open sizes at the call.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// Puts a condition at the start of the entry for each exact division that is not decided when compiling.
void emitSizeChecks(State &state, MorphismOp entry);

} // namespace weft
