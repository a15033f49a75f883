// Indices that callers give are checked while they are read, without a branch: the sign of `index | (last -
// index)` tells one that is outside, signs are gathered, and looked at when all were read. Until then the
// axis's last index stands for what lies outside, so that nothing outside of a tensor is read.
#include "compiler/target/cpu/FunctionEmitter.h"

using namespace mlir;

namespace weft {

Value FunctionEmitter::checkedIndex(Value index, ObjectType type, bool isAddress) {
  OutsideSigns *known =
      llvm::find_if(outsideSigns, [&](const OutsideSigns &signs) { return signs.type == index.getType(); });
  auto vector = dyn_cast<VectorType>(index.getType());
  int64_t lanes = vector ? vector.getNumElements() : 1;
  if (known == outsideSigns.end()) {
    outsideSigns.push_back({index.getType(), stackMemory(8 * lanes)});
    known = &outsideSigns.back();
  }
  Value last = subtract(sizeOf(type.getElement()), constant(1));
  if (vector)
    last = splat(last, lanes);
  auto either = [&](Value a, Value b) { return arith::OrIOp::create(builder, location, a, b).getResult(); };
  Value left = arith::SubIOp::create(builder, location, last, index);
  Value before = LLVM::LoadOp::create(builder, location, index.getType(), known->memory, 8);
  LLVM::StoreOp::create(builder, location, either(before, either(index, left)), known->memory, 8);
  // As unsigned numbers negative ones are great.
  return isAddress ? arith::MinUIOp::create(builder, location, index, last).getResult() : index;
}

void FunctionEmitter::checkingIndices(llvm::function_ref<void()> body) {
  SmallVector<OutsideSigns> around = std::move(outsideSigns);
  outsideSigns.clear();
  WrittenCode written(builder);
  body();
  for (const OutsideSigns &signs : outsideSigns) {
    {
      OpBuilder::InsertionGuard guard(builder);
      written.setInsertionPointBefore();
      Value none = LLVM::ZeroOp::create(builder, location, signs.type);
      LLVM::StoreOp::create(builder, location, none, signs.memory, 8);
    }
    Value all = LLVM::LoadOp::create(builder, location, signs.type, signs.memory, 8);
    if (isa<VectorType>(signs.type))
      all = LLVM::vector_reduce_or::create(builder, location, builder.getI64Type(), all);
    Value isOutside = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::slt, all, constant(0));
    failWhen(isOutside, indexInputSite, {});
  }
  outsideSigns = std::move(around);
}

} // namespace weft
