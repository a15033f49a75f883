// What becomes of the folds of a network, for people and for pictures: decided on its normal form, said where
// they are written.
#pragma once

#include "compiler/pipeline/Compilation.h"

namespace weft {

/// Writes on every fold that one of `entries` reaches the laws of its monoid, and `schedules`: what the
/// target decided of all that it becomes. Code is written for that, from a copy: what is said is what is
/// done.
void decideFolds(Compilation &compilation, llvm::ArrayRef<MorphismOp> entries);

/// How many folds a morphism comes to, every occurrence of a box counted.
double countFolds(mlir::ModuleOp program, MorphismOp morphism);

} // namespace weft
