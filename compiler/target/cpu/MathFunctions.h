// Functions of reals, on single numbers and on vectors alike, so that a result does not depend on its
// position.
#pragma once

#include "compiler/target/cpu/FunctionEmitter.h"

namespace weft {

/// Writes a function of f32 or f64 values, or vectors of them. exp, log, tanh and erf of f32 are polynomials
/// with an error of at most 2 ulp; the others call libm, lane by lane.
mlir::Value emitMath(FunctionEmitter &emitter, Function function, mlir::ValueRange arguments);

/// `expdiff(a, b)`, where `b` may be one number for a vector `a`. Of f32 with 0 for what is less than the
/// least normal number.
mlir::Value emitExpdiff(FunctionEmitter &emitter, mlir::Value a, mlir::Value b);

} // namespace weft
