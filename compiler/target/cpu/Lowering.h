// From loops to LLVM IR.
#pragma once

#include "compiler/target/cpu/CpuTarget.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"

namespace weft {

/// scf, arith and vector operations become those of the LLVM dialect. Fails only by a bug of the compiler.
mlir::LogicalResult lowerToLlvmDialect(mlir::ModuleOp module, const CpuTarget &target);

/// The module as LLVM IR, for the target's processor. Null by a bug of the compiler.
std::unique_ptr<llvm::Module> translateToLlvm(mlir::ModuleOp module, llvm::LLVMContext &context,
                                              const CpuTarget &target);

} // namespace weft
