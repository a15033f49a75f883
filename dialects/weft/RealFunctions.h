// The functions of reals that are what the C library computes, for all that evaluate programs.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

/// None of arithmetic, comparisons, `min`, `max` and `expdiff`, which each evaluation defines for itself.
std::optional<double> libraryFunction(Function function, double a, double b);

} // namespace weft
