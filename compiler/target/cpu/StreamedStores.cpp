#include "compiler/target/cpu/StreamedStores.h"

using namespace mlir;

namespace weft {

// So far ahead that a line comes from beyond the second-level cache in time (measured: 0.5 to 8 KiB do
// alike).
constexpr int64_t bytesAhead = 4096;

// What is known to be small stays in the cache, and a part of a tensor that is kept in rows is one.
static bool mayBeLong(FunctionEmitter &emitter, const Buffer &result) {
  if (result.origin)
    return false;
  std::optional<Size> count = emitter.axes.count(result.type);
  std::optional<int64_t> elements = count ? count->constant() : std::nullopt;
  return !elements || *elements > emitter.target.level2 / emitter.elementBytes(result.type);
}

void askForLinesAhead(ExpressionEmitter &expressions, const Buffer &result, const Scalar &element) {
  FunctionEmitter &emitter = expressions.emitter;
  if (!element.affine || element.step != 1 || expressions.activeLanes || !mayBeLong(emitter, result))
    return;
  Type type = emitter.storageType(result.type);
  Value first = emitter.address(result.base, element.value, type);
  int64_t bytes = expressions.lanes * emitter.elementBytes(result.type);
  for (int64_t line = 0; line < bytes; line += CpuTarget::lineBytes)
    LLVM::Prefetch::create(emitter.builder, emitter.location,
                           emitter.offsetBytes(first, emitter.constant(bytesAhead + line)), /*rw=*/0,
                           /*hint=*/3, /*cache=*/1);
}

} // namespace weft
