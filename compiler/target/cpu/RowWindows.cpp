#include "compiler/target/cpu/RowWindows.h"
#include "dialects/weft/Totality.h"

using namespace mlir;

namespace weft {

void forEachRowBlock(FunctionEmitter &emitter, const RowGroup &group,
                     llvm::function_ref<void(ArrayRef<IndexWindow>)> body) {
  SmallVector<IndexWindow> rows(group.rows);
  auto axisOf = [&](unsigned row) { return RowGroup::index(group.last(), row); };
  auto inBlocks = [&] {
    IndexWindow all = emitter.windowOf(axisOf(group.blocked));
    emitter.loop(all.begin, all.end, group.blockRows, {}, [&](Value first, ValueRange) -> SmallVector<Value> {
      Value end = emitter.add(first, emitter.constant(group.blockRows));
      rows[group.blocked] = {first, emitter.minimum(end, all.end)};
      body(rows);
      return {};
    });
  };
  std::function<void(unsigned)> nest = [&](unsigned row) {
    if (row == group.rows)
      return inBlocks();
    if (row == group.blocked)
      return nest(row + 1);
    IndexWindow all = emitter.windowOf(axisOf(row));
    emitter.loop(all.begin, all.end, [&](Value i) {
      rows[row] = {i, emitter.add(i, emitter.constant(1))};
      nest(row + 1);
    });
  };
  nest(0);
}

namespace {

class WindowFinder {
public:
  WindowFinder(FunctionEmitter &emitter, const RowGroup &group) : emitter(emitter), group(group) {}

  IndexWindows find(ArrayRef<IndexWindow> rows) {
    for (EquationOp member : llvm::reverse(group.members)) {
      for (auto [row, window] : llvm::enumerate(rows))
        windows[RowGroup::index(member, row)] = window;
      // What raises errors raises them all.
      if (member != group.last() && isTotal(member.getClauses().front()))
        for (unsigned i = group.rows; i < member.define(0).getPositions().size(); ++i)
          ask(member, i);
    }
    return windows;
  }

private:
  // The union of what the readers ask for at one position of the result.
  void ask(EquationOp member, unsigned position) {
    BlockArgument index = RowGroup::index(member, position);
    std::optional<IndexWindow> asked;
    for (OpOperand &use : member.getResult().getUses()) {
      auto reader = cast<EquationOp>(use.getOwner());
      for (Operation *user : reader.wireArgument(0, use.getOperandNumber()).getUsers()) {
        std::optional<IndexWindow> here = windowOf(cast<ReadOp>(user).getPositions()[position]);
        if (!here)
          return;
        asked = asked ? IndexWindow{emitter.minimum(asked->begin, here->begin),
                                    emitter.maximum(asked->end, here->end)}
                      : *here;
      }
    }
    if (asked)
      windows[index] = {asked->begin, emitter.maximum(asked->begin, asked->end)};
  }

  // None: all of the axis, or nobody knows.
  std::optional<IndexWindow> windowOf(Value position) {
    if (auto known = windows.find(position); known != windows.end())
      return known->second;
    auto index = dyn_cast<BlockArgument>(position);
    auto fold = index ? dyn_cast<FoldOp>(index.getOwner()->getParentOp()) : FoldOp();
    if (!fold || index.getParentRegion() != &fold.getArguments())
      return std::nullopt;
    std::optional<IndexBounds> bounds = readBounds(fold, emitter.axes);
    if (!bounds)
      return std::nullopt;
    IndexWindow window = emitter.windowOf(position);
    for (const AffinePosition &begin : bounds->begins)
      window.begin = emitter.maximum(window.begin, extreme(begin, false));
    for (const AffinePosition &end : bounds->ends)
      window.end = emitter.minimum(window.end, extreme(end, true));
    return window;
  }

  // The least or greatest value over the rows.
  Value extreme(const AffinePosition &position, bool greatest) {
    Value total = emitter.constant(position.constant);
    for (auto [index, coefficient] : position.terms) {
      IndexWindow window = emitter.windowOf(index, windows);
      Value value =
          (coefficient > 0) == greatest ? emitter.subtract(window.end, emitter.constant(1)) : window.begin;
      total = emitter.add(total, emitter.multiply(value, emitter.constant(coefficient)));
    }
    return total;
  }

  FunctionEmitter &emitter;
  const RowGroup &group;
  IndexWindows windows;
};

} // namespace

IndexWindows windowsFor(FunctionEmitter &emitter, const RowGroup &group, ArrayRef<IndexWindow> rows) {
  return WindowFinder(emitter, group).find(rows);
}

} // namespace weft
