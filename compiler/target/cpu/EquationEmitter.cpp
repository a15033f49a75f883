#include "compiler/target/cpu/EquationEmitter.h"
#include "compiler/target/cpu/EquationWork.h"
#include "compiler/target/cpu/FactorAddress.h"
#include "compiler/target/cpu/FoldSchedules.h"
#include "compiler/target/cpu/ScanEmitter.h"

using namespace mlir;

namespace weft {

namespace {

class ClauseWriter {
public:
  ClauseWriter(FunctionEmitter &emitter, EquationOp equation, unsigned clause, ArrayRef<Buffer> wires,
               const Buffer &result, const IndexWindows &windows)
      : emitter(emitter), equation(equation), clause(clause), wires(wires), result(result), windows(windows),
        define(equation.define(clause)), indices(equation.indices(clause)) {}

  void write() {
    if (indices.empty()) {
      element(1, {}, nullptr);
      return;
    }
    elementWork = workOfElement(emitter, define);
    work = emitter.workOf(countOf(emitter, indices, windows), elementWork);
    unsigned rows = rowIndices();
    if (rows > 1 && emitter.maySplit(work))
      return splitRows(indices.take_front(rows));
    SmallVector<Value> positions;
    loops(0, positions);
  }

private:
  // How many of the first indices are counted as one, so that there are many parts: what is left of them must
  // be much more work than to tell them apart.
  unsigned rowIndices() {
    int64_t leastRow = std::min(64 * work::cycle, emitter.limits.leastPart);
    unsigned rows = indices.size() - 1;
    for (; rows > 1; --rows) {
      Value row = emitter.workOf(countOf(emitter, indices.drop_front(rows), windows), elementWork);
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
    bool isLast = axis + 1 == indices.size();
    auto part = [&](Value begin, Value end) {
      if (isLast)
        return innermost(positions, {begin, end});
      emitter.loop(begin, end, [&](Value i) {
        positions.push_back(i);
        loops(axis + 1, positions);
        positions.pop_back();
      });
    };
    if (axis > 0)
      return part(window.begin, window.end);
    emitter.split(window.begin, window.end, isLast ? vectorsOfPart * emitter.target.vectorBytes : 1, work,
                  part);
  }

  /// So that whole cache lines are written, by whole vectors.
  static constexpr int64_t vectorsOfPart = 4;

  void innermost(SmallVector<Value> &positions, IndexWindow window) {
    auto [done, end] = window;
    unsigned lanes = laneCount(window);
    if (lanes > 1) {
      Value whole = emitter.subtract(end, remainder(emitter.subtract(end, done), lanes));
      auto loop = scf::ForOp::create(emitter.builder, emitter.location, done, whole, emitter.constant(lanes));
      OpBuilder::InsertionGuard guard(emitter.builder);
      emitter.builder.setInsertionPointToStart(loop.getBody());
      if (element(lanes, positions, loop.getInductionVar())) {
        done = whole;
      } else {
        emitter.builder.setInsertionPointAfter(loop);
        loop.erase();
        lanes = 1;
      }
    }
    if (FunctionEmitter::constantOf(done) &&
        FunctionEmitter::constantOf(done) == FunctionEmitter::constantOf(end))
      return;
    if (lanes == 1 || !emitter.target.masksLanes())
      return emitter.loop(done, end, [&](Value i) { element(1, positions, i); });
    // What fills no vector is one, in part.
    emitter.loop(done, end, lanes, {}, [&, end = end](Value i, ValueRange) -> SmallVector<Value> {
      element(lanes, positions, i, emitter.subtract(end, i));
      return {};
    });
  }

  Value remainder(Value size, unsigned lanes) {
    if (std::optional<int64_t> known = FunctionEmitter::constantOf(size))
      return emitter.constant(*known % lanes);
    return arith::AndIOp::create(emitter.builder, emitter.location, size, emitter.constant(lanes - 1));
  }

  // Vectors pay when the elements are reals and enough of them lie side by side.
  unsigned laneCount(IndexWindow window) {
    if (!result.type.isReal() || define.getPositions().empty() ||
        define.getPositions().back() != indices.back() || hasFoldInLanes())
      return 1;
    unsigned most = emitter.target.lanes(emitter.computeType(result.type).getIntOrFloatBitWidth() / 8),
             lanes = most;
    std::optional<int64_t> size = FunctionEmitter::constantOf(emitter.subtract(window.end, window.begin));
    while (size && lanes > 1 && *size < lanes)
      lanes /= 2;
    // One vector in part is less than a narrow one and what is left.
    return size && emitter.target.masksLanes() && lanes < most && *size > lanes ? 2 * lanes : lanes;
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
    for (auto [index, position] : llvm::zip(indices, outer))
      expressions.bind(index, expressions.uniformIndex(position));
    if (last)
      expressions.bind(indices.back(), expressions.laneIndex(last));
    for (unsigned i = 0; i < wires.size(); ++i)
      expressions.bindWire(equation.wireArgument(clause, i), wires[i]);
    expressions.emitOperations(*define->getBlock());
    SmallVector<Scalar> positions =
        llvm::map_to_vector(define.getPositions(), [&](Value position) { return expressions.get(position); });
    expressions.store(result, expressions.linear(result, positions), expressions.get(define.getValue()),
                      define.getLoc());
    return !expressions.failed();
  }

  FunctionEmitter &emitter;
  EquationOp equation;
  unsigned clause;
  ArrayRef<Buffer> wires;
  const Buffer &result;
  const IndexWindows &windows;
  DefineOp define;
  ArrayRef<BlockArgument> indices;
  Value elementWork, work;
};

} // namespace

void emitEquation(FunctionEmitter &emitter, EquationOp equation, ArrayRef<Buffer> wires, const Buffer &result,
                  const IndexWindows &windows, Value scanState) {
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause)
    if (scanOf(equation, clause))
      emitScan(emitter, equation, clause, wires, result, scanState);
    else
      ClauseWriter(emitter, equation, clause, wires, result, windows).write();
}

} // namespace weft
