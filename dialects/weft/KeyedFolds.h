// Folds over the elements of one key.
#pragma once

#include <cstdint>

namespace weft {

/// An axis so small that looking at all elements for each of its indices costs less than sorting them.
constexpr int64_t fewKeys = 4;

} // namespace weft
