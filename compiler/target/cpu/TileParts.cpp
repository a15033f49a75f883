// Long sums of products in parts. A number that takes many terms rounds off more of each, the larger it is.
// So some terms at most are added up alone, in registers, before their sum joins a total that waits in
// memory.
#include "compiler/target/cpu/ContractionTile.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// Fewer would cost more than they gain: 2 % of a product of matrices. Windows, and sums of a length that is
// not known (most of them attention's), lose nothing by half as many, which other systems do not add either.
static constexpr int64_t termsOfProduct = 256, termsOfOthers = 128;

void TileSums::addTo(Value memory, ArrayRef<TileRow> tileRows, Value panelBase, TermRange range,
                     const PrefetchStream &prefetched) {
  unsigned count = tileRows.size() * vectors;
  begin(tileRows, panelBase, prefetched, count);
  totals = memory;
  parted = partedTerms(range);
  if (parted)
    sumOf(range, {});
  else
    storeTotals(joined(loadTotals(count), sumOf(range, SmallVector<Value>(count, unit()))));
}

// Of which sum, and how many of its positions are added up alone.
std::optional<TileSums::PartedTerms> TileSums::partedTerms(TermRange range) {
  if (!mayBeginAnew())
    return std::nullopt;
  int64_t inner = 1;
  for (unsigned axis = plan.summed.size(); axis-- > 0;) {
    Value size = emitter.sizeOf(objectOf(plan.summed[axis]).getElement());
    if (axis == 0)
      size = emitter.subtract(range.end, range.begin);
    std::optional<int64_t> known = FunctionEmitter::constantOf(size);
    // The last of what is made in parts may be shorter.
    if (axis == 0 && plan.partTerms)
      known = plan.partTerms;
    int64_t together = known && plan.summed.size() == 1 ? termsOfProduct : termsOfOthers;
    int64_t most = std::max<int64_t>(together / inner, 1);
    if (!known)
      return PartedTerms{axis, most};
    if (*known * inner >= together * 3 / 2)
      return PartedTerms{axis, evenPart(*known, most)};
    inner *= std::max<int64_t>(*known, 1);
  }
  return std::nullopt;
}

// The parts of a whole, as large as may be: equal ones if there are such that are not much smaller.
int64_t TileSums::evenPart(int64_t whole, int64_t most) {
  for (int64_t part = std::min(whole, most); part >= std::max<int64_t>(most / 2, 1); --part)
    if (whole % part == 0)
      return part;
  return most;
}

SmallVector<Value> TileSums::combinedSets(SmallVector<Value> sums) {
  unsigned count = sums.size() / sets;
  SmallVector<Value> first(ArrayRef(sums).take_front(count));
  for (unsigned set = 1; set < sets; ++set)
    first = joined(first, ArrayRef(sums).slice(set * count, count));
  return first;
}

SmallVector<Value> TileSums::joined(SmallVector<Value> sums, ArrayRef<Value> others) {
  for (auto [sum, other] : llvm::zip(sums, others))
    sum = terms.combine(sum, other);
  return sums;
}

Value TileSums::placeOfTotal(unsigned number) {
  return emitter.address(totals, emitter.constant(number / vectors * width + number % vectors * lanes),
                         element);
}

SmallVector<Value> TileSums::loadTotals(unsigned count) {
  SmallVector<Value> sums;
  for (unsigned i = 0; i < count; ++i)
    sums.push_back(LLVM::LoadOp::create(emitter.builder, emitter.location, vectorType(), placeOfTotal(i),
                                        plan.elementBytes));
  return sums;
}

void TileSums::storeTotals(ArrayRef<Value> sums) {
  for (unsigned i = 0; i < sums.size(); ++i)
    LLVM::StoreOp::create(emitter.builder, emitter.location, sums[i], placeOfTotal(i), plan.elementBytes);
}

// Where sums of parts join the totals: each part begins anew.
SmallVector<Value> TileSums::inParts(unsigned axis, TermRange here, ValueRange carried,
                                     llvm::function_ref<SmallVector<Value>(TermRange, ValueRange)> body) {
  if (!parted || parted->axis != axis)
    return body(here, carried);
  // Where a mask bounds the terms, parts begin with the first that a row has.
  if (hasTerm && plan.bounds && plan.summed.size() == 1) {
    SharedTerms bounded = sharedTerms(here);
    here = {bounded.begin, bounded.end};
  }
  Value part = emitter.constant(parted->positions);
  std::optional<int64_t> whole = FunctionEmitter::constantOf(emitter.subtract(here.end, here.begin));
  bool divides = whole && *whole % parted->positions == 0;
  return emitter.loop(here.begin, here.end, parted->positions, {}, [&](Value first, ValueRange) {
    Value end = emitter.add(first, part);
    TermRange own{first, divides ? end : emitter.minimum(end, here.end)};
    unsigned count = rows.size() * vectors;
    SmallVector<Value> sums = combinedSets(body(own, SmallVector<Value>(count * sets, terms.unit())));
    storeTotals(joined(loadTotals(count), sums));
    return SmallVector<Value>();
  });
}

} // namespace weft
