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
  /// The same for panels from `first` on, each `size` elements behind the one before: some terms of all, then
  /// the next.
  void writeTogether(const IndexValues &batch, mlir::Value first, mlir::Value end, mlir::Value memory,
                     mlir::Value size, TermRange range);

private:
  /// Whether what a panel is packed from lies together, one panel after the other.
  bool readsPanelsInOrder();
  /// What a panel was packed from is not read again.
  void releasePanel(mlir::Value panel);
  /// All terms of a panel of the batch with this number.
  void writeWhole(const IndexValues &batch, mlir::Value panel, mlir::Value number);
  /// Of a vector's columns: that there are as many as it has lanes.
  static constexpr int64_t allColumns = std::numeric_limits<int64_t>::max();
  void packColumns(const IndexValues &batch, mlir::Value column, mlir::Value target, TermRange range,
                   unsigned vectors, unsigned count, int64_t active = allColumns);
  std::optional<int64_t> columnsOfLastVector(unsigned vector);
  mlir::Value packSquares(mlir::Value from, mlir::Value step, mlir::Value target, mlir::Value firstTerm,
                          TermRange range, int64_t active);
  void storeTerm(mlir::Value target, mlir::Value term, mlir::Value value);
  mlir::Value loadColumns(mlir::Value from, mlir::Value step, int64_t active);
  mlir::Value loadColumn(mlir::Value from, mlir::Value column);
  void prefetch(mlir::Value at);
  void prefetchAhead(mlir::Value from, mlir::Value stride, unsigned vectors);

  /// Of several panels so many terms are packed together, and the next ones asked for.
  static constexpr int64_t termsTogether = 4;
  /// Lines of the source are asked for so many terms ahead: each may be a page of its own.
  int64_t termsAhead = 16;
};

} // namespace weft
