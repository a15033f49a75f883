// The passes of compiler/normalize.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "mlir/Pass/Pass.h"

namespace weft {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "compiler/normalize/Passes.h.inc"

} // namespace weft
