#include "compiler/target/cpu/EquationWork.h"
#include "compiler/target/cpu/FactorAddress.h"
#include "dialects/weft/FunctionWork.h"

using namespace mlir;

namespace weft {

// How many elements have the same key, more or less: nobody knows before it runs.
static constexpr int64_t elementsOfKey = 8;

bool isManyOperations(Function function) { return workOf(function) >= manyOperations; }

static int64_t workOf(Operation &op) {
  if (auto apply = dyn_cast<ApplyOp>(op))
    return weft::workOf(apply.getFunction());
  return op.hasTrait<OpTrait::ConstantLike>() ? 0 : workOfAddition;
}

static Value workOf(FunctionEmitter &emitter, Region &region) {
  int64_t known = 0;
  Value total = emitter.constant(0);
  for (Block &block : region)
    for (Operation &op : block) {
      known += workOf(op);
      auto fold = dyn_cast<FoldOp>(op);
      Value times = emitter.constant(1);
      if (fold) {
        for (BlockArgument index : fold.indices())
          times = fold.isRanged() && index.getArgNumber() == fold.rangedIndex()
                      ? emitter.workOf(times, emitter.constant(elementsOfKey))
                      : emitter.workOf(times, emitter.sizeOf(cast<ObjectType>(index.getType()).getElement()));
        auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
        Value combine = workOf(emitter, monoid.getCombine());
        total = emitter.add(total, emitter.workOf(times, combine));
      }
      for (Region &inner : op.getRegions())
        total = emitter.add(total, emitter.workOf(times, workOf(emitter, inner)));
    }
  return emitter.add(total, emitter.constant(known));
}

Value workOfElement(FunctionEmitter &emitter, DefineOp define) {
  // Integers are computed one by one.
  constexpr int64_t alone = 8;
  Value work = workOf(emitter, *define->getParentRegion());
  return cast<ObjectType>(define.getValue().getType()).isReal()
             ? work
             : emitter.workOf(work, emitter.constant(alone));
}

Value workOfEquation(FunctionEmitter &emitter, EquationOp equation, const ContractionPlan *plan) {
  Value total = emitter.constant(0);
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause) {
    Value elements = countOf(emitter, equation.indices(clause));
    Value each = plan ? countOf(emitter, plan->summed) : workOfElement(emitter, equation.define(clause));
    total = emitter.add(total, emitter.workOf(elements, each));
  }
  return total;
}

} // namespace weft
