// Rounds of a fixed point in which no more than what changed is looked at.
#pragma once

#include "compiler/target/cpu/ExpressionEmitter.h"
#include "compiler/target/cpu/FrontierStep.h"

namespace weft {

/// What `emitFrontier` needs for itself.
Size frontierBytes(const FrontierStep &step, const AxisTable &axes);

struct FrontierPlaces {
  mlir::Value room;   // of `frontierBytes`
  Buffer state, next; // next is where the step's equation writes
  llvm::function_ref<Buffer(mlir::Value)> bufferOf;
  llvm::function_ref<void()> emitStep; // all of the state
};

/// One round, from so many nodes that changed in the round before; how many did in this one. `seldom` counts
/// rounds in which few did, and is carried from round to round.
class FrontierWriter {
public:
  FrontierWriter(FunctionEmitter &emitter, const FrontierStep &step, const FrontierPlaces &places);

  /// What is carried into the first round.
  llvm::SmallVector<mlir::Value> begin();
  llvm::SmallVector<mlir::Value> round(mlir::ValueRange carried);

private:
  mlir::Value addressIn(mlir::Value list, mlir::Value index);
  mlir::Value load(mlir::Value list, mlir::Value index);
  void store(mlir::Value list, mlir::Value index, mlir::Value value);
  mlir::Value loadElement(const Buffer &buffer, mlir::Value node);
  void storeElement(const Buffer &buffer, mlir::Value node, mlir::Value value);
  void sortBySource();
  mlir::Value pull();
  mlir::Value push(mlir::Value count);
  mlir::Value pushEdges(mlir::Value node, mlir::Value fresh);
  mlir::Value relax(mlir::Value edge, mlir::Value fresh);
  mlir::Value join(mlir::Value node, mlir::Value before, mlir::Value after, mlir::Value fresh);

  FunctionEmitter &emitter;
  mlir::OpBuilder &builder;
  FrontierStep step;
  const FrontierPlaces &places;
  mlir::Value nodes;
  mlir::Type wordType;
  Buffer first, last, order, sorted; // the edges by their sources
  mlir::Value changed, fresh, marks; // nodes, those of this round, and which these are
};

/// Binds what the step's equation reads for one edge, whose own number stands for its place among sorted
/// edges, and the index of the node that the edge leads to, which it gives.
mlir::Value bindEdge(ExpressionEmitter &expressions, const FrontierStep &step,
                     llvm::function_ref<Buffer(mlir::Value)> bufferOf, mlir::Value edge);

/// Whether two values as memory holds them differ; NaN equals NaN.
mlir::Value emitDiffer(FunctionEmitter &emitter, ObjectType type, mlir::Value a, mlir::Value b);

} // namespace weft
