// Values of whose making LLVM knows nothing where code is written, so that it leaves the code as it is. None
// of them costs an instruction.
#pragma once

#include "compiler/target/cpu/FunctionEmitter.h"

namespace weft {

/// The same number or address in a register.
mlir::Value opaque(FunctionEmitter &emitter, mlir::Value number);

/// The same real or vector of reals; what it is made of may be moved with it.
mlir::Value fenced(FunctionEmitter &emitter, mlir::Value reals);

/// Vectors of reals that are in registers here, all of them: what comes before is computed before, and
/// nothing after is loaded before.
void hold(FunctionEmitter &emitter, llvm::MutableArrayRef<mlir::Value> sums);

} // namespace weft
