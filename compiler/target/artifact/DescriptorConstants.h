// The table `weft_network_descriptor` of lib/runtime/Descriptor.h as constant data of a module.
#pragma once

#include "compiler/target/artifact/Artifact.h"

namespace weft {

/// Defines the descriptor that the runtime's functions refer to. False by a bug of the compiler.
bool addDescriptor(llvm::Module &module, const NetworkDescription &network,
                   llvm::ArrayRef<CodeVariant> variants);

} // namespace weft
