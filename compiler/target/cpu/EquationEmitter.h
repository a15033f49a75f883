// Equations as loops over their elements.
#pragma once

#include "compiler/target/cpu/ExpressionEmitter.h"

namespace weft {

/// Writes the loops that define `result` by an equation whose wires lie in `wires`, at the indices in
/// `windows`. `scanState` is the room that `scanStateBytes` asks for.
void emitEquation(FunctionEmitter &emitter, EquationOp equation, llvm::ArrayRef<Buffer> wires,
                  const Buffer &result, const IndexWindows &windows = IndexWindows(),
                  mlir::Value scanState = {});

} // namespace weft
