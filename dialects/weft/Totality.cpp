#include "dialects/weft/Totality.h"
#include "dialects/weft/MonoidShape.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

static bool dividesSafely(ApplyOp division) {
  Operation *divisor = division.getValues()[1].getDefiningOp();
  auto constant = dyn_cast_or_null<ConstantOp>(divisor);
  // A size may be 0, but then there is no element at which it is divided by.
  return isa_and_nonnull<SizeOp>(divisor) ||
         (constant && cast<IntegerAttr>(constant.getValue()).getInt() > 0);
}

bool isTotalOperation(Operation *op) {
  if (auto index = dyn_cast<IndexOp>(op))
    return index.getProved();
  if (isa<CheckOp, CallOp>(op))
    return false;
  if (auto convert = dyn_cast<ConvertOp>(op)) {
    ObjectType from = objectOf(convert.getValue()), to = objectOf(convert.getResult());
    return !to.isInteger() || from.isBool() || (to.getElement() == "i64" && !from.isReal());
  }
  if (auto apply = dyn_cast<ApplyOp>(op)) {
    bool divides = apply.getFunction() == Function::div || apply.getFunction() == Function::mod;
    return !divides || dividesSafely(apply);
  }
  if (auto fold = dyn_cast<FoldOp>(op)) {
    auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
    // What is still being written stands in no program yet: nothing is known of its monoids.
    return monoid && monoid.hasUnit() && liftLiesInDomain(monoid) && !objectOf(fold.getResult()).isInteger();
  }
  return true;
}

bool isTotal(Region &region) {
  bool total = true;
  region.walk([&](Operation *op) { total &= isTotalOperation(op); });
  return total;
}

} // namespace weft
