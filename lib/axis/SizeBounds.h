// Whether a size is at least a number, whatever the sizes of its open axes.
#pragma once

#include "lib/axis/Size.h"

namespace weft {

/// Sizes of open axes.
using AxisSizes = std::map<std::string, int64_t, std::less<>>;

struct SizeBound {
  std::optional<bool> holds; // none: it could not be told
  AxisSizes counterexample;  // where it does not
};

/// Decided by splitting the sizes that the open axes can have: within a box of them, moved to its lowest
/// corner, every term is bounded by itself; at that corner the size is evaluated.
SizeBound isAtLeast(const Size &size, int64_t least);

} // namespace weft
