// Fold algorithms in words.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

/// As reports and pictures say it: `scan in chunks`.
std::string nameOf(FoldAlgorithm algorithm);

} // namespace weft
