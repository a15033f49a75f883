// The one list of passes from network IR to its normal form.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "mlir/Pass/PassManager.h"

namespace weft {

/// All cells of a morphism composed, put behind it.
TiesOp resolveTies(MorphismOp entry);

/// The entry as one network: boxes inlined, and weights that are views of others read where they are stored.
void addInlining(mlir::PassManager &passes);

/// The cells of the entry, composed: the operation `weft.ties`.
void addTies(mlir::PassManager &passes);

/// After inlining: folds graded, hoisted and fused.
void addNormalForm(mlir::PassManager &passes);

/// After the normal form, for code: recurrences of matrices as products, a chunk of positions at a time.
void addChunks(mlir::PassManager &passes);

/// After the normal form, for code: folds over the elements of one key.
void addSegments(mlir::PassManager &passes);

/// After the normal form, for code: sums of products of small integers as sums of reals.
void addExactProducts(mlir::PassManager &passes);

/// Last, for code: the order of the axes of wires between equations.
void addArrangement(mlir::PassManager &passes);

} // namespace weft
