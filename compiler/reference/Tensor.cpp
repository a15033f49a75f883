#include "compiler/reference/Tensor.h"
#include <cmath>

namespace weft::reference {

void Tensor::layOut(llvm::ArrayRef<int64_t> shape) {
  extents.assign(shape.begin(), shape.end());
  strides.assign(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
}

Tensor::Tensor(bool isReal, llvm::ArrayRef<int64_t> shape)
    : holdsReals(isReal), owned(std::make_shared<Array>()), array(owned.get()) {
  layOut(shape);
  size_t count = 1;
  for (int64_t extent : shape)
    count *= static_cast<size_t>(extent);
  owned->shape.assign(shape.begin(), shape.end());
  if (isReal)
    owned->reals.resize(count);
  else
    owned->integers.resize(count);
}

Tensor::Tensor(bool isReal, const Array &source) : holdsReals(isReal), array(&source) {
  layOut(source.shape);
}

Tensor Tensor::ofScalar(bool isReal, Scalar value) {
  Tensor result(isReal, llvm::ArrayRef<int64_t>());
  result.write({}, value);
  return result;
}

int64_t Tensor::place(llvm::ArrayRef<int64_t> position) const {
  int64_t result = offset;
  for (size_t i = 0; i < position.size(); ++i)
    result += position[i] * strides[i];
  return result;
}

Scalar Tensor::read(llvm::ArrayRef<int64_t> position) const {
  int64_t i = place(position);
  return holdsReals ? Scalar::ofReal(array->reals[i]) : Scalar::ofInteger(array->integers[i]);
}

void Tensor::write(llvm::ArrayRef<int64_t> position, Scalar value) {
  int64_t i = place(position);
  if (holdsReals)
    owned->reals[i] = value.real;
  else
    owned->integers[i] = static_cast<int64_t>(value.integer);
}

Tensor Tensor::at(unsigned depth, int64_t index) const {
  Tensor result = *this;
  if (!array)
    return result;
  result.offset += index * strides[depth];
  result.extents.erase(result.extents.begin() + depth);
  result.strides.erase(result.strides.begin() + depth);
  return result;
}

Array Tensor::toArray() const {
  Tensor dense(holdsReals, extents);
  copyInto({dense, {}}, {*this, {}});
  return std::move(*dense.owned);
}

Wire Wire::at(unsigned depth, int64_t index) const {
  if (parts.empty())
    return {tensor.at(depth, index), {}};
  Wire result;
  for (const Wire &part : parts)
    result.parts.push_back(part.at(depth, index));
  return result;
}

bool forEachPosition(llvm::ArrayRef<int64_t> shape, llvm::function_ref<bool(llvm::ArrayRef<int64_t>)> visit) {
  if (llvm::is_contained(shape, 0))
    return true;
  llvm::SmallVector<int64_t, 4> position(shape.size(), 0);
  while (true) {
    if (!visit(position))
      return false;
    size_t axis = shape.size();
    while (axis > 0 && ++position[axis - 1] == shape[axis - 1])
      position[--axis] = 0;
    if (axis == 0)
      return true;
  }
}

void copyInto(Wire to, const Wire &from) {
  for (size_t i = 0; i < from.parts.size(); ++i)
    copyInto(to.parts[i], from.parts[i]);
  if (!from.parts.empty())
    return;
  forEachPosition(from.tensor.shape(), [&](llvm::ArrayRef<int64_t> position) {
    to.tensor.write(position, from.tensor.read(position));
    return true;
  });
}

bool same(const Wire &a, const Wire &b) {
  if (!a.parts.empty())
    return llvm::all_of(llvm::zip(a.parts, b.parts),
                        [](auto pair) { return same(std::get<0>(pair), std::get<1>(pair)); });
  return forEachPosition(a.tensor.shape(), [&](llvm::ArrayRef<int64_t> position) {
    Scalar x = a.tensor.read(position), y = b.tensor.read(position);
    return x.integer == y.integer && (x.real == y.real || (std::isnan(x.real) && std::isnan(y.real)));
  });
}

} // namespace weft::reference
