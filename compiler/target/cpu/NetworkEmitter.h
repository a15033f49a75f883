// A network in normal form as functions: where its wires are, and the code of each of its operations.
#pragma once

#include "compiler/target/cpu/FiniteMachine.h"
#include "compiler/target/cpu/KeptSegments.h"
#include "compiler/target/cpu/Profile.h"
#include "compiler/target/cpu/SweepEmitter.h"

namespace weft {

class NetworkEmitter {
public:
  NetworkEmitter(FunctionEmitter &emitter, NetworkOp network, WireMemory &memory, Profile &profile)
      : emitter(emitter), network(network), memory(memory), profile(profile), kept(network, memory) {}

  void emitCall();
  void emitBind();
  void emitScratchBytes();
  void emitKeptBytes() { kept.emitBytes(emitter, network.getLoc()); }

private:
  void bindArguments();
  void emitBlock(mlir::Block &block);
  void emitOperation(mlir::Operation &op);
  void emitEquationOp(EquationOp equation);
  void emitRowGroup(const RowGroup &group);
  Buffer keptRows(mlir::Value wire, const RowGroup &group, llvm::ArrayRef<IndexWindow> rows);
  void emitPanels(EquationOp equation);
  void forgetBatches(const RowGroup &group);
  void emitBatchPanels(EquationOp member, const RowGroup &group, llvm::ArrayRef<IndexWindow> rows);
  mlir::Value panelsOf(const PackedFactor &factor);
  void emitElements(EquationOp equation, const Buffer &result, const IndexWindows &windows);
  /// Where the running folds of an equation's scans are; null when they need no room.
  mlir::Value scanState(EquationOp equation);
  /// While weights are bound: what is made of weights alone.
  void emitPackedEquation(EquationOp equation);
  void emitBoundFactor(EquationOp equation, const PackedFactor &factor);
  Buffer slicedWeight(mlir::Value wire);
  void release(const Buffer &weight);
  Buffer bufferFor(EquationOp reader, unsigned wire);
  std::optional<Buffer> asPanels(EquationOp contraction, const PackedFactor &factor);
  mlir::Value boundPanels(const PackedFactor &factor);
  void emitSegmentsOp(SegmentsOp segments);
  void emitInOrderOp(InOrderOp op);
  void emitScan(ScanOp scan);
  void takeElements(ScanOp scan, mlir::Value position);
  void emitSteps(ScanOp scan, llvm::ArrayRef<Buffer> results);
  void emitMachine(ScanOp scan, const FiniteMachine &machine, const Buffer &state,
                   llvm::function_ref<void()> steps);
  void emitIterate(IterateOp loop);
  mlir::Value emitRounds(IterateOp loop, const Progress &begin, mlir::ValueRange carried,
                         llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::ValueRange)> round);
  mlir::Value takeOver(IterateOp loop, llvm::ArrayRef<Buffer> states);
  mlir::Value emitFrontier(IterateOp loop, unsigned slot);
  mlir::Value emitSwept(const Progress &swept, llvm::function_ref<void()> restore,
                        llvm::function_ref<mlir::Value(const Progress &)> rounds);
  mlir::Value emitChanged(const Buffer &before, const Buffer &after);
  Buffer slice(const Buffer &buffer, int64_t depth, mlir::Value position);
  mlir::Value workOf(const RowGroup &group);
  /// Where a wire is written: memory of its own, the caller's, or a place that was set for it.
  Buffer destination(mlir::Value wire);
  Buffer scalarBuffer(ObjectType type);
  void finish();

  FunctionEmitter &emitter;
  NetworkOp network;
  WireMemory &memory;
  Profile &profile;
  KeptSegments kept;
  llvm::DenseMap<mlir::Value, Buffer> wires;
  llvm::DenseMap<mlir::Value, Buffer> destinations;
  llvm::SmallVector<mlir::Value> slots;       // addresses of scratch slots
  llvm::SmallVector<mlir::Value> threadSlots; // bytes from the begin of a thread's memory
  llvm::DenseMap<mlir::Operation *, mlir::Value> scanPositions;
};

} // namespace weft
