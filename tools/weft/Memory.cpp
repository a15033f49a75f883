// What does not fit this machine's memory is said, and not tried.
#include "compiler/reference/FileArrays.h"
#include "tools/weft/Wires.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

namespace weft {

// What the machine has, or this process may take.
static uint64_t memoryBytes() {
  uint64_t bytes = uint64_t(sysconf(_SC_PHYS_PAGES)) * uint64_t(sysconf(_SC_PAGESIZE));
  rlimit limits;
  if (!getrlimit(RLIMIT_AS, &limits) && limits.rlim_cur != RLIM_INFINITY)
    bytes = std::min<uint64_t>(bytes, limits.rlim_cur);
  return bytes;
}

bool fitInMemory(llvm::ArrayRef<EdgeWire> wires, llvm::StringRef what, llvm::StringRef real,
                 const AxisTable &axes, const Sizes &sizes, Diagnostics &diagnostics) {
  constexpr double gigabyte = 1e9;
  const uint64_t most = memoryBytes();
  double total = 0;
  for (const EdgeWire &wire : wires) {
    std::vector<int64_t> shape = shapeOf(wire.type, axes, sizes);
    for (auto [axis, size] : llvm::zip(wire.type.getAxes(), shape))
      if (size < 0) {
        diagnostics.error("size.mismatch", {}, fmt::format("axis `{}` would have size {}", axis.str(), size));
        return false;
      }
    std::optional<size_t> bytes = byteCount(reference::storedType(wire.type, real), shape);
    if (!bytes) {
      diagnostics.error("limit", {}, "the bytes of `" + wire.name + "` do not fit 64 bits");
      return false;
    }
    total += double(*bytes);
  }
  if (total <= double(most))
    return true;
  diagnostics.error("limit", {},
                    fmt::format("{} take {:.1f} GB, and there are {:.1f} GB of memory", what.str(),
                                total / gigabyte, double(most) / gigabyte));
  return false;
}

} // namespace weft
