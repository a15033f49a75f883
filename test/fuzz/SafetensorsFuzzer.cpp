// Any bytes are read as safetensors without harm; what is read lies inside the file, and written again reads
// the same.
#include "lib/tensorfile/Safetensors.h"
#include <cstdlib>
#include <cstring>

using namespace weft;

static void require(bool holds) {
  if (!holds)
    abort();
}

static bool same(const TensorView &a, const TensorView &b) {
  return a.type == b.type && a.shape == b.shape && a.bytes == b.bytes &&
         (a.bytes == 0 || std::memcmp(a.data, b.data, a.bytes) == 0);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::span<const std::byte> bytes(reinterpret_cast<const std::byte *>(data), size);
  auto content = parseSafetensors(bytes, "fuzz.safetensors");
  if (!content) {
    require(!content.error().message.empty());
    return 0;
  }
  for (const auto &[name, tensor] : content->tensors) {
    require(byteCount(tensor.type, tensor.shape) == tensor.bytes);
    require(tensor.data >= bytes.data() && tensor.data + tensor.bytes <= bytes.data() + bytes.size());
  }
  auto written = safetensorsBytes(content->tensors, content->metadata);
  auto again = parseSafetensors(written, "again.safetensors");
  require(bool(again) && again->tensors.size() == content->tensors.size());
  for (const auto &[name, tensor] : content->tensors)
    require(same(tensor, again->tensors.at(name)));
  return 0;
}
