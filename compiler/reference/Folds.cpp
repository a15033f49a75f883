// Folds in the order written, and loops over indices.
#include "compiler/reference/Evaluation.h"
#include "dialects/weft/MonoidShape.h"
#include <fmt/format.h>

using namespace mlir;

namespace weft::reference {

LogicalResult Evaluation::forEachIndex(ArrayRef<BlockArgument> arguments, ArrayAttr names,
                                       llvm::function_ref<LogicalResult(ArrayRef<Scalar>)> visit) {
  SmallVector<int64_t> shape;
  size_t outer = indices.size();
  for (auto [i, argument] : llvm::enumerate(arguments)) {
    StringRef axis = cast<ObjectType>(argument.getType()).getElement();
    FailureOr<int64_t> size = axisSize(axis, argument.getLoc());
    if (failed(size))
      return mlir::failure();
    shape.push_back(*size);
    indices.push_back({names && i < names.size() ? cast<StringAttr>(names[i]).str() : axis.str(), 0});
  }
  bool finished = forEachPosition(shape, [&](ArrayRef<int64_t> position) {
    Scalars values;
    for (auto [i, value] : llvm::enumerate(position)) {
      indices[outer + i].value = value;
      values.push_back(Scalar::ofInteger(value));
    }
    return succeeded(visit(values));
  });
  indices.resize(outer);
  return success(finished);
}

// The lift of one element, which lands in the domain.
FailureOr<Scalars> Evaluation::lifted(MonoidOp monoid, ArrayRef<Scalar> arguments, Location location) {
  FailureOr<Scalars> element = yieldOf(monoid.getLift().front(), arguments);
  if (failed(element) || monoid.getDomain().empty())
    return element;
  FailureOr<Scalars> inside = yieldOf(monoid.getDomain().front(), *element);
  if (failed(inside))
    return mlir::failure();
  if (!inside->front().isTrue())
    return fail(
        "monoid.domain",
        fmt::format("an element of this fold is outside the carrier of `{}`", monoid.getSymName().str()),
        location);
  return element;
}

FailureOr<Scalar> Evaluation::evaluateFold(FoldOp fold) {
  auto monoid = symbols.lookup<MonoidOp>(fold.getMonoid());
  bool isExact = isSum(monoid);
  // Without a unit there is nothing until the first element.
  std::optional<Scalars> total;
  if (monoid.hasUnit()) {
    FailureOr<Scalars> unit = yieldOf(monoid.getUnit().front(), {});
    if (failed(unit))
      return mlir::failure();
    total = *unit;
  }
  auto visit = [&](ArrayRef<Scalar> at) -> LogicalResult {
    if (!fold.getMask().empty()) {
      FailureOr<Scalars> mask = yieldOf(fold.getMask().front(), at);
      if (failed(mask) || !mask->front().isTrue())
        return mask;
    }
    FailureOr<Scalars> arguments = yieldOf(fold.getArguments().front(), at);
    if (failed(arguments))
      return mlir::failure();
    FailureOr<Scalars> element = lifted(monoid, *arguments, fold.getLoc());
    if (failed(element))
      return mlir::failure();
    if (total) {
      Scalars both(*total);
      both.append(*element);
      element = yieldOf(monoid.getCombine().front(), both);
    }
    if (failed(element))
      return mlir::failure();
    for (auto [component, type] : llvm::zip(*element, monoid.getCarrier().getAsValueRange<TypeAttr>()))
      if (!isExact && cast<ObjectType>(type).isInteger() &&
          failed(checked(stored(component, ObjectType::get(fold.getContext(), "i64")), "this fold so far",
                         fold.getLoc())))
        return mlir::failure();
    total = *element;
    return success();
  };
  if (failed(forEachIndex(fold.indices(), fold.getIndexNames().value_or(ArrayAttr()), visit)))
    return mlir::failure();
  if (!total)
    return fail("fold.empty", fmt::format("`{}` over nothing: it has no unit", monoid.getSymName().str()),
                fold.getLoc());
  FailureOr<Scalars> lowered = yieldOf(monoid.getLower().front(), *total);
  if (failed(lowered))
    return mlir::failure();
  auto type = cast<ObjectType>(fold.getResult().getType());
  return type.isReal() ? lowered->front()
                       : checked(stored(lowered->front(), type), "this fold", fold.getLoc());
}

} // namespace weft::reference
