// The factor `b` of a contraction, written into panels: all at once, or one at a time.
#pragma once

#include "compiler/target/cpu/ContractionPanels.h"
#include "compiler/target/cpu/ContractionTile.h"

namespace weft {

class PanelPacker : ContractionPanels {
public:
  using ContractionPanels::ContractionPanels;

  void writeAll();
  void writeBatch(const IndexValues &batch);
  /// Writes the terms of `range` of one panel. `memory` is where its first term of all stands, or would
  /// stand.
  void write(const IndexValues &batch, mlir::Value panel, mlir::Value memory, TermRange range);

private:
  /// All terms of a panel of the batch with this number.
  void writeWhole(const IndexValues &batch, mlir::Value panel, mlir::Value number);
  bool readsPanelsInOrder();
  /// Of a weight in a mapped file: what the panel was packed from need stay no longer.
  void releasePanel(mlir::Value panel);
  void packColumns(const IndexValues &batch, mlir::Value column, mlir::Value target, TermRange range,
                   unsigned vectors, unsigned count);
  mlir::Value packSquares(mlir::Value from, mlir::Value step, mlir::Value target, mlir::Value firstTerm,
                          TermRange range);
  void transpose(llvm::MutableArrayRef<mlir::Value> square);
  void storeTerm(mlir::Value target, mlir::Value term, mlir::Value value);
  mlir::Value loadColumns(mlir::Value from, mlir::Value step);
  mlir::Value loadColumn(mlir::Value from, mlir::Value column);
  void prefetchAhead(mlir::Value from, mlir::Value stride, unsigned vectors);
};

} // namespace weft
