#include "compiler/target/cpu/ContractionRows.h"

using namespace mlir;

namespace weft {

Value ContractionRows::hasTerm(const TileRow &row, const IndexValues &terms) {
  ExpressionEmitter expressions(emitter, 1);
  bindWires(expressions, row.indices);
  Region &mask = plan.fold.getMask();
  std::function<void(Operation *)> emitNeeded = [&](Operation *op) {
    op->walk([&](Operation *part) {
      for (Value operand : part->getOperands()) {
        Operation *source = operand.getDefiningOp();
        if (source && source->getParentOp() == operands.equation && !expressions.get(operand).value) {
          emitNeeded(source);
          expressions.emitOperation(*source);
        }
      }
    });
  };
  for (Operation &op : mask.front())
    emitNeeded(&op);
  SmallVector<Scalar> indices = llvm::map_to_vector(plan.fold.indices(), [&](BlockArgument index) {
    return expressions.uniformIndex(terms.lookup(index));
  });
  return expressions.emitRegion(mask, indices).front().value;
}

void ContractionRows::bindWires(ExpressionEmitter &expressions, const IndexValues &indices) {
  for (auto &[index, value] : indices)
    expressions.bind(index, expressions.uniformIndex(value));
  for (unsigned i = 0; i < operands.wires.size(); ++i)
    expressions.bindWire(operands.equation.wireArgument(0, i), operands.wires[i]);
}

IndexValues ContractionRows::indicesOf(Value row) {
  IndexValues indices = decompose(emitter, plan.rows, row, operands.windows);
  for (auto &[index, value] : batchIndices)
    indices[index] = value;
  return indices;
}

Value ContractionRows::endOfPanel(Value panel) {
  Value firstColumn = emitter.multiply(panel, emitter.constant(width));
  std::optional<int64_t> known = FunctionEmitter::constantOf(columns);
  return known && *known % width == 0
             ? emitter.constant(width)
             : emitter.minimum(emitter.subtract(columns, firstColumn), emitter.constant(width));
}

void ContractionRows::finish(Value panel, Value memory, Value firstRow, int64_t height, Value end) {
  Value firstColumn = emitter.multiply(panel, emitter.constant(width));
  int64_t step = plan.isAlongTerms ? plan.tileColumns : width;
  emitter.loop(emitter.constant(0), emitter.constant(height), [&](Value i) {
    Value line = emitter.address(memory, emitter.multiply(i, emitter.constant(step)), element);
    finishRow(indicesOf(emitter.add(firstRow, i)), firstColumn, line, end);
  });
}

void ContractionRows::finishRow(const IndexValues &indices, Value firstColumn, Value line, Value end) {
  std::optional<int64_t> knownEnd = FunctionEmitter::constantOf(end);
  Value whole = knownEnd ? emitter.constant(*knownEnd / lanes * lanes)
                         : Value(arith::AndIOp::create(emitter.builder, emitter.location, end,
                                                       emitter.constant(-int64_t(lanes))));
  Value done = emitter.constant(0);
  auto vectors = scf::ForOp::create(emitter.builder, emitter.location, done, whole, emitter.constant(lanes));
  {
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(vectors.getBody());
    if (finishElements(indices, firstColumn, line, vectors.getInductionVar(), lanes))
      done = whole;
  }
  bool inVectors = done == whole;
  if (!inVectors || FunctionEmitter::constantOf(whole) == 0)
    vectors.erase();
  if (inVectors && knownEnd && FunctionEmitter::constantOf(whole) == knownEnd)
    return;
  if (inVectors && emitter.target.masksLanes()) {
    emitter.loop(whole, end, lanes, {}, [&](Value column, ValueRange) -> SmallVector<Value> {
      finishElements(indices, firstColumn, line, column, lanes, emitter.subtract(end, column));
      return {};
    });
    return;
  }
  emitter.loop(done, end, [&](Value column) { finishElements(indices, firstColumn, line, column, 1); });
}

bool ContractionRows::finishElements(const IndexValues &indices, Value firstColumn, Value line, Value column,
                                     unsigned count, Value active) {
  ExpressionEmitter expressions(emitter, count);
  if (active)
    expressions.limitLanes(active);
  bindColumns(expressions, emitter.add(firstColumn, column));
  bindWires(expressions, indices);
  Type type = count > 1 ? Type(VectorType::get({lanes}, element)) : element;
  Value sum = LLVM::LoadOp::create(emitter.builder, emitter.location, type,
                                   emitter.address(line, column, element), elementBytes());
  auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(plan.fold, plan.fold.getMonoidAttr());
  expressions.bind(plan.fold.getResult(),
                   expressions.emitRegion(monoid.getLower(), Scalar{sum, count > 1}).front());
  DefineOp define = operands.equation.define(0);
  expressions.emitOperations(*define->getBlock());
  SmallVector<Scalar> positions =
      llvm::map_to_vector(define.getPositions(), [&](Value position) { return expressions.get(position); });
  expressions.store(operands.result, expressions.linear(operands.result, positions),
                    expressions.get(define.getValue()), define.getLoc());
  return !expressions.failed();
}

} // namespace weft
