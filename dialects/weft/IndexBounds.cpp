#include "dialects/weft/IndexBounds.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

bool readAffine(Value value, int64_t factor, const AxisTable &axes, AffinePosition &result) {
  if (isa<BlockArgument>(value)) {
    for (auto &[index, coefficient] : result.terms)
      if (index == value) {
        coefficient += factor;
        return true;
      }
    result.terms.push_back({value, factor});
    return true;
  }
  Operation *op = value.getDefiningOp();
  if (auto convert = dyn_cast<ConvertOp>(op))
    return (objectOf(convert.getValue()).isIndex() || objectOf(convert.getValue()) == objectOf(value)) &&
           readAffine(convert.getValue(), factor, axes, result);
  if (auto constant = dyn_cast<ConstantOp>(op)) {
    result.constant += factor * cast<IntegerAttr>(constant.getValue()).getInt();
    return true;
  }
  if (auto size = dyn_cast<SizeOp>(op)) {
    std::optional<int64_t> known = axes.size(size.getAxis()).constant();
    result.constant += factor * known.value_or(0);
    return known.has_value();
  }
  auto apply = dyn_cast<ApplyOp>(op);
  if (!apply || std::abs(factor) > 1 << 20)
    return false;
  auto operand = [&](unsigned i) { return apply.getValues()[i]; };
  switch (apply.getFunction()) {
  case Function::add:
    return readAffine(operand(0), factor, axes, result) && readAffine(operand(1), factor, axes, result);
  case Function::sub:
    return readAffine(operand(0), factor, axes, result) && readAffine(operand(1), -factor, axes, result);
  case Function::neg:
    return readAffine(operand(0), -factor, axes, result);
  case Function::mul:
    for (unsigned side : {0u, 1u}) {
      AffinePosition number;
      if (readAffine(operand(side), 1, axes, number) && number.terms.empty())
        return std::abs(number.constant) < 1 << 20 &&
               readAffine(operand(1 - side), factor * number.constant, axes, result);
    }
    return false;
  default:
    return false;
  }
}

std::optional<AffinePosition> readComparison(Value condition, const AxisTable &axes) {
  auto apply = condition.getDefiningOp<ApplyOp>();
  if (!apply)
    return std::nullopt;
  Function function = apply.getFunction();
  if (function != Function::lt && function != Function::le && function != Function::gt &&
      function != Function::ge)
    return std::nullopt;
  bool isLess = function == Function::lt || function == Function::le;
  AffinePosition difference;
  if (objectOf(apply.getValues()[0]).isReal() ||
      !readAffine(apply.getValues()[0], isLess ? 1 : -1, axes, difference) ||
      !readAffine(apply.getValues()[1], isLess ? -1 : 1, axes, difference))
    return std::nullopt;
  if (function == Function::lt || function == Function::gt)
    ++difference.constant;
  return difference;
}

void splitConjunction(Value condition, SmallVectorImpl<Value> &terms) {
  if (auto apply = condition.getDefiningOp<ApplyOp>(); apply && apply.getFunction() == Function::and_) {
    for (Value side : apply.getValues())
      splitConjunction(side, terms);
    return;
  }
  auto choice = condition.getDefiningOp<IfOp>();
  auto yielded = [](Region &region) { return region.front().getTerminator()->getOperand(0); };
  auto otherwise = choice ? yielded(choice.getElseRegion()).getDefiningOp<ConstantOp>() : ConstantOp();
  if (!otherwise || cast<IntegerAttr>(otherwise.getValue()).getInt() != 0) {
    terms.push_back(condition);
    return;
  }
  splitConjunction(choice.getCondition(), terms);
  splitConjunction(yielded(choice.getThenRegion()), terms);
}

// A comparison that bounds an index from one side.
static bool readBound(Value condition, BlockArgument bounded, const AxisTable &axes, IndexBounds &bounds) {
  std::optional<AffinePosition> difference = readComparison(condition, axes);
  if (!difference)
    return false;
  int64_t factor = 0;
  AffinePosition rest{{}, difference->constant};
  for (auto [index, coefficient] : difference->terms)
    if (index == bounded)
      factor = coefficient;
    else
      rest.terms.push_back({index, coefficient});
  if (factor == -1) {
    bounds.begins.push_back(rest);
    return true;
  }
  // index <= −rest
  for (auto &[index, coefficient] : rest.terms)
    coefficient = -coefficient;
  rest.constant = 1 - rest.constant;
  bounds.ends.push_back(rest);
  return factor == 1;
}

std::optional<IndexBounds> readBounds(FoldOp fold, const AxisTable &axes) {
  if (fold.indices().size() != 1 || fold.getMask().empty())
    return std::nullopt;
  Block &mask = fold.getMask().front();
  SmallVector<Value> terms;
  splitConjunction(mask.getTerminator()->getOperand(0), terms);
  IndexBounds bounds;
  for (Value term : terms)
    if (!readBound(term, mask.getArgument(0), axes, bounds))
      return std::nullopt;
  return bounds;
}

} // namespace weft
