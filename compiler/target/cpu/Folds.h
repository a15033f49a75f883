// Folds as nested loops that carry the monoid's components.
#pragma once

#include "compiler/target/cpu/ExpressionEmitter.h"

namespace weft {

/// Whether a fold's elements lie side by side in memory, and may be combined in any order: then its own
/// elements go into the lanes of a vector, not those of the equation around it.
bool foldsInLanes(FoldOp fold);

class FoldWriter {
public:
  FoldWriter(ExpressionEmitter &expressions, FoldOp fold);
  Scalar write();

private:
  using Components = llvm::SmallVector<mlir::Value>;

  ObjectType component(unsigned i);
  size_t width() { return monoid.getComponents().size(); }
  /// Components are carried as what they compute in; integers in 64 bits.
  mlir::Value carry(Scalar value, unsigned i);
  llvm::SmallVector<Scalar> scalars(mlir::ValueRange carried);
  Components initial();
  Components loops(unsigned axis, Components carried);
  void tighten(mlir::Value &low, mlir::Value &high);
  void bindIndex(unsigned axis, Scalar index);
  Components element(llvm::ArrayRef<mlir::Value> carried);
  Components combined(llvm::ArrayRef<mlir::Value> carried);
  void checkDomain(llvm::ArrayRef<Scalar> lifted);

  // Elements in lanes (FoldLanes.cpp).
  unsigned laneCount(mlir::Value low, mlir::Value high);
  Components inLanes(mlir::Value low, mlir::Value high, unsigned lanes, Components carried);
  Components combine(llvm::ArrayRef<mlir::Value> left, llvm::ArrayRef<mlir::Value> right);
  Components lastIndexLoop(mlir::Value low, mlir::Value high, int64_t step, unsigned sets,
                           Components carried);
  Components acrossLanes(Components carried);
  Components restInPart(mlir::Value low, mlir::Value high, Components carried);

  ExpressionEmitter &expressions;
  FunctionEmitter &emitter;
  FoldOp fold;
  MonoidOp monoid;
  bool isTightened = false;
};

} // namespace weft
