#include "compiler/target/cpu/EquationEmitter.h"
#include "compiler/target/cpu/ContractionTiling.h"
#include "compiler/target/cpu/EquationWork.h"
#include "compiler/target/cpu/FactorAddress.h"
#include "compiler/target/cpu/FoldSchedules.h"
#include "compiler/target/cpu/ScanEmitter.h"
#include "compiler/target/cpu/StreamedStores.h"
#include "compiler/target/cpu/TurnedReads.h"
#include "dialects/weft/Totality.h"

using namespace mlir;

namespace weft {

namespace {

// Accumulators of a row, which do not wait for one another, leaving registers for what comes in.
constexpr unsigned vectorsOfRow = 8;

// Operations of an element of a fold that leave registers for several vectors of results; and so few elements
// that these need not go together.
constexpr unsigned fewOperations = 8;
constexpr int64_t fewElements = 16;

class ClauseWriter {
public:
  ClauseWriter(FunctionEmitter &emitter, EquationOp equation, unsigned clause, ArrayRef<Buffer> wires,
               const Buffer &result, const IndexWindows &windows)
      : emitter(emitter), equation(equation), clause(clause), wires(wires), result(result), windows(windows),
        define(equation.define(clause)) {
    // What has one position is no loop, and elements lie side by side along the axis before it.
    for (bool single : {true, false})
      for (BlockArgument index : equation.indices(clause))
        if (isSingle(index) == single)
          indices.push_back(index);
  }

  // Where keys may come sorted, twice: then the elements are read side by side.
  void write() {
    Value sorted = emitAllSorted();
    if (!sorted)
      return writeLoops();
    auto choice = scf::IfOp::create(emitter.builder, emitter.location, sorted, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(emitter.builder);
    for (bool isSorted : {true, false}) {
      emitter.builder.setInsertionPointToStart(isSorted ? choice.thenBlock() : choice.elseBlock());
      knownSorted = isSorted || sortedWires == 1 ? std::optional(isSorted) : std::nullopt;
      writeLoops();
    }
  }

private:
  // Whether all keys whose segments are read came sorted; null when there are none.
  Value emitAllSorted() {
    Value all;
    for (auto [i, wire] : llvm::enumerate(equation.getWires())) {
      auto segments = wire.getDefiningOp<SegmentsOp>();
      if (!segments || wire != segments.getSorted())
        continue;
      ++sortedWires;
      for (Operation *user : equation.wireArgument(clause, i).getUsers())
        if (user->getBlock() == define->getBlock())
          sortedReads.push_back(user->getResult(0));
      ExpressionEmitter expressions(emitter, 1);
      Value sorted = expressions.load(wires[i], expressions.uniformIndex(emitter.constant(0))).value;
      all = all ? Value(arith::AndIOp::create(emitter.builder, emitter.location, all, sorted)) : sorted;
    }
    return all;
  }

  void writeLoops() {
    if (indices.empty()) {
      element(1, {}, nullptr);
      return;
    }
    turned = findTurnedReads(emitter, define, indices);
    elementWork = workOfElement(emitter, define);
    work = emitter.workOf(countOf(emitter, indices, windows), elementWork);
    unsigned rows = rowIndices();
    if (rows > 1 && emitter.maySplit(work))
      return splitRows(ArrayRef(indices).take_front(rows));
    SmallVector<Value> positions;
    loops(0, positions);
  }

  // How many of the first indices are counted as one, so that there are many parts: what is left of them must
  // be much more work than to tell them apart.
  unsigned rowIndices() {
    int64_t leastRow = std::min(64 * work::cycle, emitter.limits.leastPart);
    unsigned rows = turned ? turned->axis : indices.size() - 1;
    for (; rows > 1; --rows) {
      Value row = emitter.workOf(countOf(emitter, ArrayRef(indices).drop_front(rows), windows), elementWork);
      if (FunctionEmitter::constantOf(row).value_or(leastRow) >= leastRow)
        break;
    }
    return rows;
  }

  void splitRows(ArrayRef<BlockArgument> rows) {
    Value count = countOf(emitter, rows, windows);
    emitter.split(emitter.constant(0), count, 1, work, [&](Value begin, Value end) {
      emitter.loop(begin, end, [&](Value number) {
        IndexValues row = decompose(emitter, rows, number, windows);
        SmallVector<Value> positions =
            llvm::map_to_vector(rows, [&](BlockArgument index) { return row.lookup(index); });
        loops(rows.size(), positions);
      });
    });
  }

  // Loops over all indices but the last; over that one in vectors where that can be written.
  void loops(unsigned axis, SmallVector<Value> &positions) {
    IndexWindow window = emitter.windowOf(indices[axis], windows);
    bool isLast = axis + 1 == indices.size(), isTurned = turned && axis == turned->axis;
    auto inside = [&](Value i) {
      positions.push_back(i);
      loops(axis + 1, positions);
      positions.pop_back();
    };
    auto part = [&](Value begin, Value end) {
      if (isLast)
        return inSquares ? innermostSquares(positions, {begin, end}) : innermost(positions, {begin, end});
      if (isTurned) {
        inSquares = true;
        begin = inSteps(begin, end, turned->step(), [&](Value i) { return inside(i), true; });
        inSquares = false;
      }
      emitter.loop(begin, end, inside);
    };
    if (axis > 0)
      return part(window.begin, window.end);
    int64_t unit = isLast ? vectorsOfPart * emitter.target.vectorBytes : isTurned ? turned->step() : 1;
    emitter.split(window.begin, window.end, unit, work, part);
  }

  /// So that whole cache lines are written, by whole vectors.
  static constexpr int64_t vectorsOfPart = 4;

  // What the last index does not change, and is no error and no fold, before the loop over that index: memory
  // that is read there is not looked at again after each element that is written.
  void emitUniforms(ArrayRef<Value> positions) {
    uniforms.clear();
    ExpressionEmitter expressions(emitter, 1);
    bindOuter(expressions, positions);
    llvm::SmallPtrSet<Value, 16> varying{indices.back()};
    // Reading an index that is checked where it is read may fail.
    for (unsigned i = 0; i < wires.size(); ++i)
      if (wires[i].isUnchecked)
        varying.insert(equation.wireArgument(clause, i));
    for (Operation &op : define->getBlock()->without_terminator()) {
      bool isUniform = isTotalOperation(&op) &&
                       llvm::all_of(op.getRegions(), [](Region &r) { return r.empty(); }) &&
                       llvm::none_of(op.getOperands(), [&](Value value) { return varying.contains(value); });
      Value result = op.getResult(0);
      if (!isUniform) {
        varying.insert(result);
        continue;
      }
      if (!expressions.get(result).value)
        expressions.emitOperation(op);
      uniforms.emplace_back(result, expressions.get(result));
    }
  }

  void bindOuter(ExpressionEmitter &expressions, ArrayRef<Value> positions) {
    for (auto [index, position] : llvm::zip(indices, positions))
      expressions.bind(index, expressions.uniformIndex(position));
    if (knownSorted)
      for (Value read : sortedReads)
        expressions.bind(read, expressions.uniform(emitter.truth(*knownSorted)));
    for (unsigned i = 0; i < wires.size(); ++i)
      expressions.bindWire(equation.wireArgument(clause, i), wires[i]);
  }

  void innermost(SmallVector<Value> &positions, IndexWindow window) {
    emitUniforms(positions);
    Value done = window.begin, end = window.end;
    auto isDone = [&] { return FunctionEmitter::constantOf(emitter.subtract(end, done)) == 0; };
    unsigned narrowest = 1;
    for (unsigned lanes : laneCounts(window)) {
      if (isDone())
        return;
      Value whole = emitter.subtract(end, remainder(emitter.subtract(end, done), lanes));
      auto loop = scf::ForOp::create(emitter.builder, emitter.location, done, whole, emitter.constant(lanes));
      OpBuilder::InsertionGuard guard(emitter.builder);
      emitter.builder.setInsertionPointToStart(loop.getBody());
      if (element(lanes, positions, loop.getInductionVar())) {
        done = whole;
        narrowest = lanes;
      } else {
        emitter.builder.setInsertionPointAfter(loop);
        loop.erase();
        narrowest = 1;
      }
    }
    if (isDone())
      return;
    if (narrowest == 1 || !emitter.target.masksLanes())
      return emitter.loop(done, end, [&](Value i) { element(1, positions, i); });
    // What fills no vector is one, in part. How much that is is better known than looked at.
    auto part = [&, end = end](Value i) { element(narrowest, positions, i, emitter.subtract(end, i)); };
    if (FunctionEmitter::constantOf(emitter.subtract(end, done)).value_or(narrowest) < narrowest)
      return part(done);
    emitter.loop(done, end, narrowest, {},
                 [&](Value i, ValueRange) { return part(i), SmallVector<Value>(); });
  }

  // As many steps as there are, and gives where they end: nowhere, if the body cannot be written. Where
  // elements may be computed twice, the last step of a range that is known to hold one takes what is left,
  // and some that was done before.
  Value inSteps(Value begin, Value end, int64_t step, llvm::function_ref<bool(Value)> body) {
    std::optional<int64_t> size = FunctionEmitter::constantOf(emitter.subtract(end, begin));
    bool isAll = turned->mayRepeat && size && *size >= step;
    Value whole = isAll ? end : emitter.subtract(end, remainder(emitter.subtract(end, begin), step));
    auto loop = scf::ForOp::create(emitter.builder, emitter.location, begin, whole, emitter.constant(step));
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(loop.getBody());
    Value here = loop.getInductionVar();
    if (isAll && *size % step != 0)
      here = emitter.minimum(here, emitter.subtract(end, emitter.constant(step)));
    if (body(here))
      return whole;
    loop.erase();
    return begin;
  }

  // Some positions of the turned index at once, in squares; what is left of the last index, one after the
  // other.
  void innermostSquares(SmallVector<Value> &positions, IndexWindow window) {
    Value first = positions[turned->axis];
    Value done = inSteps(window.begin, window.end, turned->lanes, [&](Value last) {
      bool isWritten = true;
      for (unsigned square = 0; square < turned->squares && isWritten; ++square) {
        positions[turned->axis] = emitter.add(first, emitter.constant(square * turned->lanes));
        isWritten = writeSquare(positions, last);
      }
      return isWritten;
    });
    if (FunctionEmitter::constantOf(emitter.subtract(window.end, done)) != 0)
      emitter.loop(first, emitter.add(first, emitter.constant(turned->step())), [&](Value i) {
        positions[turned->axis] = i;
        innermost(positions, {done, window.end});
      });
    positions[turned->axis] = first;
  }

  bool writeSquare(SmallVector<Value> positions, Value last) {
    Value first = positions[turned->axis];
    SmallVector<SmallVector<Scalar>> squares;
    for (ReadOp read : turned->reads)
      squares.push_back(
          readSquare(emitter, read, turned->lanes, indices[turned->axis], first, indices.back(), last,
                     [&](ExpressionEmitter &expressions) { bindOuter(expressions, positions); }));
    bool isWritten = true;
    for (unsigned row = 0; row < turned->lanes && isWritten; ++row) {
      positions[turned->axis] = emitter.add(first, emitter.constant(row));
      emitUniforms(positions);
      for (auto [read, square] : llvm::zip(turned->reads, squares))
        uniforms.emplace_back(read.getResult(), square[row]);
      isWritten = element(turned->lanes, positions, last);
    }
    return isWritten;
  }

  Value remainder(Value size, unsigned lanes) {
    if (std::optional<int64_t> known = FunctionEmitter::constantOf(size))
      return emitter.constant(*known % lanes);
    return arith::AndIOp::create(emitter.builder, emitter.location, size, emitter.constant(lanes - 1));
  }

  // Where each step of a fold takes a row of elements, several vectors of it go together.
  SmallVector<unsigned> laneCounts(IndexWindow window) {
    unsigned lanes = laneCount(window);
    if (lanes == 1)
      return {};
    auto folds = define->getBlock()->getOps<FoldOp>();
    if (folds.empty())
      return {lanes};
    bool isRanged = llvm::any_of(folds, [](FoldOp fold) { return fold.isRanged(); });
    if (!isRanged && !llvm::all_of(folds, [&](FoldOp fold) { return isLight(fold) && isLong(fold); }))
      return {lanes};
    std::optional<int64_t> size = FunctionEmitter::constantOf(emitter.subtract(window.end, window.begin));
    unsigned wide = lanes * vectorsOfRow;
    while (size && wide > lanes && *size < wide)
      wide /= 2;
    SmallVector<unsigned> counts{wide};
    // What is left goes at once, in part.
    unsigned rest = lanes;
    while (size && !isRanged && emitter.target.masksLanes() && rest < *size % wide)
      rest *= 2;
    if (rest != wide)
      counts.push_back(rest);
    return counts;
  }

  static bool isLight(FoldOp fold) {
    auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
    unsigned operations = 0;
    for (Region *region : {&fold.getArguments(), &monoid.getLift(), &monoid.getCombine()})
      region->walk([&](Operation *op) {
        auto apply = dyn_cast<ApplyOp>(op);
        operations += apply && isManyOperations(apply.getFunction()) ? fewOperations : 1;
      });
    return operations <= fewOperations;
  }

  bool isLong(FoldOp fold) {
    return llvm::none_of(fold.indices(), [&](BlockArgument index) {
      std::optional<int64_t> size =
          emitter.axes.size(cast<ObjectType>(index.getType()).getElement().getValue()).constant();
      return size && *size < fewElements;
    });
  }

  // Vectors pay when enough elements lie side by side. Truth values come of comparisons, of reals most of
  // all.
  unsigned laneCount(IndexWindow window) {
    if (lastPosition(define.getPositions(), emitter.axes) != indices.back() || hasFoldInLanes())
      return 1;
    unsigned bytes = result.type.isBool() ? 4 : emitter.computeType(result.type).getIntOrFloatBitWidth() / 8;
    unsigned most = emitter.target.lanes(bytes), lanes = most;
    std::optional<int64_t> size = FunctionEmitter::constantOf(emitter.subtract(window.end, window.begin));
    while (size && lanes > 1 && *size < lanes)
      lanes /= 2;
    // One vector in part is less than a narrow one and what is left.
    return size && emitter.target.masksLanes() && lanes < most && *size > lanes ? 2 * lanes : lanes;
  }

  bool isSingle(Value position) {
    auto index = dyn_cast<BlockArgument>(position);
    if (!index)
      return false;
    StringRef axis = cast<ObjectType>(index.getType()).getElement();
    return emitter.axes.size(axis).constant() == 1;
  }

  bool hasFoldInLanes() {
    return define->getBlock()
        ->walk(
            [](FoldOp fold) { return foldsInLanes(fold) ? WalkResult::interrupt() : WalkResult::advance(); })
        .wasInterrupted();
  }

  // `active`: how many lanes are meant; null for all.
  bool element(unsigned lanes, ArrayRef<Value> outer, Value last, Value active = nullptr) {
    ExpressionEmitter expressions(emitter, lanes);
    if (active)
      expressions.limitLanes(active);
    bindOuter(expressions, outer);
    if (last)
      expressions.bind(indices.back(), expressions.laneIndex(last));
    for (auto &[name, value] : uniforms)
      expressions.bind(name, value);
    expressions.emitOperations(*define->getBlock());
    SmallVector<Scalar> positions =
        llvm::map_to_vector(define.getPositions(), [&](Value position) { return expressions.get(position); });
    Scalar place = expressions.linear(result, positions);
    askForLinesAhead(expressions, result, place);
    expressions.store(result, place, expressions.get(define.getValue()), define.getLoc());
    return !expressions.failed();
  }

  FunctionEmitter &emitter;
  EquationOp equation;
  unsigned clause;
  ArrayRef<Buffer> wires;
  const Buffer &result;
  const IndexWindows &windows;
  DefineOp define;
  SmallVector<BlockArgument> indices;
  Value elementWork, work;
  std::optional<TurnedReads> turned;
  bool inSquares = false;
  SmallVector<std::pair<Value, Scalar>> uniforms; // what the loop over the last index is given
  // Reads of the wires that say whether keys came sorted, how many wires, and what they are known to say.
  SmallVector<Value> sortedReads;
  unsigned sortedWires = 0;
  std::optional<bool> knownSorted;
};

} // namespace

void emitEquation(FunctionEmitter &emitter, EquationOp equation, ArrayRef<Buffer> wires, const Buffer &result,
                  const IndexWindows &windows, Value scanState) {
  unsigned clauses = equation.getClauses().size();
  for (unsigned clause = 0; clause < clauses; ++clause) {
    auto write = [&] {
      if (scanOf(equation, clause))
        emitScan(emitter, equation, clause, wires, result, scanState, windows);
      else
        ClauseWriter(emitter, equation, clause, wires, result, windows).write();
    };
    // A tie may have a clause for each row of a weight.
    clauses == 1 ? write() : emitter.step(write);
  }
}

} // namespace weft
