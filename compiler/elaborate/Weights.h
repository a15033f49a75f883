// Weights: how they are drawn, and how many numbers an instance holds.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// `~ normal(0, 0.02)` as an attribute; unit when nothing is said. Null after an error.
mlir::Attribute initialOf(State &state, const ast::Weight &weight, const Environment &environment);

/// Counts what all occurrences inside an instance hold; reports too many.
void countWeights(State &state, MorphismOp morphism, Instance &instance);

/// Reports weights, and boxes with weights, that no output of the morphism depends on.
void checkWeightsUsed(State &state, MorphismOp morphism);

} // namespace weft
