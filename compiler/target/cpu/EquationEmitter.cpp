#include "compiler/target/cpu/EquationEmitter.h"
#include "compiler/target/cpu/Folds.h"

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
    SmallVector<Value> positions;
    loops(0, positions);
  }

private:
  // Loops over all indices but the last; over that one in vectors where that can be written.
  void loops(unsigned axis, SmallVector<Value> &positions) {
    if (axis == indices.size()) {
      element(1, positions, nullptr);
      return;
    }
    if (axis + 1 == indices.size()) {
      innermost(positions);
      return;
    }
    IndexWindow window = emitter.windowOf(indices[axis], windows);
    emitter.loop(window.begin, window.end, [&](Value i) {
      positions.push_back(i);
      loops(axis + 1, positions);
      positions.pop_back();
    });
  }

  void innermost(SmallVector<Value> &positions) {
    auto [done, end] = emitter.windowOf(indices.back(), windows);
    unsigned lanes = laneCount();
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
      }
    }
    if (FunctionEmitter::constantOf(done) &&
        FunctionEmitter::constantOf(done) == FunctionEmitter::constantOf(end))
      return;
    emitter.loop(done, end, [&](Value i) { element(1, positions, i); });
  }

  Value remainder(Value size, unsigned lanes) {
    if (std::optional<int64_t> known = FunctionEmitter::constantOf(size))
      return emitter.constant(*known % lanes);
    return arith::AndIOp::create(emitter.builder, emitter.location, size, emitter.constant(lanes - 1));
  }

  // Vectors pay when the elements are reals and enough of them lie side by side.
  unsigned laneCount() {
    if (!result.type.isReal() || define.getPositions().empty() ||
        define.getPositions().back() != indices.back() || hasFoldInLanes())
      return 1;
    unsigned lanes = emitter.target.lanes(emitter.computeType(result.type).getIntOrFloatBitWidth() / 8);
    auto [begin, end] = emitter.windowOf(indices.back(), windows);
    std::optional<int64_t> size = FunctionEmitter::constantOf(emitter.subtract(end, begin));
    while (size && lanes > 1 && *size < lanes)
      lanes /= 2;
    return lanes;
  }

  bool hasFoldInLanes() {
    return define->getBlock()
        ->walk(
            [](FoldOp fold) { return foldsInLanes(fold) ? WalkResult::interrupt() : WalkResult::advance(); })
        .wasInterrupted();
  }

  bool element(unsigned lanes, ArrayRef<Value> outer, Value last) {
    ExpressionEmitter expressions(emitter, lanes);
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
};

} // namespace

void emitEquation(FunctionEmitter &emitter, EquationOp equation, ArrayRef<Buffer> wires, const Buffer &result,
                  const IndexWindows &windows) {
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause)
    ClauseWriter(emitter, equation, clause, wires, result, windows).write();
}

} // namespace weft
