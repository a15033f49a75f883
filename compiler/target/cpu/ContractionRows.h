// What is computed row by row around a contraction's sums: masks of terms before, the rest of the equation
// after.
#pragma once

#include "compiler/target/cpu/ContractionPanels.h"
#include "compiler/target/cpu/ContractionTile.h"

namespace weft {

class ContractionRows : public ContractionPanels {
public:
  using ContractionPanels::ContractionPanels;

protected:
  /// The indices of a row and of the batch at hand.
  IndexValues indicesOf(mlir::Value row);
  /// The mask of a sum for one row and term.
  mlir::Value hasTerm(const TileRow &row, const IndexValues &terms);
  /// The columns that a panel has, at most its width.
  mlir::Value endOfPanel(mlir::Value panel);
  /// The rest of the equation, for the sums of some rows and a panel's columns up to `end`. They come from
  /// memory, so that it is written once for all of them, and for panels that are not full.
  void finish(mlir::Value panel, mlir::Value memory, mlir::Value firstRow, int64_t height, mlir::Value end);
  /// Whether results of so many rows lie side by side, so that the sums of a column are best a vector.
  bool wantsColumns(int64_t height);
  /// The same as `finish`, of sums that lie by columns, a vector each, of neighbouring rows. Whether that can
  /// be written; else nothing is.
  bool finishColumns(mlir::Value panel, mlir::Value turned, mlir::Value firstRow, int64_t height,
                     mlir::Value end);
  /// From the sums of a row in memory to those of the next.
  int64_t lineElements();

private:
  bool liesAlongRows();
  mlir::Value lineOf(mlir::Value memory, mlir::Value row);
  void finishByRows(mlir::Value panel, mlir::Value memory, mlir::Value firstRow, int64_t height,
                    mlir::Value end);
  /// Whether results of the rows can be computed side by side.
  bool finishAlongRows(mlir::Value panel, mlir::Value memory, mlir::Value firstRow, int64_t height,
                       mlir::Value end);
  bool storeColumns(mlir::Value panel, mlir::Value turned, mlir::Value firstRow, int64_t height,
                    mlir::Value end);
  void turn(mlir::Value memory, int64_t height, mlir::Value turned, mlir::Value end);
  bool storeResults(ExpressionEmitter &expressions, mlir::Value sum);
  void bindWires(ExpressionEmitter &expressions, const IndexValues &indices);
  void finishRow(const IndexValues &indices, mlir::Value firstColumn, mlir::Value line, mlir::Value end);
  /// `active`: how many lanes are meant; null for all. Whether that many at once can be computed.
  bool finishElements(const IndexValues &indices, mlir::Value firstColumn, mlir::Value line,
                      mlir::Value column, unsigned count, mlir::Value active = nullptr);
};

} // namespace weft
