// Folds whose own elements go into the lanes of vectors: several partial results side by side, combined at
// the end.
#include "compiler/target/cpu/FoldSchedules.h"
#include "compiler/target/cpu/Folds.h"

using namespace mlir;

namespace weft {

// Partial results that wait for one another less.
static constexpr unsigned partialSets = 4;

unsigned FoldWriter::laneCount(Value low, Value high) {
  if (expressions.lanes > 1 || !foldsInLanes(fold))
    return 1;
  unsigned bytes = 4;
  for (unsigned i = 0; i < width(); ++i)
    bytes = std::max<unsigned>(bytes, emitter.computeType(component(i)).getIntOrFloatBitWidth() / 8);
  unsigned lanes = emitter.target.lanes(bytes);
  std::optional<int64_t> begin = FunctionEmitter::constantOf(low), end = FunctionEmitter::constantOf(high);
  while (begin && end && lanes > 1 && *end - *begin < lanes)
    lanes /= 2;
  return lanes;
}

FoldWriter::Components FoldWriter::combine(ArrayRef<Value> left, ArrayRef<Value> right) {
  SmallVector<Scalar> both = scalars(left);
  both.append(scalars(right));
  SmallVector<Scalar> sum = expressions.emitRegion(monoid.getCombine(), both);
  Components result;
  for (unsigned i = 0; i < width(); ++i)
    result.push_back(carry(sum[i], i));
  return result;
}

// The last index from `low` to `high`, `sets` vectors at a time, each with a partial result of its own.
FoldWriter::Components FoldWriter::lastIndexLoop(Value low, Value high, int64_t step, unsigned sets,
                                                 Components carried) {
  return emitter.loop(low, high, step * sets, carried, [&](Value i, ValueRange inner) {
    Components next;
    for (unsigned set = 0; set < sets; ++set) {
      bindIndex(fold.indices().size() - 1,
                expressions.laneIndex(emitter.add(i, emitter.constant(set * step))));
      next.append(element(SmallVector<Value>(inner.slice(set * width(), width()))));
    }
    return next;
  });
}

// Halves are combined until one lane is left; in vectors of half the width each time, which is less work and
// keeps to what LLVM 22 compiles rightly: it takes x * rotated(x) / (x + rotated(x)) in eight doubles for
// another product.
FoldWriter::Components FoldWriter::acrossLanes(Components carried) {
  for (unsigned half = expressions.lanes / 2; half >= 1; half /= 2) {
    auto part = [&](unsigned begin) {
      Components values;
      for (Value value : carried) {
        SmallVector<int32_t> order = llvm::to_vector(llvm::seq<int32_t>(begin, begin + half));
        values.push_back(half == 1 ? Value(LLVM::ExtractElementOp::create(emitter.builder, emitter.location,
                                                                          value, emitter.constant(begin)))
                                   : Value(LLVM::ShuffleVectorOp::create(emitter.builder, emitter.location,
                                                                         value, value, order)));
      }
      return values;
    };
    ExpressionEmitter narrowExpressions = expressions.withLanes(half);
    FoldWriter narrow(narrowExpressions, fold);
    Components low = part(0), high = part(half);
    carried = narrow.combine(low, high);
  }
  return carried;
}

FoldWriter::Components FoldWriter::inLanes(Value low, Value high, unsigned lanes, Components carried) {
  ExpressionEmitter vectorExpressions = expressions.withLanes(lanes);
  FoldWriter vectors(vectorExpressions, fold);
  vectors.isTightened = isTightened;
  auto endOfWhole = [&](int64_t unit) {
    return emitter.add(low, emitter.wholeMultiple(emitter.subtract(high, low), unit));
  };
  WrittenCode written(emitter.builder);
  Value endOfSets = endOfWhole(int64_t(lanes) * partialSets), end = endOfWhole(lanes);
  Components unit = vectors.initial(), sets;
  for (unsigned set = 0; set < partialSets; ++set)
    sets.append(unit);
  sets = vectors.lastIndexLoop(low, endOfSets, lanes, partialSets, sets);
  Components partial(ArrayRef(sets).take_front(width()));
  for (unsigned set = 1; set < partialSets; ++set)
    partial = vectors.combine(partial, ArrayRef(sets).slice(set * width(), width()));
  partial = vectors.lastIndexLoop(endOfSets, end, lanes, 1, partial);
  bool inPart = emitter.target.masksLanes();
  if (inPart)
    partial = vectors.restInPart(end, high, partial);
  partial = vectors.acrossLanes(partial);
  if (vectorExpressions.failed()) {
    written.erase();
    fallBack(fold, "its elements cannot be written in vectors");
    return lastIndexLoop(low, high, 1, 1, carried);
  }
  carried = combine(carried, partial);
  return inPart ? carried : lastIndexLoop(end, high, 1, 1, carried);
}

// What fills no vector: lanes behind the end keep what they have.
FoldWriter::Components FoldWriter::restInPart(Value low, Value high, Components carried) {
  return emitter.loop(low, high, expressions.lanes, carried, [&](Value i, ValueRange inner) {
    expressions.limitLanes(emitter.subtract(high, i));
    bindIndex(fold.indices().size() - 1, expressions.laneIndex(i));
    Components next = element(SmallVector<Value>(inner));
    for (unsigned k = 0; k < width(); ++k)
      next[k] = arith::SelectOp::create(emitter.builder, emitter.location, expressions.activeLanes, next[k],
                                        inner[k]);
    expressions.activeLanes = nullptr;
    return next;
  });
}

} // namespace weft
