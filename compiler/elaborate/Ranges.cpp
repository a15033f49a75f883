// An expression is a sum of multiples of indices, of `mod` and `div` terms with bounds of their own, and a
// size.
#include "compiler/elaborate/Ranges.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace weft {

namespace {

struct Bounds {
  Size low, high;
};

// constant + Σ coefficient · term, where each term has bounds.
struct Affine {
  Size constant;
  llvm::MapVector<Value, std::pair<int64_t, Bounds>> terms;
};

class RangeAnalysis {
public:
  explicit RangeAnalysis(State &state) : state(state) {}

  std::optional<Affine> affine(Value value, unsigned depth = 0);
  std::optional<Bounds> bounds(const Affine &affine);

private:
  std::optional<Affine> applied(ApplyOp apply, unsigned depth);
  std::optional<Affine> sum(const Affine &a, const Affine &b, int64_t factor);
  std::optional<Affine> scaled(const Affine &a, int64_t factor);
  std::optional<Affine> remainder(Value value, const Affine &a, const Affine &b);
  std::optional<Affine> quotient(Value value, const Affine &a, const Affine &b);

  static Affine term(Value value, Bounds bounds) {
    Affine result;
    result.terms[value] = {1, std::move(bounds)};
    return result;
  }
  State &state;
};

} // namespace

std::optional<Affine> RangeAnalysis::sum(const Affine &a, const Affine &b, int64_t factor) {
  std::optional<Affine> scaledB = scaled(b, factor);
  if (!scaledB)
    return std::nullopt;
  std::optional<Size> constant = add(a.constant, scaledB->constant);
  if (!constant)
    return std::nullopt;
  Affine result = a;
  result.constant = *constant;
  for (auto &[value, entry] : scaledB->terms) {
    auto [known, fresh] = result.terms.try_emplace(value, entry);
    if (!fresh && __builtin_add_overflow(known->second.first, entry.first, &known->second.first))
      return std::nullopt;
  }
  return result;
}

std::optional<Affine> RangeAnalysis::scaled(const Affine &a, int64_t factor) {
  std::optional<Size> constant = multiply(a.constant, Size(factor));
  if (!constant)
    return std::nullopt;
  Affine result = a;
  result.constant = *constant;
  for (auto &[value, entry] : result.terms)
    if (__builtin_mul_overflow(entry.first, factor, &entry.first))
      return std::nullopt;
  return result;
}

std::optional<Bounds> RangeAnalysis::bounds(const Affine &affine) {
  Bounds result{affine.constant, affine.constant};
  for (auto &[value, entry] : affine.terms) {
    const auto &[coefficient, range] = entry;
    std::optional<Size> low = multiply(coefficient < 0 ? range.high : range.low, Size(coefficient));
    std::optional<Size> high = multiply(coefficient < 0 ? range.low : range.high, Size(coefficient));
    if (!low || !high)
      return std::nullopt;
    low = add(result.low, *low);
    high = add(result.high, *high);
    if (!low || !high)
      return std::nullopt;
    result = {*low, *high};
  }
  return result;
}

// `a mod b` lies in [0, b) for b > 0. An axis of size 0 has no index that would ask.
std::optional<Affine> RangeAnalysis::remainder(Value value, const Affine &, const Affine &b) {
  std::optional<int64_t> least = b.constant.lowerBound();
  if (!b.terms.empty() || !least || *least < 0)
    return std::nullopt;
  std::optional<Size> high = subtract(b.constant, Size(1));
  return high ? std::optional(term(value, {Size(0), *high})) : std::nullopt;
}

std::optional<Affine> RangeAnalysis::quotient(Value value, const Affine &a, const Affine &b) {
  std::optional<int64_t> divisor = b.constant.constant();
  std::optional<Bounds> range = bounds(a);
  if (!b.terms.empty() || !divisor || *divisor <= 0 || !range)
    return std::nullopt;
  std::optional<Size> low = floorDivide(range->low, *divisor), high = floorDivide(range->high, *divisor);
  return low && high ? std::optional(term(value, {*low, *high})) : std::nullopt;
}

std::optional<Affine> RangeAnalysis::applied(ApplyOp apply, unsigned depth) {
  std::optional<Affine> a = affine(apply.getValues()[0], depth + 1);
  std::optional<Affine> b =
      apply.getValues().size() == 2 ? affine(apply.getValues()[1], depth + 1) : Affine();
  if (apply.getFunction() == Function::mod && b)
    return remainder(apply.getResult(), a.value_or(Affine()), *b);
  if (!a || !b)
    return std::nullopt;
  switch (apply.getFunction()) {
  case Function::add:
    return sum(*a, *b, 1);
  case Function::sub:
    return sum(*a, *b, -1);
  case Function::neg:
    return scaled(*a, -1);
  case Function::mul:
    if (b->terms.empty() && b->constant.constant())
      return scaled(*a, *b->constant.constant());
    if (a->terms.empty() && a->constant.constant())
      return scaled(*b, *a->constant.constant());
    return std::nullopt;
  case Function::div:
    return quotient(apply.getResult(), *a, *b);
  default:
    return std::nullopt;
  }
}

std::optional<Affine> RangeAnalysis::affine(Value value, unsigned depth) {
  auto type = dyn_cast<ObjectType>(value.getType());
  if (depth > 500 || !type)
    return std::nullopt;
  if (type.isIndex()) {
    if (auto constant = value.getDefiningOp<ConstantOp>())
      return Affine{Size(cast<IntegerAttr>(constant.getValue()).getInt()), {}};
    auto axis = state.axes.find(type.getElement().str());
    if (axis == state.axes.end())
      return std::nullopt;
    std::optional<Size> last = subtract(axis->second.size, Size(1));
    return last ? std::optional(term(value, {Size(0), *last})) : std::nullopt;
  }
  if (!type.isInteger())
    return std::nullopt;
  if (auto constant = value.getDefiningOp<ConstantOp>())
    return Affine{Size(cast<IntegerAttr>(constant.getValue()).getInt()), {}};
  if (auto size = value.getDefiningOp<SizeOp>())
    return Affine{state.axis(size.getAxis()).size, {}};
  if (auto convert = value.getDefiningOp<ConvertOp>()) {
    auto from = cast<ObjectType>(convert.getValue().getType());
    return from.isIndex() || from.isInteger() ? affine(convert.getValue(), depth + 1) : std::nullopt;
  }
  if (auto apply = value.getDefiningOp<ApplyOp>())
    return applied(apply, depth);
  return std::nullopt;
}

InRange inRange(State &state, Value number, StringRef axis) {
  RangeAnalysis analysis(state);
  std::optional<Affine> affine = analysis.affine(number);
  std::optional<Bounds> range = affine ? analysis.bounds(*affine) : std::nullopt;
  if (!range)
    return InRange::unknown;
  std::optional<Size> last = subtract(state.axis(axis).size, Size(1));
  std::optional<Size> room = last ? subtract(*last, range->high) : std::nullopt;
  if (!room)
    return InRange::unknown;
  if (range->low.lowerBound().value_or(-1) >= 0 && room->lowerBound().value_or(-1) >= 0)
    return InRange::proved;
  // Outside for every value: only then is it wrong whenever it is evaluated.
  std::optional<Size> below = subtract(*last, range->low);
  bool always = range->high.upperBound().value_or(0) < 0 || (below && below->upperBound().value_or(0) < 0);
  return always ? InRange::refuted : InRange::unknown;
}

std::optional<Reach> reachOutside(State &state, Value number, StringRef axis) {
  RangeAnalysis analysis(state);
  std::optional<Affine> affine = analysis.affine(number);
  auto isIndex = [](const auto &term) { return isa<BlockArgument>(term.first); };
  if (!affine || affine->terms.empty() || !llvm::all_of(affine->terms, isIndex))
    return std::nullopt;
  std::optional<Bounds> range = analysis.bounds(*affine);
  std::optional<Size> last = subtract(state.axis(axis).size, Size(1));
  std::optional<Size> beyond = range && last ? subtract(range->high, *last) : std::nullopt;
  if (beyond && beyond->lowerBound().value_or(0) > 0)
    return Reach{range->high.text(), "ends at " + last->text()};
  if (range && range->low.upperBound().value_or(0) < 0)
    return Reach{range->low.text(), "begins at 0"};
  return std::nullopt;
}

} // namespace weft
