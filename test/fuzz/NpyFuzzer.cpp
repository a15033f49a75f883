// Any bytes are read as npy without harm, and what is read has the size that its shape says.
#include "lib/tensorfile/Npy.h"
#include <cstdlib>

using namespace weft;

static void require(bool holds) {
  if (!holds)
    abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto tensor = parseNpy({reinterpret_cast<const std::byte *>(data), size}, "fuzz.npy");
  if (!tensor) {
    require(!tensor.error().message.empty());
    return 0;
  }
  require(byteCount(tensor->type, tensor->shape) == tensor->data.size());
  if (size_t count = tensor->count())
    elementAsDouble(tensor->type, tensor->data.data(), count - 1);
  return 0;
}
