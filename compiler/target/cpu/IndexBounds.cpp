#include "compiler/target/cpu/IndexBounds.h"

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

// A comparison as `sum of terms <= 0`; several by `and`, which is `if a then b else false`.
static bool readBound(Value condition, BlockArgument bounded, const AxisTable &axes, IndexBounds &bounds) {
  if (auto choice = condition.getDefiningOp<IfOp>()) {
    Value second = choice.getThenRegion().front().getTerminator()->getOperand(0);
    Value otherwise = choice.getElseRegion().front().getTerminator()->getOperand(0);
    auto constant = otherwise.getDefiningOp<ConstantOp>();
    return constant && cast<IntegerAttr>(constant.getValue()).getInt() == 0 &&
           readBound(choice.getCondition(), bounded, axes, bounds) &&
           readBound(second, bounded, axes, bounds);
  }
  auto apply = condition.getDefiningOp<ApplyOp>();
  if (!apply)
    return false;
  Function function = apply.getFunction();
  if (function == Function::and_)
    return readBound(apply.getValues()[0], bounded, axes, bounds) &&
           readBound(apply.getValues()[1], bounded, axes, bounds);
  if (function != Function::lt && function != Function::le && function != Function::gt &&
      function != Function::ge)
    return false;
  bool isLess = function == Function::lt || function == Function::le;
  AffinePosition difference;
  if (objectOf(apply.getValues()[0]).isReal() ||
      !readAffine(apply.getValues()[0], isLess ? 1 : -1, axes, difference) ||
      !readAffine(apply.getValues()[1], isLess ? -1 : 1, axes, difference))
    return false;
  if (function == Function::lt || function == Function::gt)
    ++difference.constant;
  int64_t factor = 0;
  AffinePosition rest{{}, difference.constant};
  for (auto [index, coefficient] : difference.terms)
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
  IndexBounds bounds;
  if (fold.indices().size() != 1 || fold.getMask().empty() ||
      !readBound(fold.getMask().front().getTerminator()->getOperand(0), fold.getMask().getArgument(0), axes,
                 bounds))
    return std::nullopt;
  return bounds;
}

} // namespace weft
