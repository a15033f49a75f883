// How the work of a contraction is cut: into blocks of rows and panels, which threads share, and into tiles.
#pragma once

#include "compiler/target/cpu/ContractionRows.h"

namespace weft {

class ContractionBlocks : public ContractionRows {
public:
  ContractionBlocks(FunctionEmitter &emitter, const ContractionOperands &operands)
      : ContractionRows(emitter, operands), rowCount(countOf(emitter, plan.rows, operands.windows)) {}

protected:
  /// `begin` is written once for each thread.
  void forEachBlock(llvm::function_ref<void()> begin, llvm::function_ref<void()> body);

  using TileBody = llvm::function_ref<void(mlir::Value row, int64_t height)>;
  /// Over the rows of the block at hand.
  void forEachTile(TileBody body);

  /// Whether sums are made in parts.
  bool isSplit() const { return plan.partTerms != 0; }

  struct Block {
    mlir::Value firstRow, endRow, firstPanel, endPanel;
  };

  mlir::Value rowCount;
  Block block; // at hand

private:
  void forEachLine(mlir::Value first, mlir::Value end, mlir::Value blocks, mlir::Value size, IndexWindow all,
                   llvm::function_ref<void()> body);
  mlir::Value panelsOfBlock(mlir::Value panels, mlir::Value panelWork, mlir::Value work);
  mlir::Value rowsOfBlock(mlir::Value work);
  void takeRows(mlir::Value number, mlir::Value blocks, mlir::Value height);
  void takePanels(mlir::Value number, mlir::Value blocks, mlir::Value size, IndexWindow all);
  IndexWindow panelWindow();
  void tilesOf(mlir::Value first, mlir::Value end, int64_t height, TileBody body);
};

} // namespace weft
