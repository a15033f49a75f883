#include "compiler/target/cpu/ContractionBlocks.h"

using namespace mlir;

namespace weft {

void ContractionBlocks::forEachBlock(llvm::function_ref<void()> begin, llvm::function_ref<void()> body) {
  auto [firstPanel, endPanel] = panelWindow();
  Value panels = emitter.subtract(endPanel, firstPanel);
  Value batches = countOf(emitter, plan.batch, operands.windows);
  // A few rows wait for the panels to come from memory.
  Value panelWork = emitter.workOf(terms, emitter.constant(width));
  Value rowWork = emitter.workOf(panelWork, emitter.maximum(rowCount, emitter.constant(4)));
  Value work = emitter.workOf(emitter.workOf(rowWork, panels), batches);
  Value size = panelsOfBlock(panels, panelWork, work);
  Value height = rowsOfBlock(work);
  Value rowBlocks = roundedUp(rowCount, height);
  Value panelBlocks = size == panels ? emitter.constant(1) : roundedUp(panels, size);
  Value count = emitter.multiply(emitter.multiply(batches, rowBlocks), panelBlocks);
  if (isSplit() && plan.isInPlace && FunctionEmitter::constantOf(rowBlocks) == 1) {
    takeRows(emitter.constant(0), rowBlocks, height);
    auto run = [&](Value first, Value end) {
      begin();
      forEachLine(first, end, panelBlocks, size, {firstPanel, endPanel}, body);
    };
    return emitter.split(emitter.constant(0), count, 1, work, run, /*joinsParts=*/true);
  }
  emitter.split(emitter.constant(0), count, 1, work, [&](Value first, Value end) {
    begin();
    forEachNumber(first, end, [&](Value number) {
      // Parts of sums stay with their panels, whole sums with their rows.
      Value inner = isSplit() ? rowBlocks : panelBlocks, outer = isSplit() ? panelBlocks : rowBlocks;
      Value in = remainder(number, inner), rest = quotient(number, inner);
      bool isOneBatch = FunctionEmitter::constantOf(batches) == 1;
      Value out = isOneBatch ? rest : remainder(rest, outer);
      enterBatch(isOneBatch ? emitter.constant(0) : quotient(rest, outer), operands.windows);
      if (plan.packsEachBatch)
        batchNumber = emitter.constant(0);
      takeRows(isSplit() ? in : out, rowBlocks, height);
      takePanels(isSplit() ? out : in, panelBlocks, size, {firstPanel, endPanel});
      body();
    });
  });
}

// Blocks of panels from `first` to `end`, those of a batch together: lines of terms are read to their ends
// then, which the processor fetches ahead.
void ContractionBlocks::forEachLine(Value first, Value end, Value blocks, Value size, IndexWindow all,
                                    llvm::function_ref<void()> body) {
  bool isOne = FunctionEmitter::constantOf(blocks) == 1;
  emitter.loop(quotient(first, blocks), roundedUp(end, blocks), [&](Value batch) {
    enterBatch(batch, operands.windows);
    IndexWindow taken = all;
    if (!isOne) {
      Value before = emitter.multiply(batch, blocks);
      Value low = emitter.maximum(emitter.subtract(first, before), emitter.constant(0));
      Value high = emitter.minimum(emitter.subtract(end, before), blocks);
      taken.begin = emitter.add(all.begin, emitter.multiply(low, size));
      taken.end = emitter.minimum(emitter.add(all.begin, emitter.multiply(high, size)), all.end);
    }
    emitter.loop(
        taken.begin, taken.end, plan.blockPanels, {}, [&](Value panel, ValueRange) -> SmallVector<Value> {
          block.firstPanel = panel;
          block.endPanel = emitter.minimum(emitter.add(panel, emitter.constant(plan.blockPanels)), taken.end);
          body();
          return {};
        });
  });
}

// All of them, unless threads may share the work.
Value ContractionBlocks::panelsOfBlock(Value panels, Value panelWork, Value work) {
  if (isSplit()) {
    Value most = emitter.constant(plan.blockPanels), few = roundedUp(panels, emitter.constant(8));
    return emitter.maySplit(work) ? emitter.minimum(most, emitter.maximum(few, emitter.constant(1))) : most;
  }
  if (!emitter.maySplit(work))
    return panels;
  Value rows =
      emitter.maximum(emitter.minimum(rowCount, emitter.constant(plan.blockRows)), emitter.constant(4));
  Value each = emitter.maximum(emitter.workOf(panelWork, rows), emitter.constant(1));
  Value most = emitter.maximum(panels, emitter.constant(1));
  return emitter.minimum(roundedUp(emitter.constant(4 * emitter.limits.leastPart), each), most);
}

// As many as stay in the second cache; where threads may share the work, all blocks about as many.
Value ContractionBlocks::rowsOfBlock(Value work) {
  Value most = emitter.constant(plan.blockRows), tile = emitter.constant(plan.tileRows);
  if (!emitter.maySplit(work))
    return most;
  Value blocks = emitter.maximum(roundedUp(rowCount, most), emitter.constant(1));
  Value each = emitter.multiply(roundedUp(roundedUp(rowCount, blocks), tile), tile);
  return emitter.minimum(emitter.maximum(each, emitter.constant(1)), most);
}

void ContractionBlocks::takeRows(Value number, Value blocks, Value height) {
  // One block has constants for its ends, where there are any: then tiles are chosen now.
  bool isOne = FunctionEmitter::constantOf(blocks) == 1;
  block.firstRow = isOne ? emitter.constant(0) : emitter.multiply(number, height);
  Value end = emitter.add(block.firstRow, height);
  block.endRow = isOne ? rowCount : emitter.minimum(end, rowCount);
}

void ContractionBlocks::takePanels(Value number, Value blocks, Value size, IndexWindow all) {
  bool isOne = FunctionEmitter::constantOf(blocks) == 1;
  block.firstPanel = isOne ? all.begin : emitter.add(all.begin, emitter.multiply(number, size));
  Value end = emitter.add(block.firstPanel, size);
  block.endPanel = isOne ? all.end : emitter.minimum(end, all.end);
}

// The panels that hold the columns asked for.
IndexWindow ContractionBlocks::panelWindow() {
  auto window =
      plan.columns.size() == 1 ? operands.windows.find(plan.columns.front()) : operands.windows.end();
  if (window == operands.windows.end())
    return {emitter.constant(0), panelCount};
  Value unit = emitter.constant(width), last = emitter.add(window->second.end, emitter.constant(width - 1));
  return {arith::DivUIOp::create(emitter.builder, emitter.location, window->second.begin, unit),
          arith::DivUIOp::create(emitter.builder, emitter.location, last, unit)};
}

void ContractionBlocks::forEachTile(TileBody body) {
  int64_t height = plan.tileRows;
  Value first = block.firstRow, end = block.endRow;
  std::optional<int64_t> low = FunctionEmitter::constantOf(first), high = FunctionEmitter::constantOf(end);
  if (low && high) {
    // As few tiles as possible, all as high as possible.
    int64_t count = *high - *low, tiles = (count + height - 1) / height;
    if (count == 0)
      return;
    int64_t tall = (count + tiles - 1) / tiles, small = tall - 1, tallTiles = count - tiles * small;
    tilesOf(first, emitter.constant(*low + tallTiles * tall), tall, body);
    tilesOf(emitter.constant(*low + tallTiles * tall), end, small, body);
    return;
  }
  Value count = emitter.subtract(end, first);
  Value rest = arith::RemUIOp::create(emitter.builder, emitter.location, count, emitter.constant(height));
  Value row = emitter.subtract(end, rest);
  tilesOf(first, row, height, body);
  // What is left is less than a tile: its binary digits say which smaller tiles there are.
  for (int64_t part = 8; part >= 1; part /= 2) {
    if (part >= height)
      continue;
    Value bit = arith::AndIOp::create(emitter.builder, emitter.location, rest, emitter.constant(part));
    tilesOf(row, emitter.add(row, bit), part, body);
    row = emitter.add(row, bit);
  }
}

void ContractionBlocks::tilesOf(Value first, Value end, int64_t height, TileBody body) {
  std::optional<int64_t> low = FunctionEmitter::constantOf(first), high = FunctionEmitter::constantOf(end);
  if (low && high && (*low >= *high || height == 0))
    return;
  emitter.loop(first, end, height, {}, [&](Value row, ValueRange) -> SmallVector<Value> {
    body(row, height);
    return {};
  });
}

} // namespace weft
