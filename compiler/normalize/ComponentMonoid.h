// A component of a monoid as a monoid of its own.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

/// The component's own operation, or addition where the component `isLinear` over others and coefficients are
/// taken care of. The others must not come into the operation. One for each component: found again by name,
/// `softmax.m`.
MonoidOp componentMonoid(MonoidOp monoid, unsigned component, bool isLinear);

} // namespace weft
