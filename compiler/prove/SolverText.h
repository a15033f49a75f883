// A case as a question in SMT-LIB.
#pragma once

#include "compiler/prove/CaseProof.h"

namespace weft::prove {

/// The answer is `unsat` when the case is settled.
std::string solverText(const OpenCase &open, const Symbols &symbols);

} // namespace weft::prove
