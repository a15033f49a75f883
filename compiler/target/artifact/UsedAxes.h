// Which axes a network's code asks the size of.
#pragma once

#include "dialects/weft/AxisTable.h"
#include "llvm/ADT/StringSet.h"

namespace weft {

/// Names of all axes that types, loops and sizes of the network and of the monoids of its folds name.
llvm::StringSet<> axesOf(NetworkOp network);

/// The numbers of elements of the network's wires that depend on open axes, each once.
std::vector<Size> wireCountsOf(NetworkOp network, const AxisTable &axes);

} // namespace weft
