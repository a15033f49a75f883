#include "compiler/target/cpu/ContractionRows.h"
#include "compiler/target/cpu/OpaqueValues.h"
#include "compiler/target/cpu/TurnedSquare.h"
#include "llvm/Support/MathExtras.h"

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
  return emitter.minimum(emitter.subtract(columns, firstColumn), emitter.constant(width));
}

// Whether results of neighbouring rows lie side by side, and not those of columns.
bool ContractionRows::liesAlongRows() {
  DefineOp define = operands.equation.define(0);
  for (Value position : llvm::reverse(define.getPositions())) {
    if (!plan.rows.empty() && position == plan.rows.back())
      return true;
    auto type = cast<ObjectType>(position.getType());
    if (!type.isIndex() || FunctionEmitter::constantOf(emitter.sizeOf(type.getElement())) != 1)
      return false;
  }
  return false;
}

bool ContractionRows::wantsColumns(int64_t height) {
  return height >= 2 && liesAlongRows() && emitter.target.masksLanes();
}

void ContractionRows::finish(Value panel, Value memory, Value firstRow, int64_t height, Value end) {
  if (!wantsColumns(height))
    return finishByRows(panel, memory, firstRow, height, end);
  for (int64_t begin = 0; begin < height; begin += lanes) {
    int64_t count = std::min<int64_t>(lanes, height - begin);
    Value row = emitter.add(firstRow, emitter.constant(begin)),
          line = lineOf(memory, emitter.constant(begin));
    if (!finishAlongRows(panel, line, row, count, end))
      finishByRows(panel, line, row, count, end);
  }
}

// Whole vectors where sums of a tile are put together at the end: so they are read as they were written.
int64_t ContractionRows::lineElements() {
  return plan.isAlongTerms ? llvm::alignTo(plan.tileColumns, lanes) : width;
}

Value ContractionRows::lineOf(Value memory, Value row) {
  return emitter.address(memory, emitter.multiply(row, emitter.constant(lineElements())), element);
}

void ContractionRows::finishByRows(Value panel, Value memory, Value firstRow, int64_t height, Value end) {
  Value firstColumn = emitter.multiply(panel, emitter.constant(width));
  emitter.loop(emitter.constant(0), emitter.constant(height), [&](Value i) {
    finishRow(indicesOf(emitter.add(firstRow, i)), firstColumn, lineOf(memory, i), end);
  });
}

// Sums are turned, so that those of a column lie side by side. Rows that go on in the next line of the result
// are finished one by one.
bool ContractionRows::finishAlongRows(Value panel, Value memory, Value firstRow, int64_t height, Value end) {
  OpBuilder &builder = emitter.builder;
  Value turned = emitter.stackMemory(llvm::alignTo(width, lanes) * lanes * elementBytes());
  BlockArgument along = plan.rows.back();
  Value lastRow = emitter.add(firstRow, emitter.constant(height - 1));
  Value distance = emitter.subtract(indicesOf(lastRow)[along], indicesOf(firstRow)[along]);
  Value isOneLine = plan.rows.size() == 1
                        ? emitter.truth(true)
                        : Value(arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::eq,
                                                      distance, emitter.constant(height - 1)));
  auto choice = scf::IfOp::create(builder, emitter.location, TypeRange{}, isOneLine, plan.rows.size() > 1);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(choice.thenBlock());
    turn(memory, height, turned, end);
    if (!storeColumns(panel, turned, firstRow, height, end)) {
      choice.erase();
      return false;
    }
    if (plan.rows.size() > 1) {
      builder.setInsertionPointToStart(choice.elseBlock());
      finishByRows(panel, memory, firstRow, height, end);
    }
  }
  return true;
}

bool ContractionRows::finishColumns(Value panel, Value turned, Value firstRow, int64_t height, Value end) {
  auto block =
      scf::IfOp::create(emitter.builder, emitter.location, TypeRange{}, emitter.truth(true), /*else=*/false);
  OpBuilder::InsertionGuard guard(emitter.builder);
  emitter.builder.setInsertionPointToStart(block.thenBlock());
  bool isWritten = storeColumns(panel, turned, firstRow, height, end);
  if (!isWritten)
    block.erase();
  return isWritten;
}

bool ContractionRows::storeColumns(Value panel, Value turned, Value firstRow, int64_t height, Value end) {
  bool isWritten = true;
  Value firstColumn = emitter.multiply(panel, emitter.constant(width));
  emitter.loop(emitter.constant(0), end, [&](Value column) {
    ExpressionEmitter expressions(emitter, lanes);
    expressions.limitLanes(emitter.constant(height));
    IndexValues indices = indicesOf(firstRow);
    for (auto &[index, value] : decompose(emitter, plan.columns, emitter.add(firstColumn, column)))
      indices[index] = value;
    bindWires(expressions, indices);
    expressions.bind(plan.rows.back(), expressions.laneIndex(indices[plan.rows.back()]));
    Value sum = LLVM::LoadOp::create(
        emitter.builder, emitter.location, VectorType::get({lanes}, element),
        emitter.address(turned, emitter.multiply(column, emitter.constant(lanes)), element), elementBytes());
    isWritten = storeResults(expressions, sum);
  });
  return isWritten;
}

// Rows of sums as columns, a vector each.
void ContractionRows::turn(Value memory, int64_t height, Value turned, Value end) {
  auto type = VectorType::get({lanes}, element);
  for (int64_t first = 0; first < FunctionEmitter::constantOf(end).value_or(lineElements()); first += lanes) {
    SmallVector<Value> square;
    for (int64_t row = 0; row < height; ++row) {
      Value line = emitter.address(lineOf(memory, emitter.constant(row)), emitter.constant(first), element);
      square.push_back(LLVM::LoadOp::create(emitter.builder, emitter.location, type, line, elementBytes()));
    }
    square.resize(lanes, square.back());
    turnSquare(emitter, square);
    for (unsigned i = 0; i < lanes; ++i)
      LLVM::StoreOp::create(emitter.builder, emitter.location, square[i],
                            emitter.address(turned, emitter.constant((first + i) * lanes), element),
                            elementBytes());
  }
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
  if (inVectors && emitter.target.masksLanes() && knownEnd) {
    finishElements(indices, firstColumn, line, whole, lanes, emitter.subtract(end, whole));
    return;
  }
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
  // LLVM would add in the lanes alone that are stored, in half a vector, and do so far from the other sums of
  // the tile, more than registers hold.
  bool isPart = active && FunctionEmitter::constantOf(active);
  return storeResults(expressions, isPart ? fenced(emitter, sum) : sum);
}

// The rest of the equation, of one sum or a vector of them.
bool ContractionRows::storeResults(ExpressionEmitter &expressions, Value sum) {
  auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(plan.fold, plan.fold.getMonoidAttr());
  bool varies = isa<VectorType>(sum.getType());
  expressions.bind(plan.fold.getResult(),
                   expressions.emitRegion(monoid.getLower(), Scalar{sum, varies}).front());
  DefineOp define = operands.equation.define(0);
  expressions.emitOperations(*define->getBlock());
  SmallVector<Scalar> positions =
      llvm::map_to_vector(define.getPositions(), [&](Value position) { return expressions.get(position); });
  expressions.store(operands.result, expressions.linear(operands.result, positions),
                    expressions.get(define.getValue()), define.getLoc());
  return !expressions.failed();
}

} // namespace weft
