// LLVM IR to machine code.
#pragma once

#include "compiler/target/cpu/CpuTarget.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/IR/Module.h"

namespace weft {

enum class MachineCode { object, assembly };

/// LLVM's optimisations for the target, on all cores; the module is replaced. False when LLVM lacks the
/// target.
bool optimizeModule(std::unique_ptr<llvm::Module> &module, const CpuTarget &target);

/// Removes what nothing visible refers to.
void removeUnused(llvm::Module &module);

/// Position-independent code. The same module gives the same bytes.
llvm::SmallString<0> emitMachineCode(llvm::Module &module, const CpuTarget &target, MachineCode kind);

} // namespace weft
