// Conversions of f16 and bf16 that ask for no compiler's library.
#pragma once

#include "compiler/target/cpu/CpuTarget.h"
#include "mlir/IR/BuiltinOps.h"

namespace weft {

/// Writes conversions that the target has no instruction for by integer arithmetic: LLVM would call a library
/// that objects do not link. Every conversion rounds once, to nearest, ties to even.
mlir::LogicalResult expandSixteenBitReals(mlir::ModuleOp module, const CpuTarget &target);

} // namespace weft
