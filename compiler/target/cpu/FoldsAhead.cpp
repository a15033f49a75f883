// Folds over the elements of one key read rows at positions that are read themselves (`x[source[e], f]`):
// each lies anywhere in memory. The rows of elements that come soon are asked for meanwhile, and before that,
// where the elements are sorted by an order of their own, what says where these rows are.
#include "compiler/target/cpu/Folds.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace weft {

// So many elements ahead that a row comes from beyond the second-level cache in time (measured: 8 to 16 do
// alike).
constexpr int64_t elementsAhead = 12;

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

class RowsAhead {
public:
  /// `end`: of the elements.
  RowsAhead(ExpressionEmitter &expressions, FoldOp fold, Value end)
      : expressions(expressions), emitter(expressions.emitter), fold(fold), end(end) {}

  void askFor(Value element) {
    for (ReadOp read : fold.getArguments().front().getOps<ReadOp>()) {
      if (!isRowAnywhere(read))
        continue;
      ExpressionEmitter soon = at(element, elementsAhead);
      ask(soon, read, expressions.lanes * emitter.elementBytes(objectOf(read.getResult())));
      for (Value position : read.getPositions())
        if (auto inner = position.getDefiningOp<ReadOp>(); inner && isInside(inner) && isAnywhere(inner)) {
          ExpressionEmitter later = at(element, 2 * elementsAhead);
          ask(later, inner, 1);
        }
    }
  }

private:
  bool isInside(Operation *op) { return fold.getArguments().isAncestor(op->getParentRegion()); }

  // Whether lanes go along a row of at least a line, that lies where something that is read says.
  bool isRowAnywhere(ReadOp read) {
    if (read.getPositions().empty() || !isInMemory(read) || !isAnywhere(read) ||
        !llvm::all_of(read.getPositions(), isReady()))
      return false;
    Scalar last = expressions.get(read.getPositions().back());
    return last.value && last.varying && last.affine && last.step == 1 &&
           expressions.lanes * emitter.elementBytes(objectOf(read.getResult())) >= CpuTarget::lineBytes;
  }

  bool isInMemory(ReadOp read) {
    Buffer buffer = expressions.bufferOf(read.getWire());
    return buffer.base && buffer.panelWidth == 0 && read.getOtherwise().empty();
  }

  bool isAnywhere(ReadOp read) {
    return llvm::any_of(read.getPositions(), [&](Value position) { return isRead(position); });
  }

  bool isRead(Value position) {
    Operation *op = position.getDefiningOp();
    if (!op || !isInside(op))
      return false;
    if (auto choice = dyn_cast<IfOp>(op))
      return llvm::any_of(branchesOf(choice), [&](Value value) { return isRead(value); });
    return isa<ReadOp>(op) || llvm::any_of(op->getOperands(), [&](Value value) { return isRead(value); });
  }

  SmallVector<Value> branchesOf(IfOp choice) {
    auto result = [](Region &region) { return region.front().getTerminator()->getOperand(0); };
    Value condition = expressions.get(choice.getCondition()).value;
    APInt known;
    if (condition && matchPattern(condition, m_ConstantInt(&known)))
      return {result(known.isZero() ? choice.getElseRegion() : choice.getThenRegion())};
    return {result(choice.getThenRegion()), result(choice.getElseRegion())};
  }

  // Whether a position is computed by nothing that could fail.
  std::function<bool(Value)> isReady() {
    return [this](Value position) {
      Operation *op = position.getDefiningOp();
      if (!op || !isInside(op))
        return true;
      if (auto choice = dyn_cast<IfOp>(op))
        return llvm::all_of(branchesOf(choice), isReady());
      auto read = dyn_cast<ReadOp>(op);
      return (read ? isInMemory(read) : isa<PairOp, InjectOp, ConstantOp>(op)) &&
             llvm::all_of(op->getOperands().drop_front(read ? 1 : 0), isReady());
    };
  }

  // For one lane, the first, at a later element. What is read is checked when its turn comes.
  ExpressionEmitter at(Value element, int64_t distance) {
    ExpressionEmitter later = expressions.atFirstLane();
    Value last = emitter.subtract(end, emitter.constant(1));
    Value index = emitter.minimum(emitter.add(element, emitter.constant(distance)), last);
    later.bind(fold.indices()[0], later.uniformIndex(index));
    return later;
  }

  void emit(ExpressionEmitter &later, Value value) {
    Operation *op = value.getDefiningOp();
    if (!op || !isInside(op) || later.get(value).value)
      return;
    if (auto choice = dyn_cast<IfOp>(op))
      if (SmallVector<Value> branches = branchesOf(choice); branches.size() == 1) {
        emit(later, branches[0]);
        return later.bind(value, later.get(branches[0]));
      }
    for (Value operand : op->getOperands())
      emit(later, operand);
    later.emitOperation(*op);
  }

  void ask(ExpressionEmitter &later, ReadOp read, int64_t bytes) {
    for (Value position : read.getPositions())
      emit(later, position);
    Buffer buffer = later.bufferOf(read.getWire());
    SmallVector<Scalar> positions =
        llvm::map_to_vector(read.getPositions(), [&](Value position) { return later.get(position); });
    Value first =
        emitter.address(buffer.base, later.linear(buffer, positions).value, emitter.storageType(buffer.type));
    for (int64_t line = 0; line < bytes; line += CpuTarget::lineBytes)
      LLVM::Prefetch::create(emitter.builder, emitter.location,
                             emitter.offsetBytes(first, emitter.constant(line)), /*rw=*/0, /*hint=*/3,
                             /*cache=*/1);
  }

  ExpressionEmitter &expressions;
  FunctionEmitter &emitter;
  FoldOp fold;
  Value end;
};

} // namespace

// Of integers some may be no key: what the order holds behind the others is not known.
static bool ordersAll(FoldOp fold) {
  auto equation = fold->getParentOfType<EquationOp>();
  auto low = fold.getRange()[0].getDefiningOp<ReadOp>();
  auto begins = low ? dyn_cast<BlockArgument>(low.getWire()) : BlockArgument();
  unsigned first = equation.indices(0).size();
  if (!begins || equation.getClauses().size() != 1 || begins.getArgNumber() < first)
    return false;
  auto segments = equation.getWires()[begins.getArgNumber() - first].getDefiningOp<SegmentsOp>();
  return segments && objectOf(segments.getKeys()).isIndex() && objectOf(segments.getKeys()).rank() == 1;
}

void FoldWriter::askForRowsAhead(Value element) {
  if (!fold.isRanged() || fold.indices().size() != 1 || expressions.lanes == 1 || !ordersAll(fold))
    return;
  Value end = emitter.sizeOf(objectOf(fold.indices()[0]).getElement());
  RowsAhead(expressions, fold, end).askFor(element);
}

} // namespace weft
