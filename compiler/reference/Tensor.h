// What flows along wires while a program is evaluated: views of arrays, and packed tuples of them.
#pragma once

#include "compiler/reference/Array.h"
#include "compiler/reference/Scalar.h"
#include <memory>

namespace weft::reference {

/// A view of an array: fixing an index of an axis copies nothing.
class Tensor {
public:
  /// An absent tensor: nothing needs it.
  Tensor() = default;
  /// A new tensor, to be written.
  Tensor(bool isReal, llvm::ArrayRef<int64_t> shape);
  /// The whole of an array, which must outlive the tensor.
  Tensor(bool isReal, const Array &array);

  /// A tensor without axes that holds one number.
  static Tensor ofScalar(bool isReal, Scalar value);

  llvm::ArrayRef<int64_t> shape() const { return extents; }
  Scalar read(llvm::ArrayRef<int64_t> position) const;
  void write(llvm::ArrayRef<int64_t> position, Scalar value);
  /// The tensor at one index of the axis at `depth`.
  Tensor at(unsigned depth, int64_t index) const;
  Array toArray() const;

private:
  int64_t place(llvm::ArrayRef<int64_t> position) const;
  void layOut(llvm::ArrayRef<int64_t> shape);

  bool holdsReals = false;
  std::shared_ptr<Array> owned;
  const Array *array = nullptr;
  int64_t offset = 0;
  llvm::SmallVector<int64_t, 4> extents, strides;
};

/// One wire: a tensor, or the wires packed into it.
struct Wire {
  Tensor tensor;
  std::vector<Wire> parts;

  Wire at(unsigned depth, int64_t index) const;
};

/// Calls `visit` with every position of a tensor of this shape, the last axis fastest; stops when it gives
/// false.
bool forEachPosition(llvm::ArrayRef<int64_t> shape, llvm::function_ref<bool(llvm::ArrayRef<int64_t>)> visit);

/// Writes all of `from` into `to`, which has the same shape.
void copyInto(Wire to, const Wire &from);

/// Whether two wires hold the same: numbers compared exactly, NaN equal to NaN.
bool same(const Wire &a, const Wire &b);

} // namespace weft::reference
