// The laws of every monoid of a program, and its claims: proved, refuted or left open. Rewrites nothing.
#pragma once

#include "compiler/elaborate/Sources.h"
#include "dialects/weft/WeftOps.h"

namespace weft {

/// Writes the verdicts into the operations; reports laws and claims that do not hold, and weights
/// that no output of the entry depends on. What took long to prove
/// is kept in the folder (none: nowhere); see `VerdictCache`.
void proveProgram(mlir::ModuleOp module, Sources &sources, Diagnostics &diagnostics, std::string cacheFolder);

} // namespace weft
