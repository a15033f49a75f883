// Tensors as callers give and get them.
#pragma once

#include <cstdint>
#include <vector>

namespace weft::reference {

/// Row-major. `reals` holds a tensor of reals, `integers` any other: truth values as 0 and 1, indices as
/// numbers.
struct Array {
  std::vector<int64_t> shape;
  std::vector<double> reals;
  std::vector<int64_t> integers;
};

} // namespace weft::reference
