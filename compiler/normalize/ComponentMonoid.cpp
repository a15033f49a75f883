#include "compiler/normalize/ComponentMonoid.h"
#include "compiler/normalize/SplitEquation.h"

using namespace mlir;

namespace weft {

static bool isSymmetric(Function function) {
  return function == Function::add || function == Function::mul || function == Function::max ||
         function == Function::min;
}

// Its laws: what holds of the whole holds of a part that needs no other. Sums and the like commute by what
// they are.
static DictionaryAttr lawsOf(MonoidOp monoid, Value combined, bool isLinear) {
  Builder at(monoid.getContext());
  StringAttr status = at.getStringAttr(monoid.law("associative"));
  SmallVector<StringRef> laws{"associative", "unit"};
  auto apply = combined.getDefiningOp<ApplyOp>();
  bool ofArguments = apply && llvm::all_of(apply.getValues(), llvm::IsaPred<BlockArgument>) &&
                     apply.getValues().size() == 2 && apply.getValues()[0] != apply.getValues()[1];
  if (isLinear || (ofArguments && isSymmetric(apply.getFunction())))
    laws.push_back("commutative");
  if (!isLinear && ofArguments &&
      (apply.getFunction() == Function::max || apply.getFunction() == Function::min))
    laws.push_back("idempotent");
  return at.getDictionaryAttr(
      llvm::map_to_vector(laws, [&](StringRef law) { return at.getNamedAttr(law, status); }));
}

MonoidOp componentMonoid(MonoidOp monoid, unsigned component, bool isLinear) {
  std::string name =
      monoid.getSymName().str() + "." + cast<StringAttr>(monoid.getComponents()[component]).str();
  auto module = monoid->getParentOfType<ModuleOp>();
  if (auto known = module.lookupSymbol<MonoidOp>(name))
    return known;
  OpBuilder at(monoid);
  Location location = monoid.getLoc();
  auto type = cast<ObjectType>(cast<TypeAttr>(monoid.getCarrier()[component]).getValue());
  Value combined = monoid.getCombine().front().getTerminator()->getOperand(component);
  auto names = at.getStrArrayAttr({"x"});
  auto part = MonoidOp::create(at, location, at.getStringAttr(name), names, at.getTypeArrayAttr({type}),
                               names, lawsOf(monoid, combined, isLinear));
  auto yields = [&](Region &region, unsigned arguments, llvm::function_ref<Value(Block &)> value) {
    Block *block = at.createBlock(&region);
    for (unsigned i = 0; i < arguments; ++i)
      block->addArgument(type, location);
    YieldOp::create(at, location, value(*block));
  };
  Value unit = monoid.getUnit().front().getTerminator()->getOperand(component);
  yields(part.getUnit(), 0, [&](Block &) {
    IRMapping map;
    return copySlice(at, unit, map);
  });
  yields(part.getCombine(), 2, [&](Block &block) -> Value {
    if (isLinear)
      return ApplyOp::create(at, location, type, Function::add, block.getArguments());
    IRMapping map;
    Block &combine = monoid.getCombine().front();
    map.map(combine.getArgument(component), block.getArgument(0));
    map.map(combine.getArgument(component + monoid.getComponents().size()), block.getArgument(1));
    return copySlice(at, combined, map);
  });
  for (Region *region : {&part.getLift(), &part.getLower()})
    yields(*region, 1, [](Block &block) { return block.getArgument(0); });
  return part;
}

} // namespace weft
