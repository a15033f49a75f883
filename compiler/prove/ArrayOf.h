// Arrays of scalars of any domain, row-major, and their slices.
#pragma once

#include "compiler/reference/Tensor.h"

#include <vector>

namespace weft::prove {

template <typename Scalar> struct ArrayOf {
  std::vector<int64_t> shape;
  std::vector<Scalar> elements;

  static size_t placeOf(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> position) {
    size_t place = 0;
    for (auto [extent, at] : llvm::zip(shape, position))
      place = place * extent + at;
    return place;
  }

  /// The slice at one position of an axis.
  ArrayOf sliceAt(size_t axis, int64_t index) const {
    ArrayOf slice{shape, {}};
    slice.shape.erase(slice.shape.begin() + axis);
    forEachOf(slice.shape, axis, index, [&](size_t place) { slice.elements.push_back(elements[place]); });
    return slice;
  }

  /// The slice becomes another array.
  void putSlice(size_t axis, int64_t index, const ArrayOf &slice) {
    size_t from = 0;
    forEachOf(slice.shape, axis, index, [&](size_t place) { elements[place] = slice.elements[from++]; });
  }

private:
  // The places of a slice in the whole.
  void forEachOf(llvm::ArrayRef<int64_t> sliceShape, size_t axis, int64_t index,
                 llvm::function_ref<void(size_t)> visit) const {
    reference::forEachPosition(sliceShape, [&](llvm::ArrayRef<int64_t> position) {
      llvm::SmallVector<int64_t> whole(position);
      whole.insert(whole.begin() + axis, index);
      visit(placeOf(shape, whole));
      return true;
    });
  }
};

} // namespace weft::prove
