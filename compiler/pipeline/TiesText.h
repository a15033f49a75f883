// The map from stored weights to occurrences, for people and for `weft-opt`.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "llvm/Support/raw_ostream.h"

namespace weft {

/// A table in comments, a line for each occurrence: what it is, of which weight, by which cells, and its
/// formula. Then the map itself with the axes and monoids that it needs; the whole text parses back.
void printTies(mlir::ModuleOp program, llvm::StringRef network, llvm::raw_ostream &out);

} // namespace weft
