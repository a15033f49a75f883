#include "compiler/target/cpu/TurnedReads.h"
#include "compiler/target/cpu/ContractionTiling.h"
#include "compiler/target/cpu/TurnedSquare.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// More would not stay in registers beside what is computed.
static constexpr unsigned mostReads = 2;

// Of the vectors that a type is computed in; 0 where it has none.
static unsigned lanesOf(FunctionEmitter &emitter, ObjectType type) {
  if (!type.isReal() && !type.isInteger())
    return 0;
  return emitter.target.lanes(emitter.computeType(type).getIntOrFloatBitWidth() / 8);
}

static bool isShort(FunctionEmitter &emitter, BlockArgument index, int64_t least) {
  std::optional<int64_t> size = emitter.axes.size(objectOf(index).getElement().getValue()).constant();
  return size && *size < least;
}

// At indices alone: then no position is checked, and reading ahead is no error.
static bool isAtIndices(ReadOp read) {
  return read.getOtherwise().empty() &&
         llvm::all_of(read.getPositions(), [](Value position) { return isa<BlockArgument>(position); });
}

std::optional<TurnedReads> findTurnedReads(FunctionEmitter &emitter, DefineOp define,
                                           ArrayRef<BlockArgument> indices) {
  Block &block = *define->getBlock();
  Value last = indices.back();
  unsigned lanes = lanesOf(emitter, objectOf(define.getValue()));
  if (lanes < 4 || isShort(emitter, indices.back(), lanes) || !block.getOps<FoldOp>().empty() ||
      lastPosition(define.getPositions(), emitter.axes) != last)
    return std::nullopt;
  TurnedReads found{0, {}, lanes, std::max<unsigned>(CpuTarget::lineBytes / emitter.target.vectorBytes, 1)};
  block.walk([&](ReadOp read) {
    if (llvm::equal(read.getPositions(), define.getPositions(), [](Value a, Value b) { return a == b; }))
      found.mayRepeat = false;
  });
  for (ReadOp read : block.getOps<ReadOp>()) {
    if (!isAtIndices(read) || !llvm::is_contained(read.getPositions(), last))
      continue;
    auto side = dyn_cast_or_null<BlockArgument>(lastPosition(read.getPositions(), emitter.axes));
    if (!side || side == last || lanesOf(emitter, objectOf(read.getResult())) != lanes)
      continue;
    unsigned axis = llvm::find(indices, side) - indices.begin();
    if (axis == indices.size() || isShort(emitter, side, lanes) ||
        (!found.reads.empty() && found.axis != axis))
      continue;
    if (isShort(emitter, side, found.step()))
      found.squares = 1;
    found.axis = axis;
    found.reads.push_back(read);
  }
  return found.reads.empty() || found.reads.size() > mostReads ? std::nullopt : std::optional(found);
}

SmallVector<Scalar> readSquare(FunctionEmitter &emitter, ReadOp read, unsigned lanes, BlockArgument turned,
                               Value first, BlockArgument last, Value from,
                               llvm::function_ref<void(ExpressionEmitter &)> bind) {
  SmallVector<Value> square;
  IntegerRange range{0, 0};
  for (unsigned lane = 0; lane < lanes; ++lane) {
    ExpressionEmitter expressions(emitter, lanes);
    bind(expressions);
    expressions.bind(turned, expressions.laneIndex(first));
    expressions.bind(last, expressions.uniformIndex(emitter.add(from, emitter.constant(lane))));
    expressions.emitOperation(*read);
    Scalar value = expressions.get(read.getResult());
    range = value.range;
    square.push_back(expressions.materialize(value, objectOf(read.getResult())));
  }
  turnSquare(emitter, square);
  return llvm::map_to_vector(square, [&](Value vector) { return Scalar{vector, true, false, 0, range}; });
}

} // namespace weft
