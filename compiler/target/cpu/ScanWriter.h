// One clause with a scan, as it is being written.
#pragma once

#include "compiler/target/cpu/FoldSchedules.h"
#include "compiler/target/cpu/Folds.h"

namespace weft {

class ScanWriter {
public:
  ScanWriter(FunctionEmitter &emitter, EquationOp equation, unsigned clause, llvm::ArrayRef<Buffer> wires,
             const Buffer &result, mlir::Value state, const IndexWindows &windows);
  void write();

  /// Room for each component of a running fold in memory, whatever its type.
  static constexpr int64_t componentBytes = 8;

private:
  using Components = FoldWriter::Components;

  void outside(unsigned axis);
  mlir::Value sizeOf(mlir::Value index) {
    return emitter.sizeOf(mlir::cast<ObjectType>(index.getType()).getElement());
  }
  void positions();
  void positionsIn(const IndexWindow &window);
  static bool isSurelyEmpty(mlir::Value low, mlir::Value high);
  Components begin(mlir::Value low, mlir::Value high, mlir::Value count);
  mlir::Value mirrored(mlir::Value low, mlir::Value high, mlir::Value i);
  Components segment(mlir::Value low, mlir::Value high, bool consumes, Components running);
  Components byOnes(mlir::Value low, mlir::Value high, bool consumes, Components running);
  std::optional<Components> inChunks(mlir::Value low, mlir::Value high, Components running);

  void configure(FoldWriter &writer);
  ExpressionEmitter bound(unsigned lanes, mlir::Value last);
  Components element(ExpressionEmitter &expressions, bool consumes, Components running);
  void define(ExpressionEmitter &expressions, Scalar folded);
  unsigned laneCount(mlir::Value count, unsigned bytes);

  // Axes inside of a position (ScanInside.cpp).
  using Inside = llvm::function_ref<void(ExpressionEmitter &, Scalar place)>;
  mlir::Value positionsTogether();
  void acrossPositions(mlir::Value low, mlir::Value high, bool consumes);
  void eachInside(Inside body) { nest(0, emitter.constant(0), body); }
  void nest(unsigned axis, mlir::Value place, Inside body);
  llvm::SmallVector<unsigned> lanesAcross(mlir::Value size);
  unsigned liveCount();
  bool isKept(FoldWriter &writer, unsigned i);
  void keep(ExpressionEmitter &expressions, Scalar place, const Components &running);
  Components kept(ExpressionEmitter &expressions, Scalar place);

  FunctionEmitter &emitter;
  EquationOp equation;
  unsigned clause;
  llvm::ArrayRef<Buffer> wires;
  const Buffer &result;
  mlir::Value state;
  const IndexWindows &windows;
  FoldOp fold;
  MonoidOp monoid;
  PrefixFold prefix;
  llvm::ArrayRef<mlir::BlockArgument> indices, inside;
  llvm::SmallVector<mlir::Value> rooms;        // of the components of running folds in memory
  llvm::DenseMap<mlir::Value, mlir::Value> at; // the indices in force
};

} // namespace weft
