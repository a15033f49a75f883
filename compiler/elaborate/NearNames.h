// Names that were meant, for messages about names that are not there.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// The nearest of these names to one that is wrong by few letters, or by their case; empty when none is near.
std::string nearName(llvm::StringRef wrong, llvm::ArrayRef<llvm::StringRef> names);

/// Says which name may have been meant: of these, or of what the program declares of these kinds; else which
/// file of the standard library declares the name, or how one is declared.
void suggestName(State &state, Diagnostic &error, llvm::StringRef wrong, llvm::ArrayRef<EntityKind> kinds,
                 const Environment &environment, llvm::SmallVector<llvm::StringRef> names = {});

} // namespace weft
