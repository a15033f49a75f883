#include "dialects/weft/SlidingRead.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

bool isSimplePosition(Value position) {
  if (isa<BlockArgument>(position))
    return objectOf(position).isIndex();
  Operation *op = position.getDefiningOp();
  if (isa<ConstantOp>(op))
    return objectOf(position).isIndex();
  return isa<PairOp, InjectOp>(op) && llvm::all_of(op->getOperands(), isSimplePosition);
}

int64_t SlidingRead::stepOf(Value index) const {
  for (auto &[other, step] : steps)
    if (other == index)
      return step;
  return 0;
}

static std::optional<int64_t> sizeOf(Value index, const AxisTable &axes) {
  return axes.size(objectOf(index).getElement().getValue()).constant();
}

// `A(e)`, where `e` is proved to lie in A, and `e` itself where a default stands beside.
static Value numberOf(Value position) {
  if (!objectOf(position).isIndex())
    return position;
  auto index = position.getDefiningOp<IndexOp>();
  return index && index.getProved() ? index.getNumber() : Value();
}

// `e mod N`, which lies in 0 … N − 1.
static Value withoutModulus(Value number, const AxisTable &axes, int64_t &modulus) {
  auto apply = number.getDefiningOp<ApplyOp>();
  if (!apply || apply.getFunction() != Function::mod)
    return number;
  AffinePosition divisor;
  if (!readAffine(apply.getValues()[1], 1, axes, divisor) || !divisor.terms.empty() || divisor.constant <= 0)
    return {};
  modulus = divisor.constant;
  return apply.getValues()[0];
}

std::optional<WrappedPosition> readWrapped(Value position, const AxisTable &axes) {
  WrappedPosition result;
  Value number = numberOf(position);
  if (number)
    number = withoutModulus(number, axes, result.modulus);
  return number && readAffine(number, 1, axes, result.affine) ? std::optional(result) : std::nullopt;
}

static bool standsIn(Value index, Value position) {
  if (position == index)
    return true;
  Operation *op = position.getDefiningOp();
  return op && llvm::any_of(op->getOperands(), [&](Value part) { return standsIn(index, part); });
}

std::optional<SlidingRead> readSliding(ReadOp read, llvm::function_ref<bool(Value)> isAlong,
                                       const AxisTable &axes) {
  SlidingRead result;
  Value sliding;
  for (auto [axis, position] : llvm::enumerate(read.getPositions()))
    if (!isSimplePosition(position)) {
      if (sliding)
        return std::nullopt;
      sliding = position;
      result.axis = axis;
    }
  std::optional<WrappedPosition> wrapped = sliding ? readWrapped(sliding, axes) : std::nullopt;
  if (!wrapped)
    return std::nullopt;
  const AffinePosition &affine = wrapped->affine;
  result.modulus = wrapped->modulus;
  if (!read.getOtherwise().empty()) {
    auto constant = read.getOtherwise().front().getTerminator()->getOperand(0).getDefiningOp<ConstantOp>();
    auto otherwise = constant ? dyn_cast<FloatAttr>(constant.getValue()) : FloatAttr();
    if (!otherwise)
      return std::nullopt;
    result.isGuarded = true;
    result.otherwise = otherwise.getValueAsDouble();
  }
  for (auto &[index, coefficient] : affine.terms) {
    bool elsewhere = llvm::any_of(read.getPositions(), [&, index = index](Value position) {
      return position != sliding && standsIn(index, position);
    });
    if (elsewhere || !sizeOf(index, axes) || !objectOf(index).isIndex())
      return std::nullopt;
    if (!isAlong(index))
      continue;
    if (result.along || std::abs(coefficient) != 1)
      return std::nullopt;
    result.along = index;
    result.sign = coefficient;
  }
  if (!result.along)
    return std::nullopt;
  for (auto &[index, coefficient] : affine.terms)
    if (index != result.along && coefficient)
      result.steps.push_back({index, coefficient * result.sign});
  result.constant = affine.constant;
  return result;
}

} // namespace weft
