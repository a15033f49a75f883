// Where wires live in scratch memory: planned once, as a function of the open sizes.
#pragma once

#include "compiler/target/cpu/RowGroups.h"

namespace weft {

/// Slots of one block of memory. Two wires share a slot when their lives do not meet and one's size bounds
/// the other's whatever the open axes are.
class Arena {
public:
  struct Slot {
    Size bytes;
    int64_t freeFrom = 0; // the step after the last life in it
  };

  /// A slot for `bytes` during the steps `first` to `last`.
  unsigned place(const Size &bytes, int64_t first, int64_t last);
  const std::vector<Slot> &slots() const { return all; }

private:
  std::vector<Slot> all;
};

/// When the wires of a network are alive, in steps of its operations (those of loop bodies included). A group
/// of equations is one step, that of its last.
class Lifetimes {
public:
  Lifetimes(NetworkOp network, const RowGroups &groups);
  int64_t first(mlir::Value wire) const { return begin.lookup(wire); }
  int64_t last(mlir::Value wire) const;
  int64_t step(mlir::Operation *op) const { return steps.lookup(op); }
  /// The last step inside an operation.
  int64_t lastStep(mlir::Operation *op) const { return lastSteps.lookup(op); }

private:
  void number(mlir::Block &block, const RowGroups &groups);
  int64_t next = 0;
  llvm::DenseMap<mlir::Operation *, int64_t> steps, lastSteps;
  llvm::DenseMap<mlir::Value, int64_t> begin;
};

} // namespace weft
