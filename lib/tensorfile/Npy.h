// numpy's `.npy` files, versions 1 to 3. Format: numpy.lib.format.
#pragma once

#include "lib/tensorfile/Tensor.h"

#include <span>

namespace weft {

/// Little endian; Fortran order comes out row-major; big endian, objects and structures are refused.
FileResult<Tensor> readNpy(const std::string &path);
FileResult<Tensor> parseNpy(std::span<const std::byte> bytes, const std::string &name);
std::optional<FileError> writeNpy(const std::string &path, const Tensor &tensor);

} // namespace weft
