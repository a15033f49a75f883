// Whether the clauses of an equation are disjoint and cover their wire: decided exactly.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// Reports overlaps as `wire.redefined` and gaps, with an element that is missing, as `wire.uncovered`.
bool checkCoverage(State &state, const Environment &environment,
                   llvm::ArrayRef<const ast::Equation *> clauses, ObjectType type);

} // namespace weft
