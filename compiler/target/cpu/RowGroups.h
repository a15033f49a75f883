// Equations that are computed together, a few rows at a time, so that what passes between them stays small.
#pragma once

#include "compiler/target/cpu/ContractionPlan.h"
#include <memory>

namespace weft {

/// Which wires a group keeps a few rows of: those that its equations define and read, and nobody else.
/// Attention is one: scores, their maxima, weights, and the sums of values, for some rows of one head. A
/// running fold whose positions are rows is another, with what reads it: then one block of rows comes after
/// the other.
struct RowGroup {
  llvm::SmallVector<EquationOp> members; // in order; the result of the last one is whole
  unsigned rows = 0;                     // leading indices of all results that are rows
  unsigned blocked = 0;                  // the one that is taken `blockRows` at a time; others one by one
  int64_t blockRows = 1;
  bool isRunning = false; // a member is a running fold along the blocked row

  EquationOp last() const { return members.back(); }
  /// The index of a member that stands for a row.
  static mlir::BlockArgument index(EquationOp member, unsigned row);
  /// The row that an index of a member stands for, if it does.
  std::optional<unsigned> rowOf(EquationOp member, mlir::Value index) const;
};

class RowGroups {
public:
  /// `isBound`: of wires that are computed when weights are bound.
  RowGroups(NetworkOp network, const AxisTable &axes, const CpuTarget &target, const ContractionPlans &plans,
            llvm::function_ref<unsigned(ObjectType)> elementBytes, int64_t mostRunningRows,
            llvm::function_ref<bool(mlir::Value)> isBound);

  /// Null for an equation that stands alone.
  const RowGroup *find(mlir::Operation *equation) const;
  /// The group that keeps a few rows of the wire; null when the wire is whole.
  const RowGroup *keeperOf(mlir::Value wire) const;
  /// From one kept row of a wire to the next: a line more than the row has, where it has axes, so that rows
  /// whose length is a power of two do not share their places in the first cache.
  std::optional<Size> keptRow(mlir::Value wire) const;
  /// The elements that a group keeps of a wire.
  std::optional<Size> keptElements(mlir::Value wire) const;

private:
  static constexpr int64_t elementsBetweenRows = 16;
  const AxisTable &axes;
  std::vector<std::unique_ptr<RowGroup>> groups;
  llvm::DenseMap<mlir::Operation *, const RowGroup *> groupOf;
};

} // namespace weft
