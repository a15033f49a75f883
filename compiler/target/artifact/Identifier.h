// Names of a program as identifiers of C and C++.
#pragma once

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace weft {

/// Letters, digits and underscores; no digit first, no keyword.
std::string identifierOf(llvm::StringRef name);

/// The same for several that stand beside each other: each different from the others.
std::vector<std::string> identifiersOf(const std::vector<std::string> &names);

} // namespace weft
