// Conditions on wires that are checked when a network runs.
#pragma once

#include "compiler/target/cpu/FunctionEmitter.h"

namespace weft {

/// Writes the check of a contract, which names the first indices where it fails. `bufferOf` is where each
/// wire lies.
void emitContract(FunctionEmitter &emitter, ContractOp contract,
                  llvm::function_ref<Buffer(mlir::Value)> bufferOf);

} // namespace weft
