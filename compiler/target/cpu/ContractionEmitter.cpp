#include "compiler/target/cpu/ContractionEmitter.h"
#include "compiler/target/cpu/ContractionBlocks.h"
#include "compiler/target/cpu/ContractionPacking.h"
#include "compiler/target/cpu/ContractionTile.h"
#include "compiler/target/cpu/FactorRange.h"
#include "compiler/target/cpu/SlidingLines.h"
#include "compiler/target/cpu/TermLanes.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

class Multiplier : ContractionBlocks {
public:
  Multiplier(FunctionEmitter &emitter, const ContractionOperands &operands, bool withoutNan)
      : ContractionBlocks(emitter, operands), a(emitter, plan.a, operands.wires[plan.a.wire]),
        sums(emitter, plan, a, b, element, withoutNan),
        outermost(emitter.sizeOf(objectOf(plan.summed.front()).getElement())) {
    if (plan.isMasked)
      sums.setCondition([this](const TileRow &row, const IndexValues &terms) { return hasTerm(row, terms); });
  }

  void write() {
    auto begin = [&] {
      if (isSplit())
        sumMemory = emitter.offsetBytes(emitter.threadMemory(), operands.partials);
      if (plan.packsInTurn)
        turnMemory = emitter.offsetBytes(emitter.threadMemory(), operands.panels);
    };
    forEachBlock(begin, [&] { isSplit() ? multiplyInParts() : multiplyWhole(); });
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
  SmallVector<Value> units(int64_t height) { return SmallVector<Value>(height * vectors, sums.unit()); }

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
                     forEachTile([&](Value row, int64_t height) { addToPartial(partial(row), row, height); });
                   });
                   return {};
                 });
    isPacking = false;
    forEachPanel([&] {
      forEachTile([&](Value row, int64_t height) {
        finish(panel, partial(row), row, height, panelColumns ? panelColumns : endOfPanel(panel));
      });
    });
    isPacking = true;
  }

  // Sums of products begin anew in each part, so that errors stay small.
  void addToPartial(Value memory, Value row, int64_t height) {
    if (sums.mayBeginAnew())
      sums.addTo(memory, rowsAt(row, height), panelBase, range, streamFor(row));
    else
      storeSums(memory, sumTile(row, height, loadSums(memory, height)));
  }

  void clearPartials() {
    Value panels = emitter.subtract(block.endPanel, block.firstPanel);
    Value count = emitter.multiply(panels, emitter.constant(plan.blockRows * plan.panelVectors));
    emitter.loop(emitter.constant(0), count, [&](Value i) {
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

  // The last panel has code of its own if it is known to have fewer vectors, or read in place.
  void forEachPanel(llvm::function_ref<void()> body) {
    std::optional<int64_t> known = FunctionEmitter::constantOf(columns);
    bool hasFewer = known && (*known < width || *known % width <= width - lanes);
    if (!plan.isInPlace && !hasFewer)
      return panelsOf(block.firstPanel, block.endPanel, nullptr, body);
    Value whole = emitter.minimum(quotient(columns, emitter.constant(width)), block.endPanel);
    panelsOf(block.firstPanel, whole, emitter.constant(width), body);
    if (known.value_or(1) % width != 0)
      panelsOf(emitter.maximum(block.firstPanel, whole), block.endPanel,
               remainder(columns, emitter.constant(width)), body);
  }

  // Each of them has this many columns; null: each up to its width.
  void panelsOf(Value first, Value end, Value each, llvm::function_ref<void()> body) {
    std::optional<int64_t> low = FunctionEmitter::constantOf(first), high = FunctionEmitter::constantOf(end),
                           known = each ? FunctionEmitter::constantOf(each) : std::nullopt;
    if (low && high && *low >= *high)
      return;
    panelColumns = each;
    vectors = known ? (*known + lanes - 1) / lanes : plan.panelVectors;
    sums.setPanel(vectors, plan.isInPlace && known != width ? each : nullptr);
    emitter.loop(first, end, [&](Value number) {
      panel = number;
      if (plan.isInPlace) {
        IndexValues at = batchIndices;
        at[plan.columns.back()] = emitter.multiply(number, emitter.constant(width));
        panelBase = emitter.address(b.memory().base, b.offset(at), packed);
      } else if (plan.packsInTurn) {
        packInTurn();
      } else {
        panelBase = emitter.address(operands.panels, panelOffset(batchNumber, number), packed);
      }
      body();
    });
  }

  // Terms are counted from the sum's begin, of which this range may not be.
  void packInTurn() {
    Value before = emitter.multiply(range.begin, emitter.constant(plan.innerTerms * width));
    Value memory = emitter.address(turnMemory, emitter.subtract(emitter.constant(0), before), element);
    if (plan.panelsTogether == 1) {
      panelBase = memory;
      if (isPacking)
        PanelPacker(emitter, operands).write(batchIndices, panel, panelBase, range);
      return;
    }
    Value together = emitter.constant(plan.panelsTogether);
    Value size = isSplit() ? emitter.constant(plan.partTerms * plan.innerTerms * width)
                           : emitter.multiply(terms, emitter.constant(width));
    Value place = remainder(emitter.subtract(panel, block.firstPanel), together);
    Value isFirst = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::eq, place,
                                          emitter.constant(0));
    if (isPacking)
      emitter.when(isFirst, [&] {
        Value end = emitter.minimum(emitter.add(panel, together), block.endPanel);
        PanelPacker(emitter, operands).writeTogether(batchIndices, panel, end, memory, size, range);
      });
    panelBase = emitter.address(memory, emitter.multiply(place, size), element);
  }

  // The panel that comes next is asked for while this one is worked on: each tile asks for its part of it.
  int64_t linesToPrefetch() {
    std::optional<int64_t> rows = FunctionEmitter::constantOf(rowCount),
                           count = FunctionEmitter::constantOf(terms),
                           panels = FunctionEmitter::constantOf(panelCount);
    int64_t panelBytes = count.value_or(1) * width * packedBytes();
    if (plan.packsInTurn || plan.lines || plan.isInPlace ||
        (panels && count && *panels * panelBytes < emitter.target.level2 / 4))
      return 0;
    int64_t blockRows = std::min(rows.value_or(plan.blockRows), plan.blockRows);
    int64_t tiles = std::max<int64_t>((blockRows + plan.tileRows - 1) / plan.tileRows, 1);
    int64_t stepLines = TileSums::unrolledTerms * width * packedBytes() / CpuTarget::lineBytes;
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
    int64_t asked = prefetchedLines * CpuTarget::lineBytes / TileSums::unrolledTerms;
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
    return sums.add(rowsAt(first, height), panelBase, range, streamFor(first), start);
  }

  SmallVector<TileRow> rowsAt(Value first, int64_t height) {
    SmallVector<TileRow> rows;
    for (int64_t i = 0; i < height; ++i)
      rows.push_back(rowAt(emitter.add(first, emitter.constant(i))));
    return rows;
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

  // Of a tile, in lines of a panel's width.
  SmallVector<Value> loadSums(Value memory, int64_t height) {
    SmallVector<Value> loaded;
    for (unsigned i = 0; i < height * vectors; ++i)
      loaded.push_back(LLVM::LoadOp::create(emitter.builder, emitter.location, sums.vectorType(),
                                            placeOfSum(memory, i), elementBytes() * lanes));
    return loaded;
  }

  void storeSums(Value memory, ArrayRef<Value> values) {
    for (auto [i, value] : llvm::enumerate(values))
      LLVM::StoreOp::create(emitter.builder, emitter.location, value, placeOfSum(memory, i),
                            elementBytes() * lanes);
  }

  Value placeOfSum(Value memory, unsigned number) {
    return emitter.address(memory, emitter.constant(number / vectors * width + number % vectors * lanes),
                           element);
  }

  // Where only the tile itself can tell how many columns it has, those of whole panels have code of their
  // own, in which LLVM keeps the sums in registers.
  void finishSums(ArrayRef<Value> tile, Value firstRow, int64_t height) {
    auto finishTo = [&](Value end) {
      Value memory = emitter.stackMemory(height * width * elementBytes());
      storeSums(memory, tile);
      finish(panel, memory, firstRow, height, end);
    };
    if (panelColumns)
      return finishTo(panelColumns);
    Value end = endOfPanel(panel);
    Value isFull = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::eq, end,
                                         emitter.constant(width));
    std::optional<int64_t> known = FunctionEmitter::constantOf(columns);
    auto choice = scf::IfOp::create(emitter.builder, emitter.location, TypeRange{}, isFull, true);
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(choice.thenBlock());
    finishTo(emitter.constant(width));
    emitter.builder.setInsertionPointToStart(choice.elseBlock());
    finishTo(known ? emitter.constant(*known % width) : end);
  }

  FactorAddress a;
  TileSums sums;
  Value outermost, sumMemory, turnMemory;
  // Where the loops are.
  Value panel, panelBase;
  Value panelColumns; // of each panel; null: up to its width
  unsigned vectors = plan.panelVectors;
  TermRange range;
  int64_t prefetchedLines = 0;
  bool isPacking = true; // panels in turn, where the plan says so
};

} // namespace

void emitContraction(FunctionEmitter &emitter, const ContractionOperands &operands) {
  if (operands.plan.isAlongTerms)
    return emitTermLanes(emitter, operands);
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
