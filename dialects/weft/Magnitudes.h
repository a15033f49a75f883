// How large integers may become, by what computes them.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

/// All values of an integer, an index or a truth value, computed as if exact, lie within ±2^b: b, and a large
/// number when nothing is known.
unsigned magnitudeBits(mlir::Value value);
/// The same of what a type of integers holds.
unsigned magnitudeBits(ObjectType integer);

/// A sum of integers whose partial results all lie within ±2^smallSumBits, whatever their order.
bool isSmallSum(FoldOp fold);
constexpr unsigned smallSumBits = 61;

} // namespace weft
