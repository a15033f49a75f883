// Where every wire of a network lives: scratch, memory that is filled when weights are bound, or the
// caller's.
#pragma once

#include "compiler/target/cpu/FunctionEmitter.h"
#include "compiler/target/cpu/IndexReaders.h"
#include "compiler/target/cpu/PackedFactors.h"

namespace weft {

class WireMemory {
public:
  /// Schedules the folds first.
  WireMemory(NetworkOp network, const AxisTable &axes, const CpuTarget &target,
             std::function<int64_t(ObjectType)> elementBytes, int64_t mostRunningRows,
             std::optional<FoldAlgorithm> forced = {});

  /// Defined from weights alone: computed when they are bound.
  bool isPacked(mlir::Value wire) const { return packedOffsets.contains(wire); }
  const llvm::MapVector<mlir::Value, int64_t> &packed() const { return packedOffsets; }
  int64_t packedBytes() const { return packedEnd; }
  /// Factors of contractions, in panels.
  const PackedFactors &factors() const { return *packedFactors; }

  /// An output of the network that is computed right where the caller wants it.
  bool isWrittenToCaller(mlir::Value wire) const { return toCaller.contains(wire); }
  /// A collected output of a scan that its equation writes right into the collection.
  bool isWrittenInPlace(mlir::OpOperand &yielded) const;
  /// Room to save a yielded wire that is an argument of the loop's body, before states are overwritten.
  std::optional<unsigned> savedSlot(mlir::OpOperand &yielded) const;

  /// A scalar of a loop's body that no more than scalars of the same body read: it stays in a register.
  bool isInRegister(mlir::Value wire) const;

  const RowGroups &groups() const { return *rowGroups; }
  const IndexReaders &indexReaders() const { return *readers; }

  /// Where an equation's scans keep their running folds: in packed memory when it is computed at binding,
  /// with the thread in a group, else in scratch. None when it needs no room.
  struct ScanRoom {
    enum class Memory { packed, thread, scratch } memory;
    int64_t place; // an offset in bytes, or the number of a slot
  };
  std::optional<ScanRoom> scanRoom(EquationOp equation) const;
  /// The slot of what `emitFrontier` needs, for a loop of which it looks at what changed alone.
  std::optional<unsigned> frontierSlot(IterateOp loop) const;
  /// The slot of what `emitSweeps` needs, for one of these that may be swept.
  std::optional<unsigned> sweepSlot(IterateOp loop) const;

  /// Of a wire that a group keeps some rows of: among `threadSlots`.
  unsigned slotOf(mlir::Value wire) const { return slotNumbers.lookup(wire); }
  const std::vector<Arena::Slot> &slots() const { return arena.slots(); }
  /// What each thread has for itself.
  const std::vector<Arena::Slot> &threadSlots() const { return threadArena.slots(); }
  /// The bytes of a wire or of a slot, rounded up to a cache line.
  mlir::Value emitBytes(FunctionEmitter &emitter, mlir::Value wire) const;
  mlir::Value emitSlotBytes(FunctionEmitter &emitter, const Arena::Slot &slot) const;

private:
  void planBlock(mlir::Block &block);
  void findPacked();
  /// The wire of the same group whose place the result may take, read for the last time where it is defined.
  mlir::Value overwritten(EquationOp equation) const;
  void findPacked(mlir::Operation &op, llvm::DenseSet<mlir::Value> &constant);
  void planScans();
  /// Of what is kept of the wire.
  Size bytesOf(mlir::Value wire) const;
  mlir::Value emitLines(FunctionEmitter &emitter, const Size &bytes) const;

  NetworkOp network;
  const AxisTable &axes;
  std::function<int64_t(ObjectType)> elementBytes;
  ContractionPlans plans;
  std::optional<RowGroups> rowGroups;
  std::optional<IndexReaders> readers;
  std::optional<Lifetimes> lifetimes;
  Arena arena, threadArena;
  llvm::DenseMap<mlir::Value, unsigned> slotNumbers;
  llvm::DenseMap<mlir::OpOperand *, unsigned> savedSlots;
  llvm::DenseSet<mlir::Value> toCaller;
  llvm::MapVector<mlir::Value, int64_t> packedOffsets;
  llvm::DenseMap<mlir::Operation *, ScanRoom> scanRooms;
  llvm::DenseMap<mlir::Operation *, unsigned> frontierSlots, sweepSlots;
  int64_t packedEnd = 0;
  std::optional<PackedFactors> packedFactors;
};

} // namespace weft
