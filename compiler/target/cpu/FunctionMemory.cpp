// Memory: addresses, tensors in it, and what a frame holds.
#include "compiler/target/cpu/FunctionEmitter.h"

using namespace mlir;

namespace weft {

Value FunctionEmitter::address(Value base, Value element, Type elementType) {
  if (constantOf(element) == 0)
    return base;
  return LLVM::GEPOp::create(builder, location, base.getType(), elementType, base,
                             ArrayRef<LLVM::GEPArg>{element}, LLVM::GEPNoWrapFlags::inbounds);
}

Value FunctionEmitter::offsetBytes(Value base, Value bytes) {
  return address(base, bytes, builder.getI8Type());
}

Value FunctionEmitter::frameField(unsigned field) { return pointerIn(frame, field); }

Value FunctionEmitter::pointerIn(Value array, unsigned index) {
  Type pointer = array.getType();
  return LLVM::LoadOp::create(builder, location, pointer, address(array, constant(index), pointer));
}

Buffer FunctionEmitter::bufferAt(Value base, ObjectType type) {
  Buffer buffer{base, type, {}};
  Value stride = constant(1);
  for (StringAttr axis : llvm::reverse(type.getAxes())) {
    buffer.strides.insert(buffer.strides.begin(), stride);
    stride = multiply(stride, sizeOf(axis.getValue()));
  }
  return buffer;
}

bool FunctionEmitter::isContiguous(const Buffer &buffer) {
  Value stride = constant(1);
  for (auto [axis, actual] : llvm::reverse(llvm::zip_equal(buffer.type.getAxes(), buffer.strides))) {
    std::optional<int64_t> expected = constantOf(stride), found = constantOf(actual);
    if (stride != actual && (!expected || expected != found))
      return false;
    Value size = sizeOf(axis.getValue());
    stride = multiply(stride, size);
    // A run-time size is recomputed by each user: the outermost axis alone may have one.
    if (!constantOf(stride) && axis != buffer.type.getAxes().front())
      return false;
  }
  return true;
}

void FunctionEmitter::release(Value base, Value elements, ObjectType type) {
  MLIRContext *context = builder.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context);
  Value hook = frameField(releaseField);
  Value isSet = LLVM::ICmpOp::create(builder, location, LLVM::ICmpPredicate::ne, hook,
                                     LLVM::ZeroOp::create(builder, location, pointer));
  when(isSet, [&] {
    auto function = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context),
                                                {pointer, pointer, builder.getI64Type()});
    Value bytes = multiply(elements, constant(elementBytes(type)));
    LLVM::CallOp::create(builder, location, function, ValueRange{hook, frame, base, bytes});
  });
}

Value FunctionEmitter::stackMemory(int64_t bytes) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&function.getBody().front());
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  return LLVM::AllocaOp::create(builder, location, pointer, builder.getI8Type(), constant(bytes), 64);
}

void FunctionEmitter::copy(const Buffer &from, const Buffer &to) {
  Type element = storageType(from.type);
  if (isContiguous(from) && isContiguous(to)) {
    Value count = constant(1);
    for (StringAttr axis : from.type.getAxes())
      count = multiply(count, sizeOf(axis.getValue()));
    LLVM::MemmoveOp::create(builder, location, to.base, from.base,
                            multiply(count, constant(elementBytes(from.type))), false);
    return;
  }
  std::function<void(unsigned, Value, Value)> nest = [&](unsigned axis, Value source, Value destination) {
    if (axis == from.type.rank()) {
      Value value = LLVM::LoadOp::create(builder, location, element, address(from.base, source, element));
      LLVM::StoreOp::create(builder, location, value, address(to.base, destination, element));
      return;
    }
    loop(constant(0), sizeOf(from.type.getAxes()[axis].getValue()), [&](Value i) {
      nest(axis + 1, add(source, multiply(i, from.strides[axis])),
           add(destination, multiply(i, to.strides[axis])));
    });
  };
  nest(0, constant(0), constant(0));
}
} // namespace weft
