// Neighbouring elements in the lanes of a vector, combined among themselves first: their order stays.
#include "compiler/target/cpu/FoldSchedules.h"
#include "compiler/target/cpu/Folds.h"

using namespace mlir;

namespace weft {

FoldWriter::Components FoldWriter::lifted(Scalar index) {
  bindIndex(fold.indices().size() - 1, index);
  SmallVector<Value> elements;
  for (auto [i, value] : llvm::enumerate(liftedScalars()))
    elements.push_back(carry(value, i));
  if (fold.getMask().empty() || isTightened)
    return elements;
  Block &mask = fold.getMask().front();
  for (Operation &op : mask.without_terminator())
    expressions.emitOperation(op);
  Scalar condition = expressions.get(mask.getTerminator()->getOperand(0));
  // What is masked is not evaluated, unless that does no harm.
  if (!isCheap(fold.getArguments()))
    expressions.fail();
  Value holds = expressions.broadcast(condition.value);
  Components unit = initial();
  for (unsigned i = 0; i < width(); ++i)
    elements[i] = arith::SelectOp::create(emitter.builder, emitter.location, holds, elements[i], unit[i]);
  return elements;
}

// Hillis and Steele (1986): after step k each lane holds the fold of 2^k neighbours. What comes from beyond
// the ends is the unit; where rounding or infinities could tell that from nothing, such lanes stay as they
// are.
FoldWriter::Components FoldWriter::inclusive(Components lanes) {
  unsigned count = expressions.lanes;
  bool isFinite = llvm::none_of(llvm::seq<unsigned>(0, width()), [&](unsigned i) {
    return component(i).isReal() || component(i).isInteger();
  });
  Components unit = initial();
  for (unsigned distance = 1; distance < count; distance *= 2) {
    SmallVector<int32_t> order;
    SmallVector<bool> isReached;
    for (unsigned lane = 0; lane < count; ++lane) {
      bool reached = prepends ? lane + distance < count : lane >= distance;
      isReached.push_back(reached);
      order.push_back(!reached ? count + lane : prepends ? lane + distance : lane - distance);
    }
    auto movedInto = [&](ArrayRef<Value> outside) {
      return llvm::map_to_vector(llvm::zip_equal(lanes, outside), [&](auto pair) -> Value {
        auto [value, other] = pair;
        return LLVM::ShuffleVectorOp::create(emitter.builder, emitter.location, value, other, order);
      });
    };
    if (isFinite) {
      Components moved = movedInto(unit);
      lanes = prepends ? combine(lanes, moved) : combine(moved, lanes);
      continue;
    }
    Components moved = movedInto(lanes);
    Components both = prepends ? combine(lanes, moved) : combine(moved, lanes);
    auto type = VectorType::get({count}, emitter.builder.getI1Type());
    Value reached = arith::ConstantOp::create(emitter.builder, emitter.location,
                                              DenseElementsAttr::get(type, ArrayRef<bool>(isReached)));
    for (unsigned i = 0; i < width(); ++i)
      lanes[i] = arith::SelectOp::create(emitter.builder, emitter.location, reached, both[i], lanes[i]);
  }
  return lanes;
}

FoldWriter::Components FoldWriter::spread(ArrayRef<Value> lanes, unsigned lane) {
  SmallVector<int32_t> order(expressions.lanes, lane);
  return llvm::map_to_vector(lanes, [&](Value value) -> Value {
    return LLVM::ShuffleVectorOp::create(emitter.builder, emitter.location, value, value, order);
  });
}

FoldWriter::Components FoldWriter::extract(ArrayRef<Value> lanes, unsigned lane) {
  return llvm::map_to_vector(lanes, [&](Value value) -> Value {
    return LLVM::ExtractElementOp::create(emitter.builder, emitter.location, value, emitter.constant(lane));
  });
}

// A vector of neighbours at a time: in lane 0 the fold of all of them, in order, which goes after what is
// carried, or before it when elements come from the end. What fills no vector comes last.
FoldWriter::Components FoldWriter::inChunks(Value low, Value high, unsigned lanes, Components carried) {
  ExpressionEmitter vectorExpressions = expressions.withLanes(lanes);
  FoldWriter vectors(vectorExpressions, fold);
  vectors.isTightened = isTightened;
  WrittenCode written(emitter.builder);
  Value whole = emitter.wholeMultiple(emitter.subtract(high, low), lanes);
  Components total = loop(emitter.constant(0), whole, lanes, carried, [&](Value u, ValueRange inner) {
    Value first =
        prepends ? emitter.subtract(emitter.subtract(high, u), emitter.constant(lanes)) : emitter.add(low, u);
    Components neighbours = vectors.lifted(vectorExpressions.laneIndex(first));
    for (unsigned distance = 1; distance < lanes; distance *= 2) {
      SmallVector<int32_t> order;
      for (unsigned lane = 0; lane < lanes; ++lane)
        order.push_back((lane + distance) % lanes);
      Components moved;
      for (Value value : neighbours)
        moved.push_back(
            LLVM::ShuffleVectorOp::create(emitter.builder, emitter.location, value, value, order));
      neighbours = vectors.combine(neighbours, moved);
    }
    Components chunk = vectors.extract(neighbours, 0), before(inner);
    return prepends ? combine(chunk, before) : combine(before, chunk);
  });
  if (vectorExpressions.failed()) {
    written.erase();
    fallBack(fold, "its elements cannot be written in vectors");
    return oneByOne(low, high, carried);
  }
  return prepends ? oneByOne(low, emitter.subtract(high, whole), total)
                  : oneByOne(emitter.add(low, whole), high, total);
}

FoldWriter::Components FoldWriter::oneByOne(Value low, Value high, Components carried) {
  return loop(low, high, 1, carried, [&](Value i, ValueRange inner) {
    if (prepends)
      i = emitter.subtract(emitter.subtract(emitter.add(low, high), i), emitter.constant(1));
    bindIndex(fold.indices().size() - 1, expressions.uniformIndex(i));
    return element(SmallVector<Value>(inner));
  });
}

} // namespace weft
