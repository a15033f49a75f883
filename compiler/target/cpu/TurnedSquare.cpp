#include "compiler/target/cpu/TurnedSquare.h"

using namespace mlir;

namespace weft {

// Quarters change places, then quarters of quarters.
void turnSquare(FunctionEmitter &emitter, MutableArrayRef<Value> square) {
  unsigned size = square.size();
  for (unsigned half = size / 2; half >= 1; half /= 2) {
    SmallVector<int32_t> upper, lower;
    for (unsigned lane = 0; lane < size; ++lane) {
      upper.push_back(lane & half ? size + lane - half : lane);
      lower.push_back(lane & half ? size + lane : lane + half);
    }
    for (unsigned i = 0; i < size; ++i) {
      if (i & half)
        continue;
      Value a = square[i], c = square[i + half];
      square[i] = LLVM::ShuffleVectorOp::create(emitter.builder, emitter.location, a, c, upper);
      square[i + half] = LLVM::ShuffleVectorOp::create(emitter.builder, emitter.location, a, c, lower);
    }
  }
}

} // namespace weft
