// One instance of a monoid as an operation.
#pragma once

#include "compiler/elaborate/MonoidLaws.h"
#include "compiler/elaborate/Monoids.h"

namespace weft {

/// Makes the operation in the workspace's module; the type that it lowers to, null after an error.
ObjectType emitMonoid(State &state, const Entity &entity, const MonoidTyping &typing);

} // namespace weft
