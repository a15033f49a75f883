// Rows of a square in registers as columns.
#pragma once

#include "compiler/target/cpu/FunctionEmitter.h"

namespace weft {

/// As many vectors as each has lanes: lane j of vector i becomes lane i of vector j.
void turnSquare(FunctionEmitter &emitter, llvm::MutableArrayRef<mlir::Value> square);

} // namespace weft
