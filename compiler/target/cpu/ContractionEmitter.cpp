#include "compiler/target/cpu/ContractionEmitter.h"
#include "compiler/target/cpu/ContractionPacking.h"
#include "compiler/target/cpu/ContractionRows.h"
#include "compiler/target/cpu/ContractionTile.h"
#include "compiler/target/cpu/FactorRange.h"
#include "compiler/target/cpu/SlidingLines.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

class Multiplier : ContractionRows {
public:
  Multiplier(FunctionEmitter &emitter, const ContractionOperands &operands, bool withoutNan)
      : ContractionRows(emitter, operands), a(emitter, plan.a, operands.wires[plan.a.wire]),
        sums(emitter, plan, a, element, withoutNan), rowCount(countOf(emitter, plan.rows, operands.windows)),
        outermost(emitter.sizeOf(objectOf(plan.summed.front()).getElement())) {
    if (plan.isMasked)
      sums.setCondition([this](const TileRow &row, const IndexValues &terms) { return hasTerm(row, terms); });
  }

  void write() {
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
    emitter.split(emitter.constant(0), count, 1, work, [&](Value begin, Value end) {
      if (isSplit())
        sumMemory = emitter.offsetBytes(emitter.threadMemory(), operands.partials);
      if (plan.packsInTurn)
        turnMemory = emitter.offsetBytes(emitter.threadMemory(), operands.panels);
      forEachNumber(begin, end, [&](Value number) {
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
        isSplit() ? multiplyInParts() : multiplyWhole();
      });
    });
  }

  /// Whether the ranges of the two factors show that no term is NaN.
  Value excludesNan() {
    FactorRange first = emitFactorRange(emitter, a.memory());
    if (a.isGuarded()) {
      Value number = emitter.real(plan.a.otherwise, element);
      first = {arith::MinimumFOp::create(emitter.builder, emitter.location, first.low, number),
               arith::MaximumFOp::create(emitter.builder, emitter.location, first.high, number)};
    }
    return emitExcludesNan(emitter, *plan.terms.function, first,
                           FactorRange::load(emitter, rangeMemory(), element));
  }

private:
  bool isSplit() const { return plan.partTerms != 0; }
  SmallVector<Value> units(int64_t height) {
    return SmallVector<Value>(height * plan.panelVectors, sums.unit());
  }

  // All of them, unless threads may share the work.
  Value panelsOfBlock(Value panels, Value panelWork, Value work) {
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
  Value rowsOfBlock(Value work) {
    Value most = emitter.constant(plan.blockRows), tile = emitter.constant(plan.tileRows);
    if (!emitter.maySplit(work))
      return most;
    Value blocks = emitter.maximum(roundedUp(rowCount, most), emitter.constant(1));
    Value each = emitter.multiply(roundedUp(roundedUp(rowCount, blocks), tile), tile);
    return emitter.minimum(emitter.maximum(each, emitter.constant(1)), most);
  }

  void takeRows(Value number, Value blocks, Value height) {
    // One block has constants for its ends, where there are any: then tiles are chosen now.
    bool isOne = FunctionEmitter::constantOf(blocks) == 1;
    block.firstRow = isOne ? emitter.constant(0) : emitter.multiply(number, height);
    Value end = emitter.add(block.firstRow, height);
    block.endRow = isOne ? rowCount : emitter.minimum(end, rowCount);
  }

  void takePanels(Value number, Value blocks, Value size, IndexWindow all) {
    bool isOne = FunctionEmitter::constantOf(blocks) == 1;
    block.firstPanel = isOne ? all.begin : emitter.add(all.begin, emitter.multiply(number, size));
    Value end = emitter.add(block.firstPanel, size);
    block.endPanel = isOne ? all.end : emitter.minimum(end, all.end);
  }

  // The panels that hold the columns asked for.
  IndexWindow panelWindow() {
    auto window =
        plan.columns.size() == 1 ? operands.windows.find(plan.columns.front()) : operands.windows.end();
    if (window == operands.windows.end())
      return {emitter.constant(0), panelCount};
    Value unit = emitter.constant(width), last = emitter.add(window->second.end, emitter.constant(width - 1));
    return {arith::DivUIOp::create(emitter.builder, emitter.location, window->second.begin, unit),
            arith::DivUIOp::create(emitter.builder, emitter.location, last, unit)};
  }

  void multiplyWhole() {
    range = {emitter.constant(0), outermost};
    prefetchedLines = linesToPrefetch();
    forEachPanel([&] {
      if (isBand(plan))
        range = termsOfBand(emitter, plan, emitter.multiply(panel, emitter.constant(width)), width);
      forEachTile(
          [&](Value row, int64_t height) { finishSums(sumTile(row, height, units(height)), row, height); });
    });
  }

  // Sums over many terms are made in parts, so that panels stay in the second cache; what is summed so far
  // waits in memory.
  void multiplyInParts() {
    prefetchedLines = linesToPrefetch();
    clearPartials();
    emitter.loop(emitter.constant(0), outermost, plan.partTerms, {},
                 [&](Value first, ValueRange) -> SmallVector<Value> {
                   Value end = emitter.add(first, emitter.constant(plan.partTerms));
                   bool divides = FunctionEmitter::constantOf(outermost).value_or(1) % plan.partTerms == 0;
                   range = {first, divides ? end : emitter.minimum(end, outermost)};
                   forEachPanel([&] {
                     forEachTile([&](Value row, int64_t height) {
                       Value at = partial(row);
                       storeSums(at, sumTile(row, height, loadSums(at, height)));
                     });
                   });
                   return {};
                 });
    isPacking = false;
    forEachPanel([&] {
      emitter.loop(block.firstRow, block.endRow,
                   [&](Value row) { finish(panel, partial(row), row, 1, endOfPanel(panel)); });
    });
    isPacking = true;
  }

  void clearPartials() {
    Value panels = emitter.subtract(block.endPanel, block.firstPanel);
    Value vectors = emitter.multiply(panels, emitter.constant(plan.blockRows * plan.panelVectors));
    emitter.loop(emitter.constant(0), vectors, [&](Value i) {
      storeSums(emitter.address(sumMemory, emitter.multiply(i, emitter.constant(lanes)), element),
                {sums.unit()});
    });
  }

  // Where the sums of a row and the panel at hand wait.
  Value partial(Value row) {
    Value number = emitter.add(
        emitter.multiply(emitter.subtract(panel, block.firstPanel), emitter.constant(plan.blockRows)),
        emitter.subtract(row, block.firstRow));
    return emitter.address(sumMemory, emitter.multiply(number, emitter.constant(width)), element);
  }

  void forEachPanel(llvm::function_ref<void()> body) {
    emitter.loop(block.firstPanel, block.endPanel, [&](Value number) {
      panel = number;
      if (plan.packsInTurn)
        packInTurn();
      else
        panelBase = emitter.address(operands.panels, panelOffset(batchNumber, number), packed);
      body();
    });
  }

  // Terms are counted from the sum's begin, of which this range may not be.
  void packInTurn() {
    Value before = emitter.multiply(range.begin, emitter.constant(plan.innerTerms * width));
    panelBase = emitter.address(turnMemory, emitter.subtract(emitter.constant(0), before), element);
    if (isPacking)
      PanelPacker(emitter, operands).write(batchIndices, panel, panelBase, range);
  }

  using TileBody = llvm::function_ref<void(Value, int64_t)>;

  void forEachTile(TileBody body) {
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

  void tilesOf(Value first, Value end, int64_t height, TileBody body) {
    std::optional<int64_t> low = FunctionEmitter::constantOf(first), high = FunctionEmitter::constantOf(end);
    if (low && high && (*low >= *high || height == 0))
      return;
    emitter.loop(first, end, height, {}, [&](Value row, ValueRange) -> SmallVector<Value> {
      body(row, height);
      return {};
    });
  }

  // The panel that comes next is asked for while this one is worked on: each tile asks for its part of it.
  int64_t linesToPrefetch() {
    std::optional<int64_t> rows = FunctionEmitter::constantOf(rowCount),
                           count = FunctionEmitter::constantOf(terms),
                           panels = FunctionEmitter::constantOf(panelCount);
    int64_t panelBytes = count.value_or(1) * width * packedBytes();
    if (plan.packsInTurn || plan.lines ||
        (panels && count && *panels * panelBytes < emitter.target.level2 / 4))
      return 0;
    int64_t blockRows = std::min(rows.value_or(plan.blockRows), plan.blockRows);
    int64_t tiles = std::max<int64_t>((blockRows + plan.tileRows - 1) / plan.tileRows, 1);
    int64_t stepLines = TileSums::unrolledTerms * width * packedBytes() / TileSums::lineBytes;
    return (stepLines + tiles - 1) / tiles;
  }

  /// Bytes that a stream of panels is asked for ahead.
  static constexpr int64_t streamDistance = 2048;

  bool isOneTile() {
    std::optional<int64_t> rows = FunctionEmitter::constantOf(rowCount);
    return rows && *rows <= plan.tileRows;
  }

  // For a tile that begins at `row`. Terms are counted from the sum's begin.
  PrefetchStream streamFor(Value row) {
    if (!prefetchedLines)
      return {};
    Value tile =
        arith::DivUIOp::create(emitter.builder, emitter.location, emitter.subtract(row, block.firstRow),
                               emitter.constant(plan.tileRows));
    Value bytesOfTerm = emitter.constant(width * packedBytes());
    int64_t asked = prefetchedLines * TileSums::lineBytes / TileSums::unrolledTerms;
    Value termsInRange = terms, skipped = emitter.constant(0);
    if (isSplit()) {
      Value inner = emitter.constant(plan.innerTerms);
      termsInRange = emitter.multiply(emitter.constant(plan.partTerms), inner);
      // The stream counts terms from the sum's begin, the tile's share from the part's.
      Value before = emitter.multiply(range.begin, inner);
      skipped = emitter.multiply(before, emitter.subtract(bytesOfTerm, emitter.constant(asked)));
    }
    Value share = emitter.multiply(emitter.multiply(tile, termsInRange), emitter.constant(asked));
    Value next = emitter.multiply(terms, bytesOfTerm);
    // One tile alone reads panels in a stream, of which it asks for what comes soon.
    if (isOneTile())
      next = emitter.constant(streamDistance);
    return {emitter.offsetBytes(panelBase, emitter.add(next, emitter.add(skipped, share))), prefetchedLines,
            isOneTile()};
  }

  SmallVector<Value> sumTile(Value first, int64_t height, SmallVector<Value> start) {
    SmallVector<TileRow> rows;
    for (int64_t i = 0; i < height; ++i)
      rows.push_back(rowAt(emitter.add(first, emitter.constant(i))));
    return sums.add(rows, panelBase, range, streamFor(first), start);
  }

  TileRow rowAt(Value number) {
    TileRow row;
    row.indices = indicesOf(number);
    row.offset = a.offset(row.indices);
    row.positions = a.guardedPositions(row.indices);
    if (plan.bounds) {
      row.begin = emitter.constant(0);
      row.end = outermost;
      for (const AffinePosition &bound : plan.bounds->begins)
        row.begin = emitter.maximum(row.begin, valueOf(bound, row.indices));
      for (const AffinePosition &bound : plan.bounds->ends)
        row.end = emitter.minimum(row.end, valueOf(bound, row.indices));
    }
    return row;
  }

  Value valueOf(const AffinePosition &position, const IndexValues &indices) {
    return emitter.combine(position, [&](Value index) { return indices.lookup(index); });
  }

  SmallVector<Value> loadSums(Value memory, int64_t height) {
    SmallVector<Value> loaded;
    for (unsigned i = 0; i < height * plan.panelVectors; ++i)
      loaded.push_back(LLVM::LoadOp::create(emitter.builder, emitter.location, sums.vectorType(),
                                            emitter.address(memory, emitter.constant(i * lanes), element),
                                            elementBytes() * lanes));
    return loaded;
  }

  void storeSums(Value memory, ArrayRef<Value> values) {
    for (auto [i, value] : llvm::enumerate(values))
      LLVM::StoreOp::create(emitter.builder, emitter.location, value,
                            emitter.address(memory, emitter.constant(i * lanes), element),
                            elementBytes() * lanes);
  }

  // A full panel has code of its own, in which LLVM keeps the sums in registers.
  void finishSums(ArrayRef<Value> tile, Value firstRow, int64_t height) {
    auto finishTo = [&](Value end) {
      Value memory = emitter.stackMemory(height * width * elementBytes());
      storeSums(memory, tile);
      finish(panel, memory, firstRow, height, end);
    };
    Value end = endOfPanel(panel);
    if (FunctionEmitter::constantOf(end))
      return finishTo(end);
    Value isFull = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::eq, end,
                                         emitter.constant(width));
    auto choice = scf::IfOp::create(emitter.builder, emitter.location, TypeRange{}, isFull, true);
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(choice.thenBlock());
    finishTo(emitter.constant(width));
    emitter.builder.setInsertionPointToStart(choice.elseBlock());
    finishTo(end);
  }

  struct Block {
    Value firstRow, endRow, firstPanel, endPanel;
  };

  FactorAddress a;
  TileSums sums;
  Value rowCount, outermost, sumMemory, turnMemory;
  // Where the loops are.
  Value panel, panelBase;
  Block block;
  TermRange range;
  int64_t prefetchedLines = 0;
  bool isPacking = true; // panels in turn, where the plan says so
};

} // namespace

void emitContraction(FunctionEmitter &emitter, const ContractionOperands &operands) {
  const TermShape &terms = operands.plan.terms;
  if (!terms.asksForRanges())
    return Multiplier(emitter, operands, false).write();
  Value safe = Multiplier(emitter, operands, false).excludesNan();
  auto choice = scf::IfOp::create(emitter.builder, emitter.location, TypeRange{}, safe, true);
  for (bool withoutNan : {true, false}) {
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(withoutNan ? choice.thenBlock() : choice.elseBlock());
    Multiplier(emitter, operands, withoutNan).write();
  }
}

} // namespace weft
