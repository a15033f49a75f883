// A fold that does not need all indices in force where it stands becomes a wire of its own:
//
//   y[s, m] = x[s, m] / sum[j](x[s, j])   ⟹   t[s] = sum[j](x[s, j])   y[s, m] = x[s, m] / t[s]
//
// and of several folds in one equation all but one do, as does a contraction inside a fold. The law: an
// expression may be named (referential transparency), where evaluating it can raise no error that the program
// would not.
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_HOISTFOLDS
#include "compiler/normalize/Passes.h.inc"

// Rounding to 16 bits on a wire would change the value.
static bool keepsValue(Type type) {
  StringRef element = cast<ObjectType>(type).getElement();
  return element != "f16" && element != "bf16";
}

// A sum (by what its operation does) over products: worth a place of its own even at no saving of work.
static bool isContraction(FoldOp fold) {
  Operation *argument = fold.getArguments().front().getTerminator()->getOperand(0).getDefiningOp();
  auto product = dyn_cast_or_null<ApplyOp>(argument);
  return product && product.getFunction() == Function::mul &&
         fold.getArguments().front().getTerminator()->getNumOperands() == 1;
}

static FoldOp findCandidate(EquationOp equation) {
  FoldOp found;
  equation->walk([&](FoldOp fold) {
    if (found || !keepsValue(fold.getResult().getType()))
      return;
    SmallVector<BlockArgument> own = indicesOf(fold.getResult(), equation);
    SmallVector<BlockArgument> all = indicesInForce(fold, equation);
    bool inFold = isa<FoldOp>(fold->getParentOp());
    bool saves = own.size() < all.size();
    // The last fold of the outermost level stays: what is around it is its epilogue.
    bool another = false;
    if (fold->getParentOp() == equation)
      for (Operation *next = fold->getNextNode(); next; next = next->getNextNode())
        another |= isa<FoldOp>(next);
    if (!saves && !another && !(inFold && isContraction(fold)))
      return;
    if (isConditional(fold, equation) && !isTotal(fold.getResult()))
      return;
    // What a fold over nothing would not evaluate may be evaluated only when it raises nothing.
    if (inFold && !isTotal(fold.getResult()))
      return;
    found = fold;
  });
  return found;
}

namespace {
struct HoistFolds : impl::HoistFoldsBase<HoistFolds> {
  void runOnOperation() override {
    SmallVector<EquationOp> equations;
    getOperation()->walk([&](EquationOp equation) { equations.push_back(equation); });
    for (EquationOp equation : equations) {
      while (FoldOp fold = findCandidate(equation))
        splitOut(equation, fold.getResult());
      prune(equation);
    }
  }
};
} // namespace

} // namespace weft
