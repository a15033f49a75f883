#include "dialects/weft/PrefixFold.h"
#include "dialects/weft/IndexBounds.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

// Whether a value is computed from an index.
static bool dependsOn(Value value, Value index) {
  llvm::SetVector<Value> seen;
  seen.insert(value);
  for (unsigned i = 0; i < seen.size(); ++i) {
    Operation *op = seen[i].getDefiningOp();
    if (!op)
      continue;
    seen.insert(op->operand_begin(), op->operand_end());
    getUsedValuesDefinedAbove(op->getRegions(), seen);
  }
  return seen.contains(index);
}

static bool dependsOn(Region &region, Value index) {
  llvm::SetVector<Value> used;
  getUsedValuesDefinedAbove(region, used);
  return llvm::any_of(used, [&](Value value) { return dependsOn(value, index); });
}

// The bound of `fold`'s outermost index that a term of its mask is, if it is one.
static std::optional<PrefixFold> readBound(Value term, FoldOp fold, const AxisTable &axes) {
  std::optional<AffinePosition> difference = readComparison(term, axes);
  if (!difference || difference->terms.size() != 2)
    return std::nullopt;
  BlockArgument own = fold.getMask().getArgument(0);
  auto [first, second] = std::pair(difference->terms[0], difference->terms[1]);
  if (first.first != own)
    std::swap(first, second);
  auto position = cast<BlockArgument>(second.first);
  if (first.first != own || position.getParentRegion() == &fold.getMask() || std::abs(first.second) != 1 ||
      second.second != -first.second)
    return std::nullopt;
  PrefixFold prefix;
  prefix.along = fold.indices().front();
  prefix.position = position;
  prefix.isForward = first.second == 1;
  prefix.shift = prefix.isForward ? -difference->constant : difference->constant;
  return prefix;
}

std::optional<PrefixFold> findPrefix(FoldOp fold, const AxisTable &axes, std::string *why) {
  auto refuse = [&](const char *text) -> std::optional<PrefixFold> {
    if (why)
      *why = text;
    return std::nullopt;
  };
  if (fold.getMask().empty())
    return std::nullopt;
  SmallVector<Value> terms;
  splitConjunction(fold.getMask().front().getTerminator()->getOperand(0), terms);
  std::optional<PrefixFold> prefix;
  Value bound;
  for (Value term : terms)
    if (std::optional<PrefixFold> found = prefix ? std::nullopt : readBound(term, fold, axes)) {
      prefix = found;
      bound = term;
    }
  if (!prefix)
    return std::nullopt;
  prefix->isMasked = terms.size() > 1;
  // A shift is no wider than an axis may be, so that positions and shifts add up.
  if (std::abs(prefix->shift) > int64_t(1) << 40)
    return refuse("the shift is out of range");
  for (Value term : terms)
    if (term != bound && dependsOn(term, prefix->position))
      return refuse("both ends of the window move");
  if (dependsOn(fold.getArguments(), prefix->position))
    return refuse("its elements depend on the position itself");
  return prefix;
}

std::string whyNotRunning(FoldOp fold, const PrefixFold &prefix) {
  auto equation = dyn_cast<EquationOp>(fold->getParentOp());
  if (!equation ||
      !llvm::is_contained(equation.indices(fold->getParentRegion()->getRegionNumber()), prefix.position))
    return "it stands where it may not be evaluated";
  auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
  if (!prefix.isForward && !monoid.licenses("associative"))
    return "backwards, `" + monoid.getSymName().str() + "` would have to be associative";
  return "";
}

} // namespace weft
