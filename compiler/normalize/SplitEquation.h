// Taking a part of an equation out into an equation of its own.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

namespace weft {

/// The equations of a program. The map of ties stays as it was resolved: it says what each weight is.
llvm::SmallVector<EquationOp> equationsOf(mlir::Operation *program);

/// The indices (of the clause and of folds around `value`) that a scalar depends on, outermost first.
llvm::SmallVector<mlir::BlockArgument> indicesOf(mlir::Value value, EquationOp equation);

/// Whether a scalar is one of them, or depends on it.
bool dependsOn(mlir::Value value, mlir::BlockArgument index, EquationOp equation);

/// The factors of a product of products.
void splitProduct(mlir::Value value, llvm::SmallVectorImpl<mlir::Value> &factors);

/// All indices in force where an operation stands, outermost first.
llvm::SmallVector<mlir::BlockArgument> indicesInForce(mlir::Operation *op, EquationOp equation);

/// Visits every operation that a scalar is computed by.
void forEachPart(mlir::Value value, llvm::function_ref<void(mlir::Operation *)> visit);

/// Whether evaluating a scalar can raise no error, so that it may be evaluated where the program would not.
bool isTotal(mlir::Value value);

/// Whether an operation stands where it may not be evaluated: in a branch, a default, or under a mask.
bool isConditional(mlir::Operation *op, EquationOp equation);

/// Whether a wire is made of weights alone.
bool isOfWeights(mlir::Value wire);

/// `y[i, j] = … e(i) …`  ⟹  `t[i] = e(i)   y[i, j] = … t[i] …`. The value is replaced by the read, which is
/// given. The wire's axes are as the indices stand around the value, or as the longest read in it has them.
enum class AxisOrder { asIndices, asRead };
mlir::Value splitOut(EquationOp equation, mlir::Value value, AxisOrder order = AxisOrder::asIndices);

/// Copies what a value needs to the builder's place, in an order that respects uses; `map` has what stands
/// for what is not copied.
mlir::Value copySlice(mlir::OpBuilder &builder, mlir::Value value, mlir::IRMapping &map);

/// A value as a wire of its type holds it: integers are checked, 16-bit reals rounded. Other types hold every
/// value.
mlir::Value heldByWire(mlir::OpBuilder &builder, mlir::Location location, mlir::Value value);

/// Adds a wire to an equation; gives its argument in each clause.
llvm::SmallVector<mlir::BlockArgument> addWire(EquationOp equation, mlir::Value wire);

/// Removes operations of a block, regions inside included, whose results nobody uses.
void eraseUnused(mlir::Block &block);

/// Removes what no result needs: operations in the clauses, then wires that are not read.
void prune(EquationOp equation);

} // namespace weft
