// Running folds of matrices that are linear over a grade, with the sum over their rows that reads them.
#pragma once

#include "compiler/normalize/EquationWriter.h"
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/MonoidShape.h"
#include <deque>

namespace weft {

/// An axis of the state or of what reads it, and its index in either equation, where it has one.
struct StateDimension : Dimension {
  mlir::BlockArgument inState, inReader;
};

/// `h[t, i, j] = affine[s where s <= t](a[s, i], k[s, i] * v[s, j])` and `y[t, j] = sum[i](q[t, i] * h[t, i,
/// j])`: i are rows, j columns.
struct MatrixRecurrence {
  EquationOp state, reader;
  FoldOp running, sum;
  MonoidOp monoid;
  RecurrenceShape shape;
  bool isExclusive;                            // the position itself does not belong to its state
  mlir::BlockArgument time;                    // the reader's
  std::deque<StateDimension> all;              // of the state but its position, then the reader's others
  llvm::SmallVector<StateDimension *> rows;    // what the reader sums over
  llvm::SmallVector<StateDimension *> columns; // of the state, of `right` alone
  llvm::SmallVector<StateDimension *> batch,
      more;                                   // the state's others; the reader's others that `query` needs
  mlir::Value grade;                          // in the state's fold, like the next two
  llvm::SmallVector<mlir::Value> left, right; // the factors with rows, and the others
  llvm::SmallVector<mlir::Value> query;       // in the reader's sum: the factors beside the state
};

/// The recurrence whose states an equation is, where it has this form, associativity is licensed, nothing in
/// it raises an error, and its matrices fill tiles.
std::optional<MatrixRecurrence> findMatrixRecurrence(EquationOp state, const AxisTable &axes);

} // namespace weft
