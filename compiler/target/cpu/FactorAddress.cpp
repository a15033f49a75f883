#include "compiler/target/cpu/FactorAddress.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

Value FactorAddress::strideIn(Value position, Value index) {
  if (position == index)
    return emitter.constant(1);
  Value total = emitter.constant(0);
  if (auto pair = position.getDefiningOp<PairOp>()) {
    for (Value part : pair.getParts())
      total = emitter.add(emitter.multiply(total, emitter.sizeOf(objectOf(part).getElement())),
                          strideIn(part, index));
  } else if (auto inject = position.getDefiningOp<InjectOp>()) {
    total = strideIn(inject.getPart(), index);
  }
  return total;
}

Value FactorAddress::constantIn(Value position) {
  if (auto constant = position.getDefiningOp<ConstantOp>())
    return emitter.constant(cast<IntegerAttr>(constant.getValue()).getInt());
  Value total = emitter.constant(0);
  if (auto pair = position.getDefiningOp<PairOp>()) {
    for (Value part : pair.getParts())
      total =
          emitter.add(emitter.multiply(total, emitter.sizeOf(objectOf(part).getElement())), constantIn(part));
  } else if (auto inject = position.getDefiningOp<InjectOp>()) {
    for (const std::string &name :
         emitter.axes.get(objectOf(inject.getResult()).getElement().getValue()).parts) {
      if (name == objectOf(inject.getPart()).getElement().getValue())
        break;
      total = emitter.add(total, emitter.sizeOf(name));
    }
    total = emitter.add(total, constantIn(inject.getPart()));
  }
  return total;
}

Value FactorAddress::stride(Value index) {
  Value total = emitter.constant(0);
  for (auto [axis, position] : llvm::enumerate(factor.read.getPositions()))
    if (!factor.guarded[axis])
      total = emitter.add(total, emitter.multiply(strideIn(position, index), buffer.strides[axis]));
  return total;
}

Value FactorAddress::offset(const IndexValues &indices) {
  Value total = emitter.constant(0);
  if (buffer.origin)
    total = emitter.subtract(total, buffer.origin);
  for (auto [axis, position] : llvm::enumerate(factor.read.getPositions()))
    if (!factor.guarded[axis])
      total = emitter.add(total, emitter.multiply(constantIn(position), buffer.strides[axis]));
  for (auto &[index, value] : indices)
    total = emitter.add(total, emitter.multiply(value, stride(index)));
  return total;
}

SmallVector<Value> FactorAddress::guardedPositions(const IndexValues &indices) {
  SmallVector<Value> result;
  for (unsigned axis = 0; axis < factor.guarded.size(); ++axis) {
    result.emplace_back();
    if (!factor.guarded[axis])
      continue;
    result.back() = emitter.add(emitter.constant(factor.affine[axis].constant), guardedStep(axis, indices));
  }
  return result;
}

Value FactorAddress::guardedStep(unsigned axis, const IndexValues &sums) {
  Value total = emitter.constant(0);
  for (auto &[index, coefficient] : factor.affine[axis].terms)
    if (Value value = sums.lookup(index))
      total = emitter.add(total, emitter.multiply(value, emitter.constant(coefficient)));
  return total;
}

std::pair<Value, Value> FactorAddress::guardedSteps(unsigned axis, const IndexValues &least,
                                                    const IndexValues &most) {
  std::pair<Value, Value> total{emitter.constant(0), emitter.constant(0)};
  for (auto &[index, coefficient] : factor.affine[axis].terms) {
    Value low = (coefficient < 0 ? most : least).lookup(index),
          high = (coefficient < 0 ? least : most).lookup(index);
    if (!low)
      continue;
    Value factor = emitter.constant(coefficient);
    total.first = emitter.add(total.first, emitter.multiply(low, factor));
    total.second = emitter.add(total.second, emitter.multiply(high, factor));
  }
  return total;
}

static Value countIn(FunctionEmitter &emitter, BlockArgument index, const IndexWindows &windows) {
  IndexWindow window = emitter.windowOf(index, windows);
  return emitter.subtract(window.end, window.begin);
}

Value countOf(FunctionEmitter &emitter, ArrayRef<BlockArgument> indices, const IndexWindows &windows) {
  Value count = emitter.constant(1);
  for (BlockArgument index : indices)
    count = emitter.multiply(count, countIn(emitter, index, windows));
  return count;
}

IndexValues decompose(FunctionEmitter &emitter, ArrayRef<BlockArgument> indices, Value number,
                      const IndexWindows &windows) {
  IndexValues values;
  for (BlockArgument index : llvm::reverse(indices)) {
    Value begin = emitter.windowOf(index, windows).begin;
    Value size = countIn(emitter, index, windows);
    if (FunctionEmitter::constantOf(size) == 1) {
      values[index] = begin;
      continue;
    }
    if (index == indices.front()) {
      values[index] = emitter.add(begin, number);
      break;
    }
    values[index] =
        emitter.add(begin, arith::RemUIOp::create(emitter.builder, emitter.location, number, size));
    number = arith::DivUIOp::create(emitter.builder, emitter.location, number, size);
  }
  return values;
}

} // namespace weft
