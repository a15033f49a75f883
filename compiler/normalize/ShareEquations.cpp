// Two equations of one block that say the same become one:
//
//   a[s] = sum[m](x[s, m])   b[s] = sum[m](x[s, m])   ⟹   a[s] = sum[m](x[s, m])   b := a
//
// The law: an equation is a function of its wires. Names do not count.
#include "compiler/normalize/Passes.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_SHAREEQUATIONS
#include "compiler/normalize/Passes.h.inc"

static bool sayTheSame(EquationOp a, EquationOp b) {
  StringAttr name = b.getNameAttr();
  auto indexNames = b.getIndexNamesAttr();
  auto names = b.getNamesAttr();
  b.setNameAttr(a.getNameAttr());
  b->setAttrs(a->getAttrDictionary());
  bool same = OperationEquivalence::isEquivalentTo(a, b, OperationEquivalence::IgnoreLocations);
  b.setNameAttr(name);
  if (indexNames)
    b.setIndexNamesAttr(indexNames);
  if (names)
    b.setNamesAttr(names);
  return same;
}

static void shareIn(Block &block) {
  llvm::DenseMap<llvm::hash_code, SmallVector<EquationOp>> seen;
  for (Operation &op : llvm::make_early_inc_range(block)) {
    auto equation = dyn_cast<EquationOp>(op);
    if (!equation)
      continue;
    SmallVector<Value> wires(equation.getWires());
    auto key = llvm::hash_combine(equation.getResult().getType(),
                                  llvm::hash_combine_range(wires.begin(), wires.end()));
    auto &candidates = seen[key];
    auto *same = llvm::find_if(candidates, [&](EquationOp earlier) { return sayTheSame(earlier, equation); });
    if (same == candidates.end()) {
      candidates.push_back(equation);
      continue;
    }
    equation.getResult().replaceAllUsesWith(same->getResult());
    equation.erase();
  }
}

namespace {
struct ShareEquations : impl::ShareEquationsBase<ShareEquations> {
  void runOnOperation() override {
    getOperation()->walk([](Block *block) {
      if (isa<NetworkOp, ScanOp, IterateOp>(block->getParentOp()))
        shareIn(*block);
    });
  }
};
} // namespace

} // namespace weft
