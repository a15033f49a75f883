// How much work an equation is, roughly: whether it is worth several threads.
#pragma once

#include "compiler/target/cpu/ContractionPlan.h"
#include "compiler/target/cpu/FunctionEmitter.h"

namespace weft {

/// To compute one element, in units of `work`. Sizes that are not known are asked for when the code runs.
mlir::Value workOfElement(FunctionEmitter &emitter, DefineOp define);

/// Whether the function is computed by a polynomial or the like.
bool isManyOperations(Function function);

/// To compute all of an equation; `plan` if it is a contraction.
mlir::Value workOfEquation(FunctionEmitter &emitter, EquationOp equation, const ContractionPlan *plan);

} // namespace weft
