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

Lifetimes::Lifetimes(NetworkOp network, const RowGroups &groups) { number(network.block(), groups); }

void Lifetimes::number(Block &block, const RowGroups &groups) {
  for (Operation &op : block) {
    const RowGroup *group = groups.find(&op);
    if (group && group->last() != &op)
      continue;
    int64_t first = next++;
    if (isa<ScanOp, IterateOp>(op))
      number(op.getRegion(0).front(), groups);
    int64_t last = next++;
    SmallVector<Operation *> together{&op};
    if (group)
      together.assign(group->members.begin(), group->members.end());
    for (Operation *member : together) {
      steps[member] = first;
      lastSteps[member] = last;
      for (Value result : member->getResults())
        begin[result] = first;
    }
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
