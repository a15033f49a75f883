// A fold that does not need all indices in force where it stands becomes a wire of its own:
//
//   y[s, m] = x[s, m] / sum[j](x[s, j])   ⟹   t[s] = sum[j](x[s, j])   y[s, m] = x[s, m] / t[s]
//
// and of several folds in one equation all but one do, as does a contraction inside a fold, or in a branch
// for positions before or behind others. The law: an expression may be named (referential transparency),
// where evaluating it can raise no error that the program would not. A prefix fold, which costs little more
// at all positions than at one, comes to the outermost level.
#include "compiler/normalize/Passes.h"
#include "compiler/normalize/SplitEquation.h"
#include "dialects/weft/IndexBounds.h"
#include "dialects/weft/PrefixFold.h"

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

// Whether the indices that a fold is taken out of have a value whatever the open axes are.
static bool surelyRuns(ArrayRef<BlockArgument> all, ArrayRef<BlockArgument> own, const AxisTable &axes) {
  return llvm::all_of(all, [&](BlockArgument index) {
    StringRef axis = cast<ObjectType>(index.getType()).getElement();
    return llvm::is_contained(own, index) || axes.size(axis).lowerBound().value_or(0) > 0;
  });
}

// Whether a value stands in a branch that about half of the positions take: `if t <= s then …`. All of a
// product's elements are computed sooner than half of them one by one.
static bool isHalved(FoldOp fold, const AxisTable &axes) {
  auto choice = dyn_cast<IfOp>(fold->getParentOp());
  return choice && readComparison(choice.getCondition(), axes);
}

static FoldOp findCandidate(EquationOp equation, const AxisTable &axes) {
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
    bool isNestedPrefix = fold->getParentOp() != equation && findPrefix(fold, axes);
    bool isProduct = isContraction(fold) && (inFold || isHalved(fold, axes));
    if (!saves && !another && !isProduct && !isNestedPrefix)
      return;
    if (isConditional(fold, equation) && !isTotal(fold.getResult()))
      return;
    // What a loop over nothing would not evaluate may be evaluated only when it raises nothing.
    if ((inFold || !surelyRuns(all, own, axes)) && !isTotal(fold.getResult()))
      return;
    found = fold;
  });
  return found;
}

namespace {
struct HoistFolds : impl::HoistFoldsBase<HoistFolds> {
  void runOnOperation() override {
    AxisTable axes(getOperation());
    for (EquationOp equation : equationsOf(getOperation())) {
      while (FoldOp fold = findCandidate(equation, axes))
        splitOut(equation, fold.getResult());
      prune(equation);
    }
  }
};
} // namespace

} // namespace weft
