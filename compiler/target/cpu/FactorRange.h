// What lies in a factor of a contraction: the range of its elements, or that some are NaN. It shows whether a
// term can be NaN, so that a minimum may be the machine's own.
#pragma once

#include "compiler/target/cpu/FunctionEmitter.h"

namespace weft {

/// The least and the greatest element; NaN when some element is, infinities the wrong way round when there is
/// none.
struct FactorRange {
  mlir::Value low, high;

  /// As two numbers side by side in memory.
  void store(FunctionEmitter &emitter, mlir::Value memory) const;
  static FactorRange load(FunctionEmitter &emitter, mlir::Value memory, mlir::Type element);
};

/// Looks at all elements of a tensor of reals.
FactorRange emitFactorRange(FunctionEmitter &emitter, const Buffer &buffer);

/// Whether no value of `function` (add, sub, mul, min, max) of two elements from these ranges is NaN. Not all
/// of those are found.
mlir::Value emitExcludesNan(FunctionEmitter &emitter, Function function, const FactorRange &a,
                            const FactorRange &b);

} // namespace weft
