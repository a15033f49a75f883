#include "compiler/target/cpu/RowWindows.h"
#include "compiler/target/cpu/FactorAddress.h"
#include "dialects/weft/Totality.h"

using namespace mlir;

namespace weft {

void forEachRowBlock(FunctionEmitter &emitter, const RowGroup &group, Value work,
                     llvm::function_ref<void(ArrayRef<IndexWindow>)> body) {
  Value size = emitter.constant(group.blockRows);
  IndexWindow blocked = emitter.windowOf(RowGroup::index(group.last(), group.blocked));
  auto unit = [&](Value a, Value b) {
    return arith::DivUIOp::create(emitter.builder, emitter.location, a, b);
  };
  Value rounded = emitter.add(blocked.end, emitter.constant(group.blockRows - 1));
  std::optional<int64_t> known = FunctionEmitter::constantOf(rounded);
  Value blocks = known ? emitter.constant(*known / group.blockRows) : Value(unit(rounded, size));
  SmallVector<BlockArgument> single;
  for (unsigned row = 0; row < group.rows; ++row)
    if (row != group.blocked)
      single.push_back(RowGroup::index(group.last(), row));
  Value count = emitter.multiply(countOf(emitter, single), blocks);
  // Blocks of a running fold follow one another: parts are whole runs.
  Value parts = group.isRunning ? countOf(emitter, single) : count;
  Value ofPart = group.isRunning ? blocks : emitter.constant(1);
  emitter.split(emitter.constant(0), parts, 1, work, [&](Value firstPart, Value lastPart) {
    Value begin = emitter.multiply(firstPart, ofPart), end = emitter.multiply(lastPart, ofPart);
    emitter.loop(begin, end, [&](Value number) {
      Value block = number, rest = emitter.constant(0);
      if (!single.empty()) {
        block = arith::RemUIOp::create(emitter.builder, emitter.location, number, blocks);
        rest = unit(number, blocks);
      }
      IndexValues positions = decompose(emitter, single, rest);
      SmallVector<IndexWindow> rows;
      for (unsigned row = 0, i = 0; row < group.rows; ++row) {
        Value first = row == group.blocked ? emitter.multiply(block, size) : positions.lookup(single[i++]);
        Value last = emitter.add(first, row == group.blocked ? size : emitter.constant(1));
        rows.push_back({first, row == group.blocked ? emitter.minimum(last, blocked.end) : last});
      }
      emitter.onOneThread([&] { body(rows); });
    });
  });
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
