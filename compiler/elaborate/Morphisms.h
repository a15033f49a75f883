// The body of one instance of a morphism.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// Fills the instance's wires and makes its operation in the workspace's module. `failed` is set after
/// errors; wires that could be resolved are there all the same.
void elaborateMorphism(State &state, Instance &instance, const Environment &environment, bool withBody);

} // namespace weft
