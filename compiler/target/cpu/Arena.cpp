#include "compiler/target/cpu/Arena.h"

using namespace mlir;

namespace weft {

static bool bounds(const Size &large, const Size &small) {
  std::optional<Size> difference = subtract(large, small);
  std::optional<int64_t> low = difference ? difference->lowerBound() : std::nullopt;
  return low && *low >= 0;
}

unsigned Arena::place(const Size &bytes, int64_t first, int64_t last) {
  for (auto [i, slot] : llvm::enumerate(all)) {
    if (slot.freeFrom > first || (!bounds(slot.bytes, bytes) && !bounds(bytes, slot.bytes)))
      continue;
    if (!bounds(slot.bytes, bytes))
      slot.bytes = bytes;
    slot.freeFrom = last + 1;
    return i;
  }
  all.push_back({bytes, last + 1});
  return all.size() - 1;
}

Lifetimes::Lifetimes(NetworkOp network) { number(network.block()); }

void Lifetimes::number(Block &block) {
  for (Operation &op : block) {
    steps[&op] = next++;
    for (Value result : op.getResults())
      begin[result] = steps[&op];
    if (isa<ScanOp, IterateOp>(op))
      number(op.getRegion(0).front());
    lastSteps[&op] = next++;
  }
}

// A wire that a loop body uses from outside lives as long as the loop.
int64_t Lifetimes::last(Value wire) const {
  int64_t end = begin.lookup(wire);
  for (Operation *user : wire.getUsers()) {
    while (user->getParentRegion() != wire.getParentRegion())
      user = user->getParentOp();
    end = std::max(end, lastSteps.lookup(user));
  }
  return end;
}

} // namespace weft
