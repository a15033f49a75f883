// Wires are used exactly once: those used several times are copied where they come from.
#include "compiler/elaborate/Body.h"

using namespace mlir;

namespace weft {

static void copyWire(Value wire, OpBuilder &builder) {
  SmallVector<OpOperand *> uses;
  for (OpOperand &use : wire.getUses())
    uses.push_back(&use);
  if (uses.size() < 2)
    return;
  llvm::sort(uses, [](OpOperand *a, OpOperand *b) {
    if (a->getOwner() == b->getOwner())
      return a->getOperandNumber() < b->getOperandNumber();
    return a->getOwner()->isBeforeInBlock(b->getOwner());
  });
  SmallVector<Type> types(uses.size(), wire.getType());
  CopyOp copy = CopyOp::create(builder, wire.getLoc(), types, wire);
  for (auto [use, value] : llvm::zip(uses, copy.getCopies()))
    use->set(value);
}

void makeLinear(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isa<UnpackOp>(op) && op.use_empty())
      op.erase();
  OpBuilder builder(block.getParent()->getContext());
  builder.setInsertionPointToStart(&block);
  for (BlockArgument argument : block.getArguments())
    copyWire(argument, builder);
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (isa<CopyOp>(op))
      continue;
    builder.setInsertionPointAfter(&op);
    for (Value result : op.getResults())
      copyWire(result, builder);
    if (isa<EquationOp, ContractOp>(op))
      continue;
    for (mlir::Region &region : op.getRegions())
      for (Block &inner : region)
        makeLinear(inner);
  }
}

} // namespace weft
