// Z3, asked about what the proof by cases leaves: a process of its own, with limits on time and memory.
#pragma once

#include "compiler/prove/CaseProof.h"

namespace weft::prove {

/// Where the solver's program is; empty when it is not there.
std::string solverPath();

/// Whether Z3 shows that the case never arises, or that its difference is zero in it. False when it cannot,
/// or is not there.
bool isImpossible(const OpenCase &open, const Symbols &symbols, const Budget &budget);

} // namespace weft::prove
