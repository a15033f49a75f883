// Indices that callers give are checked while they are read, without a branch: the greatest is kept, and
// compared with the axis's size when all were read. Until then the axis's last index stands for what lies
// outside, so that nothing outside of a tensor is read.
#include "compiler/target/cpu/FunctionEmitter.h"

using namespace mlir;

namespace weft {

// As unsigned numbers negative ones are great.
static Value extreme(FunctionEmitter &emitter, bool isGreatest, Value a, Value b) {
  if (isGreatest)
    return arith::MaxUIOp::create(emitter.builder, emitter.location, a, b);
  return arith::MinUIOp::create(emitter.builder, emitter.location, a, b);
}

Value FunctionEmitter::checkedIndex(Value index, ObjectType type, bool isAddress) {
  GreatestIndex *known = llvm::find_if(greatestIndices, [&](const GreatestIndex &greatest) {
    return greatest.axis == type.getElement() && greatest.type == index.getType();
  });
  auto vector = dyn_cast<VectorType>(index.getType());
  int64_t lanes = vector ? vector.getNumElements() : 1;
  if (known == greatestIndices.end()) {
    greatestIndices.push_back({type.getElement(), index.getType(), stackMemory(8 * lanes)});
    known = &greatestIndices.back();
  }
  Value before = LLVM::LoadOp::create(builder, location, index.getType(), known->memory, 8);
  LLVM::StoreOp::create(builder, location, extreme(*this, true, before, index), known->memory, 8);
  if (!isAddress)
    return index;
  Value last = subtract(sizeOf(type.getElement()), constant(1));
  if (vector)
    last = splat(last, lanes);
  return extreme(*this, false, index, last);
}

void FunctionEmitter::checkingIndices(llvm::function_ref<void()> body) {
  SmallVector<GreatestIndex> outside = std::move(greatestIndices);
  greatestIndices.clear();
  WrittenCode written(builder);
  body();
  for (const GreatestIndex &greatest : greatestIndices) {
    {
      OpBuilder::InsertionGuard guard(builder);
      written.setInsertionPointBefore();
      Value none = LLVM::ZeroOp::create(builder, location, greatest.type);
      LLVM::StoreOp::create(builder, location, none, greatest.memory, 8);
    }
    Value value = LLVM::LoadOp::create(builder, location, greatest.type, greatest.memory, 8);
    if (isa<VectorType>(greatest.type))
      value = LLVM::vector_reduce_umax::create(builder, location, builder.getI64Type(), value);
    Value last = subtract(sizeOf(greatest.axis), constant(1));
    Value outOfRange = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ugt, value, last);
    failWhen(outOfRange, indexInputSite, {});
  }
  greatestIndices = std::move(outside);
}

} // namespace weft
