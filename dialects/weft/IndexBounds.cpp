#include "dialects/weft/IndexBounds.h"
#include "dialects/weft/Totality.h"

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

// `abs(x) < c`, which is `x < c` and `-x < c`: the value x, and whether the comparison is strict.
static std::optional<std::pair<Value, Value>> readDistance(ApplyOp comparison, bool &isStrict) {
  Function function = comparison.getFunction();
  bool isLess = function == Function::lt || function == Function::le;
  if (!isLess && function != Function::gt && function != Function::ge)
    return std::nullopt;
  isStrict = function == Function::lt || function == Function::gt;
  Value small = comparison.getValues()[isLess ? 0 : 1], large = comparison.getValues()[isLess ? 1 : 0];
  auto distance = small.getDefiningOp<ApplyOp>();
  if (!distance || distance.getFunction() != Function::abs || objectOf(small).isReal())
    return std::nullopt;
  return std::pair(distance.getValues()[0], large);
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

// `position <= 0` as a bound of an index from one side.
static bool addBound(const AffinePosition &position, BlockArgument bounded, IndexBounds &bounds) {
  int64_t factor = 0;
  AffinePosition rest{{}, position.constant};
  for (auto [index, coefficient] : position.terms)
    if (index == bounded)
      factor = coefficient;
    else
      rest.terms.push_back({index, coefficient});
  if (factor == -1) {
    bounds.begins.push_back(rest);
    return true;
  }
  if (factor != 1)
    return false;
  // index <= −rest
  for (auto &[index, coefficient] : rest.terms)
    coefficient = -coefficient;
  rest.constant = 1 - rest.constant;
  bounds.ends.push_back(rest);
  return true;
}

// A comparison that bounds an index from one side, or a distance that bounds it from both.
static bool readBound(Value condition, BlockArgument bounded, const AxisTable &axes, IndexBounds &bounds) {
  if (std::optional<AffinePosition> difference = readComparison(condition, axes))
    return addBound(*difference, bounded, bounds);
  auto comparison = condition.getDefiningOp<ApplyOp>();
  bool isStrict = false;
  auto distance = comparison ? readDistance(comparison, isStrict) : std::nullopt;
  if (!distance)
    return false;
  IndexBounds both;
  for (int64_t sign : {1, -1}) {
    AffinePosition position{{}, isStrict};
    if (!readAffine(distance->first, sign, axes, position) ||
        !readAffine(distance->second, -1, axes, position) || !addBound(position, bounded, both))
      return false;
  }
  bounds.begins.append(both.begins);
  bounds.ends.append(both.ends);
  return true;
}

std::optional<IndexBounds> readSomeBounds(FoldOp fold, const AxisTable &axes) {
  if (fold.indices().size() != 1 || fold.getMask().empty())
    return std::nullopt;
  Block &mask = fold.getMask().front();
  SmallVector<Value> terms;
  splitConjunction(mask.getTerminator()->getOperand(0), terms);
  IndexBounds bounds;
  for (Value term : terms)
    bounds.isAll &= readBound(term, mask.getArgument(0), axes, bounds);
  if (!bounds.isAll && (!isTotal(fold.getMask()) || (bounds.begins.empty() && bounds.ends.empty())))
    return std::nullopt;
  return bounds;
}

std::optional<IndexBounds> readBounds(FoldOp fold, const AxisTable &axes) {
  std::optional<IndexBounds> bounds = readSomeBounds(fold, axes);
  return bounds && bounds->isAll ? bounds : std::nullopt;
}

} // namespace weft
