// A module's functions in parts that are optimised side by side.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/Module.h"

namespace weft {

/// Applies `optimize` to parts of the module on all cores, and puts what becomes of them in its place. Only
/// functions that are never inlined are parted from the others. Parts depend on the module alone, so that the
/// result does too; one that is small stays whole. False when `optimize` fails.
bool optimizeInParts(std::unique_ptr<llvm::Module> &module,
                     llvm::function_ref<bool(llvm::Module &)> optimize);

} // namespace weft
