// The factors of a product of boxes, for cells that are products too.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// The paths, inside of it, of the boxes that stand side by side in the box at `path` of a morphism; none
/// where that is no product of named boxes.
std::vector<std::string> factorsAt(const State &state, MorphismOp morphism, llvm::StringRef path);

} // namespace weft
