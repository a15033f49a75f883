#include "dialects/weft/OpenSizes.h"

using namespace mlir;

namespace weft {

bool readsOpenSize(EquationOp equation, const AxisTable &axes) {
  auto isOpen = [&](StringRef axis) { return !axes.size(axis).constant(); };
  auto isOpenIndex = [&](Value value) {
    auto type = dyn_cast<ObjectType>(value.getType());
    return type && type.isIndex() && isOpen(type.getElement().getValue());
  };
  return equation
      ->walk([&](Operation *op) {
        auto size = dyn_cast<SizeOp>(op);
        bool isFound = (size && isOpen(size.getAxis())) || llvm::any_of(op->getResults(), isOpenIndex);
        for (Region &region : op->getRegions())
          for (Block &block : region)
            isFound |= llvm::any_of(block.getArguments(), isOpenIndex);
        return isFound ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

} // namespace weft
