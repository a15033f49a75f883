// Axes inside of a position, each with a running fold of its own; vectors go across them:
//
//   for some positions at a time
//     for vectors v of the axes inside
//       running = memory[v]
//       for i in the positions: running = running * element(i, v)
//       memory[v] = running
//
// So a running fold is in registers while many positions pass, and what is read of these positions stays in
// cache.
#include "compiler/target/cpu/EquationWork.h"
#include "compiler/target/cpu/ScanWriter.h"

using namespace mlir;

namespace weft {

// How many: rows of so many bytes are read one after the other, as they lie in memory. Pieces of many long
// rows lie at the same places of many pages, which the caches have no room for and nobody fetches ahead
// (measured: a recurrence of 1024 channels takes 2.8 times as long with 32 rows at a time).
static constexpr int64_t bytesOfBlock = 8192, mostPositions = 32;

// Running folds of so many vectors hide that each waits for the one before, and leave registers for what
// comes in.
static constexpr unsigned vectorsAcross = 8;

void ScanWriter::acrossPositions(Value low, Value high, bool consumes) {
  at[prefix.position] = {};
  Value none = emitter.constant(0), together = positionsTogether();
  Value count = emitter.maximum(emitter.subtract(high, low), none);
  Value rounded = emitter.add(count, emitter.subtract(together, emitter.constant(1)));
  Value blocks = emitter.builder.createOrFold<arith::DivUIOp>(emitter.location, rounded, together);
  emitter.loop(none, blocks, [&](Value block) {
    Value begin = emitter.add(low, emitter.multiply(block, together));
    Value end = emitter.minimum(high, emitter.add(begin, together));
    eachInside([&](ExpressionEmitter &expressions, Scalar place) {
      Components after = emitter.loop(
          begin, end, 1, kept(expressions, place), [&](Value u, ValueRange carried) -> SmallVector<Value> {
            ExpressionEmitter here = expressions.withLanes(expressions.lanes);
            here.bind(prefix.position, here.uniformIndex(prefix.isForward ? u : mirrored(low, high, u)));
            Components next = element(here, consumes, Components(carried));
            if (here.failed())
              expressions.fail();
            return next;
          });
      if (consumes)
        keep(expressions, place, after);
    });
  });
}

Value ScanWriter::positionsTogether() {
  Value row = emitter.constant(emitter.elementBytes(result.type));
  for (BlockArgument index : inside)
    row = emitter.multiply(row, sizeOf(index));
  Value one = emitter.constant(1), most = emitter.constant(bytesOfBlock);
  Value fit = emitter.builder.createOrFold<arith::DivUIOp>(emitter.location, most, emitter.maximum(row, one));
  return emitter.maximum(one, emitter.minimum(fit, emitter.constant(mostPositions)));
}

void ScanWriter::nest(unsigned axis, Value place, Inside body) {
  BlockArgument index = inside[axis];
  Value size = sizeOf(index), begin = emitter.multiply(place, size), done = emitter.constant(0);
  if (axis + 1 < inside.size())
    return emitter.loop(done, size, [&](Value i) {
      at[index] = i;
      nest(axis + 1, emitter.add(begin, i), body);
    });
  for (unsigned lanes : lanesAcross(size)) {
    WrittenCode written(emitter.builder);
    Value whole = emitter.add(done, emitter.wholeMultiple(emitter.subtract(size, done), lanes));
    bool failed = false;
    at[index] = {};
    emitter.loop(done, whole, lanes, {}, [&](Value i, ValueRange) -> SmallVector<Value> {
      ExpressionEmitter expressions = bound(lanes, i);
      body(expressions, {emitter.add(begin, i), true, true, 1, {0, maximalAxisSize}});
      failed = expressions.failed();
      return {};
    });
    if (failed) {
      written.erase();
      break;
    }
    done = whole;
  }
  if (!isSurelyEmpty(done, size))
    emitter.loop(done, size, [&](Value i) {
      at[index] = i;
      ExpressionEmitter expressions = bound(1, nullptr);
      body(expressions, expressions.uniformIndex(emitter.add(begin, i)));
    });
}

// The last index in vectors, several and then one at a time, where that can be written. What takes many
// operations for an element takes one vector.
SmallVector<unsigned> ScanWriter::lanesAcross(Value size) {
  DefineOp define = equation.define(clause);
  bool isApart = define.getPositions().empty() || define.getPositions().back() != inside.back();
  bool hasLanesInside = false, isCostly = false;
  define->getBlock()->walk([&](Operation *op) {
    if (auto inner = dyn_cast<FoldOp>(op))
      hasLanesInside |= foldsInLanes(inner);
    if (auto apply = dyn_cast<ApplyOp>(op))
      isCostly |= isManyOperations(apply.getFunction());
  });
  if (isApart || hasLanesInside)
    return {};
  unsigned bytes = std::max<unsigned>(4, emitter.computeType(result.type).getIntOrFloatBitWidth() / 8);
  unsigned lanes = laneCount(size, bytes);
  if (lanes == 1)
    return {};
  std::optional<int64_t> known = FunctionEmitter::constantOf(size);
  unsigned wide =
      isCostly ? lanes : lanes * std::max<unsigned>(1, vectorsAcross / llvm::PowerOf2Ceil(liveCount()));
  while (known && wide > lanes && *known < wide)
    wide /= 2;
  return wide > lanes ? SmallVector<unsigned>{wide, lanes} : SmallVector<unsigned>{lanes};
}

unsigned ScanWriter::liveCount() {
  ExpressionEmitter expressions(emitter, 1);
  FoldWriter writer(expressions, fold);
  configure(writer);
  return std::max<unsigned>(1, llvm::count(writer.liveComponents(), true));
}

// A running fold in memory: its components one array after the other, as what they compute in.
static Type typeInMemory(FunctionEmitter &emitter, Type type) {
  return type.isInteger(1) ? Type(emitter.builder.getI8Type()) : type;
}

static Type like(Type shape, Type element) {
  auto vector = dyn_cast<VectorType>(shape);
  return vector ? Type(VectorType::get(vector.getShape(), element)) : element;
}

static unsigned bytesOf(Type type) { return type.getIntOrFloatBitWidth() / 8; }

bool ScanWriter::isKept(FoldWriter &writer, unsigned i) {
  return i >= writer.width() || writer.liveComponents()[i];
}

void ScanWriter::keep(ExpressionEmitter &expressions, Scalar place, const Components &running) {
  FoldWriter writer(expressions, fold);
  configure(writer);
  for (auto [i, value] : llvm::enumerate(running)) {
    if (!isKept(writer, i))
      continue;
    // What is the same in all lanes is kept for each: they may be taken one by one the next time.
    Value stored = expressions.broadcast(value);
    Type element = getElementTypeOrSelf(value.getType());
    if (element.isInteger(1))
      stored = arith::ExtUIOp::create(emitter.builder, emitter.location,
                                      like(stored.getType(), emitter.builder.getI8Type()), stored);
    Type memory = typeInMemory(emitter, element);
    LLVM::StoreOp::create(emitter.builder, emitter.location, stored,
                          emitter.address(rooms[i], place.value, memory), bytesOf(memory));
  }
}

ScanWriter::Components ScanWriter::kept(ExpressionEmitter &expressions, Scalar place) {
  FoldWriter writer(expressions, fold);
  configure(writer);
  Components running = writer.initial();
  for (auto [i, value] : llvm::enumerate(running)) {
    if (!isKept(writer, i))
      continue;
    Type element = getElementTypeOrSelf(value.getType()), memory = typeInMemory(emitter, element);
    Value loaded = LLVM::LoadOp::create(emitter.builder, emitter.location, like(value.getType(), memory),
                                        emitter.address(rooms[i], place.value, memory), bytesOf(memory));
    if (element.isInteger(1))
      loaded = arith::TruncIOp::create(emitter.builder, emitter.location, value.getType(), loaded);
    value = loaded;
  }
  return running;
}

} // namespace weft
