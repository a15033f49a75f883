#include "compiler/target/cpu/ContractionTile.h"
#include "compiler/target/cpu/OpaqueValues.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

SmallVector<Value> TileSums::add(ArrayRef<TileRow> tileRows, Value panelBase, TermRange range,
                                 const PrefetchStream &prefetched, SmallVector<Value> sums) {
  begin(tileRows, panelBase, prefetched, sums.size());
  parted = partedTerms(range);
  if (!parted)
    return sumOf(range, sums);
  totals = emitter.stackMemory(rows.size() * width * plan.elementBytes);
  storeTotals(sums);
  sumOf(range, {});
  return loadTotals(sums.size());
}

void TileSums::begin(ArrayRef<TileRow> tileRows, Value panelBase, const PrefetchStream &prefetched,
                     unsigned count) {
  rows = tileRows;
  panel = panelBase;
  stream = prefetched;
  // Too few accumulators would wait for each other: several terms at once then, as far as registers hold
  // their sums beside the vectors that are read.
  sets = count >= 8 || !plan.terms.mayReorder ? 1 : count >= 4 ? 2 : 4;
  if (sets * count + vectors + 2 > emitter.target.registers)
    sets = 1;
}

// Nothing is carried where parts join totals.
SmallVector<Value> TileSums::sumOf(TermRange range, SmallVector<Value> sums) {
  sums.append((sets - 1) * sums.size(), terms.unit());
  auto all = [&] { return nest(range, sums); };
  return combinedSets(looksAtWholeTile() ? whetherInside(isTileInside(range), sums, all) : all());
}

// Loops over all sums but the innermost. Outside of what is added up alone nothing is carried.
SmallVector<Value> TileSums::nest(TermRange range, ValueRange carried) {
  IndexValues outer;
  using Level = std::function<SmallVector<Value>(unsigned, TermRange, Value, Value, ValueRange)>;
  auto rangeOf = [&](unsigned axis) {
    Value size = emitter.sizeOf(objectOf(plan.summed[axis]).getElement());
    return axis == 0 ? range : TermRange{emitter.constant(0), size};
  };
  Level all = [&](unsigned axis, TermRange here, Value offset, Value term,
                  ValueRange carried) -> SmallVector<Value> {
    BlockArgument index = plan.summed[axis];
    Value size = emitter.sizeOf(objectOf(index).getElement());
    Value before = countsElements() ? term : emitter.multiply(term, size);
    if (axis + 1 == plan.summed.size())
      return innermost(here, offset, before, outer, carried);
    Value stride = a.stride(index);
    return emitter.loop(here.begin, here.end, 1, carried, [&](Value k, ValueRange inner) {
      outer[index] = k;
      Value place = emitter.add(offset, emitter.multiply(k, stride));
      Value first = emitter.add(before, emitter.multiply(k, termStep(axis)));
      return inParts(axis + 1, rangeOf(axis + 1), inner, [&](TermRange part, ValueRange sums) {
        return all(axis + 1, part, place, first, sums);
      });
    });
  };
  return inParts(0, range, carried, [&](TermRange part, ValueRange sums) {
    return all(0, part, emitter.constant(0), emitter.constant(0), sums);
  });
}

// In panels terms are counted; in lines and in place their elements are.
Value TileSums::termStep(unsigned axis) {
  if (plan.isInPlace)
    return b.stride(plan.summed[axis]);
  return emitter.constant(plan.lines ? plan.lines->steps[axis] : 1);
}

// A loop of fewer terms is not worth looking at each row's positions before it.
static constexpr int64_t fewTerms = 16;

static constexpr int64_t mostOutside = 4096;

// Whether tiles whose positions all lie in their axes have code of their own, for the whole sum.
bool TileSums::looksAtWholeTile() {
  if (plan.guardedSums == 0 || plan.guardedSums == plan.summed.size())
    return false;
  Value size = emitter.sizeOf(objectOf(plan.summed.back()).getElement());
  return FunctionEmitter::constantOf(size).value_or(fewTerms) < fewTerms;
}

// The least and the largest positions of all rows and terms.
Value TileSums::isTileInside(TermRange range) {
  OpBuilder &builder = emitter.builder;
  Location location = emitter.location;
  IndexValues least, most;
  for (BlockArgument index : ArrayRef(plan.summed).take_front(plan.guardedSums)) {
    bool isOutermost = index == plan.summed.front();
    Value size = emitter.sizeOf(objectOf(index).getElement());
    least[index] = isOutermost ? range.begin : emitter.constant(0);
    most[index] = emitter.subtract(isOutermost ? range.end : size, emitter.constant(1));
  }
  Value inside = emitter.truth(true);
  for (const TileRow &row : rows)
    for (unsigned axis = 0; axis < row.positions.size(); ++axis) {
      if (!row.positions[axis])
        continue;
      auto [low, high] = a.guardedSteps(axis, least, most);
      Value size = emitter.sizeOf(a.memory().type.getAxes()[axis]);
      Value first = emitter.add(row.positions[axis], low), last = emitter.add(row.positions[axis], high);
      for (auto [predicate, position, bound] :
           {std::tuple(arith::CmpIPredicate::sge, first, emitter.constant(0)),
            std::tuple(arith::CmpIPredicate::slt, last, size)})
        inside = arith::AndIOp::create(builder, location, inside,
                                       arith::CmpIOp::create(builder, location, predicate, position, bound));
    }
  return inside;
}

// The same sums twice: where all positions lie inside, and where some may not.
SmallVector<Value> TileSums::whetherInside(Value inside, ValueRange carried,
                                           llvm::function_ref<SmallVector<Value>()> body) {
  auto choice = scf::IfOp::create(emitter.builder, emitter.location, carried.getTypes(), inside, true);
  for (bool known : {true, false}) {
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(known ? choice.thenBlock() : choice.elseBlock());
    llvm::SaveAndRestore here(isKnownInside, known);
    SmallVector<Value> sums = body();
    if (!sums.empty())
      scf::YieldOp::create(emitter.builder, emitter.location, sums);
  }
  return choice.getResults();
}

TileSums::Place TileSums::placeAt(const TileRow &row, Value offset, const IndexValues &outer) {
  OpBuilder &builder = emitter.builder;
  Location location = emitter.location;
  Place place{emitter.add(row.offset, offset), {}};
  for (unsigned axis = 0; axis < row.positions.size(); ++axis) {
    if (!row.positions[axis])
      continue;
    Value position = emitter.add(row.positions[axis], a.guardedStep(axis, outer));
    place.element = emitter.add(place.element, emitter.multiply(position, a.memory().strides[axis]));
    if (isKnownInside)
      continue;
    Value size = emitter.sizeOf(a.memory().type.getAxes()[axis]);
    // Negative numbers are large ones without a sign.
    Value in = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ult, position, size);
    place.inside = place.inside ? Value(arith::AndIOp::create(builder, location, place.inside, in)) : in;
  }
  return place;
}

SmallVector<TileSums::Line> TileSums::linesAt(Value offset, const IndexValues &outer, Value stride,
                                              int64_t outside) {
  SmallVector<Line> lines;
  // Rows that surely lie evenly have one address together.
  std::optional<int64_t> apart;
  if (plan.rows.size() == 1 && !a.isGuarded())
    apart = FunctionEmitter::constantOf(a.stride(plan.rows.front()));
  if (apart) {
    Value first = guardedLine(placeAt(rows.front(), offset, outer), stride, outside).base;
    for (unsigned i = 0; i < rows.size(); ++i)
      lines.push_back({emitter.address(first, emitter.constant(i * *apart), element), stride});
    return lines;
  }
  for (const TileRow &row : rows)
    lines.push_back(guardedLine(placeAt(row, offset, outer), stride, outside));
  return lines;
}

// How many elements stand for those outside, so that rows inside and outside are read alike; 1 when a row
// outside reads one number again and again.
int64_t TileSums::outsideElements(Value stride) {
  Value terms = emitter.sizeOf(objectOf(plan.summed.back()).getElement());
  std::optional<int64_t> count = FunctionEmitter::constantOf(terms),
                         apart = FunctionEmitter::constantOf(stride);
  if (!count || !apart || *count * *apart > mostOutside)
    return 1;
  return std::max<int64_t>((*count - 1) * *apart, 0) + 1;
}

// A position outside its axis reads a number that lies elsewhere. LLVM would choose anew between two products
// for each term; and go from one row's address to the next in steps, term by term, all rows of several terms
// first, more than registers hold.
TileSums::Line TileSums::guardedLine(Place place, Value stride, int64_t outside) {
  OpBuilder &builder = emitter.builder;
  Location location = emitter.location;
  if (!place.inside)
    return {opaque(emitter, emitter.address(a.memory().base, place.element, element)), stride};
  Value safe = arith::SelectOp::create(builder, location, place.inside, place.element, emitter.constant(0));
  Value address = emitter.address(a.memory().base, safe, element);
  Value base = arith::SelectOp::create(builder, location, place.inside, address, otherwiseAddress(outside));
  if (outside > 1)
    return {base, stride};
  Value step = arith::SelectOp::create(builder, location, place.inside, stride, emitter.constant(0));
  return {base, opaque(emitter, step)};
}

// `count` numbers side by side.
Value TileSums::otherwiseAddress(int64_t count) {
  auto real = cast<FloatType>(element);
  APFloat number = cast<FloatAttr>(emitter.builder.getF64FloatAttr(plan.a.otherwise)).getValue();
  bool inexact;
  number.convert(real.getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
  uint64_t bits = number.bitcastToAPInt().getZExtValue();
  std::string name = ("weft_number_" + Twine::utohexstr(bits) + "_" + Twine(count)).str();
  auto global = emitter.output.lookupSymbol<LLVM::GlobalOp>(name);
  if (!global) {
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(emitter.output.getBody());
    auto values = DenseElementsAttr::get(RankedTensorType::get({count}, real), number);
    global = LLVM::GlobalOp::create(emitter.builder, emitter.location, LLVM::LLVMArrayType::get(real, count),
                                    true, LLVM::Linkage::Internal, name, values);
  }
  return LLVM::AddressOfOp::create(emitter.builder, emitter.location, global);
}

// Where no position depends on the innermost sum, rows are looked at before it: if all lie inside, terms are
// read without a choice.
SmallVector<Value> TileSums::innermost(TermRange range, Value offset, Value term, const IndexValues &outer,
                                       ValueRange carried) {
  auto terms = [&] { return addTerms(range, offset, term, outer, carried); };
  bool isGuarded = plan.guardedSums == plan.summed.size();
  if (isGuarded || isKnownInside || looksAtWholeTile() || outsideElements(a.stride(plan.summed.back())) > 1)
    return terms();
  Value inside;
  for (const TileRow &row : rows)
    if (Value own = placeAt(row, offset, outer).inside)
      inside = inside ? Value(arith::AndIOp::create(emitter.builder, emitter.location, inside, own)) : own;
  return inside ? whetherInside(inside, carried, terms) : terms();
}

// Fewer terms of so many sums are written one by one, without a loop; of less it would be more code than
// time. LLVM would begin with the loads of all terms that it sees, or finish one sum after the other, with
// more numbers on their way than registers hold.
static constexpr int64_t mostUnrolled = 16, leastSums = 8;

SmallVector<Value> TileSums::addTerms(TermRange range, Value offset, Value term, const IndexValues &outer,
                                      ValueRange carried) {
  BlockArgument index = plan.summed.back();
  bool isGuarded = plan.guardedSums == plan.summed.size();
  Value stride = a.stride(index);
  SmallVector<Line> lines;
  if (!isGuarded)
    lines = linesAt(offset, outer, stride, outsideElements(stride));
  bool holdsSums = sets > 1;
  auto step = [&](Value k, unsigned count, bool masked, SmallVector<Value> sums) {
    if (count == unrolledTerms)
      prefetch(emitter.add(term, k));
    for (unsigned u = 0; u < count; ++u) {
      if (holdsSums && u > 0)
        hold(emitter, sums);
      Value at = emitter.add(k, emitter.constant(u));
      IndexValues all = outer;
      all[index] = at;
      SmallVector<Line> here = lines;
      if (isGuarded)
        here = linesAt(emitter.add(offset, emitter.multiply(at, stride)), all, emitter.constant(0), 1);
      SmallVector<Value> conditions;
      for (unsigned i = 0; masked && i < rows.size(); ++i)
        conditions.push_back(hasTerm(rows[i], all));
      Value place = emitter.add(term, emitter.multiply(at, termStep(plan.summed.size() - 1)));
      accumulate(here, conditions, isGuarded ? emitter.constant(0) : at, place, u % sets, sums);
    }
    return sums;
  };
  auto one = [&](bool masked) {
    return [&, masked](Value k, ValueRange inner) { return step(k, 1, masked, SmallVector<Value>(inner)); };
  };
  if (hasTerm && !plan.bounds)
    return emitter.loop(range.begin, range.end, 1, carried, one(true));
  SmallVector<Value> sums(carried);
  Value end = range.end;
  if (hasTerm) {
    SharedTerms shared = sharedTerms(range);
    sums = emitter.loop(shared.begin, shared.sharedBegin, 1, sums, one(true));
    range = {shared.sharedBegin, shared.sharedEnd};
    end = shared.end;
  }
  Value count = emitter.subtract(range.end, range.begin);
  std::optional<int64_t> known = FunctionEmitter::constantOf(count);
  bool isShort = known && *known < mostUnrolled && rows.size() * vectors >= leastSums;
  if (known && (isShort || *known <= unrolledTerms)) {
    holdsSums |= *known > unrolledTerms;
    for (int64_t first = 0; first < *known; first += unrolledTerms)
      sums = step(emitter.add(range.begin, emitter.constant(first)), std::min(*known - first, unrolledTerms),
                  false, sums);
  } else {
    Value rest = known ? emitter.constant(*known % unrolledTerms)
                       : Value(arith::AndIOp::create(emitter.builder, emitter.location, count,
                                                     emitter.constant(unrolledTerms - 1)));
    Value whole = emitter.subtract(range.end, rest);
    sums = emitter.loop(range.begin, whole, unrolledTerms, sums, [&](Value k, ValueRange inner) {
      return step(k, unrolledTerms, false, SmallVector<Value>(inner));
    });
    if (FunctionEmitter::constantOf(rest) != 0)
      sums = emitter.loop(whole, range.end, 1, sums, one(false));
  }
  if (hasTerm)
    sums = emitter.loop(range.end, end, 1, sums, one(true));
  return sums;
}

TileSums::SharedTerms TileSums::sharedTerms(TermRange range) {
  OpBuilder &builder = emitter.builder;
  Location location = emitter.location;
  auto larger = [&](Value a, Value b) -> Value { return arith::MaxSIOp::create(builder, location, a, b); };
  Value firstBegin, lastBegin, firstEnd, lastEnd;
  for (const TileRow &row : rows) {
    firstBegin = firstBegin ? emitter.minimum(firstBegin, row.begin) : row.begin;
    lastBegin = lastBegin ? larger(lastBegin, row.begin) : row.begin;
    firstEnd = firstEnd ? emitter.minimum(firstEnd, row.end) : row.end;
    lastEnd = lastEnd ? larger(lastEnd, row.end) : row.end;
  }
  auto clamped = [&](Value value, Value low) { return emitter.minimum(larger(value, low), range.end); };
  SharedTerms terms;
  terms.begin = clamped(firstBegin, range.begin);
  terms.sharedBegin = clamped(lastBegin, terms.begin);
  terms.sharedEnd = clamped(firstEnd, terms.sharedBegin);
  terms.end = clamped(lastEnd, terms.sharedEnd);
  return terms;
}

void TileSums::prefetch(Value term) {
  if (!stream.lines)
    return;
  Value bytes = emitter.multiply(term, emitter.constant(stream.lines * CpuTarget::lineBytes / unrolledTerms));
  for (int64_t i = 0; i < stream.lines; ++i)
    LLVM::Prefetch::create(
        emitter.builder, emitter.location,
        emitter.offsetBytes(stream.base, emitter.add(bytes, emitter.constant(i * CpuTarget::lineBytes))),
        /*rw=*/0, /*hint=*/stream.isSoon ? 3 : 2, /*cache=*/1);
}

// In a slice of a wire columns may lie apart.
Value TileSums::placedElements(Value first, unsigned vector) {
  ExpressionEmitter expressions(emitter, lanes);
  Value column = emitter.constant(vector * lanes);
  if (readColumns)
    expressions.limitLanes(emitter.subtract(readColumns, column));
  ReadOp read = plan.b.read;
  ObjectType type = objectOf(read.getResult());
  Buffer line{emitter.address(panel, first, element), type, {b.stride(plan.columns.back())}};
  return expressions.materialize(
      expressions.load(line, expressions.linear(line, {expressions.laneIndex(column)})), type);
}

// Elements of fewer bits become reals in registers.
Value TileSums::panelElements(Value term, unsigned vector) {
  OpBuilder &builder = emitter.builder;
  Location location = emitter.location;
  ReadOp read = plan.b.read;
  ObjectType stored = objectOf(read.getResult());
  Value first = emitter.multiply(term, emitter.constant(countsElements() ? 1 : width));
  Value at = emitter.add(first, emitter.constant(vector * lanes));
  if (plan.isInPlace)
    return placedElements(first, vector);
  Type packed = emitter.storageType(stored);
  Value line = LLVM::LoadOp::create(builder, location, VectorType::get({lanes}, packed),
                                    emitter.address(panel, at, packed),
                                    plan.packedBytes * (countsElements() ? 1 : lanes));
  if (packed == element)
    return line;
  Type wide = VectorType::get({lanes}, builder.getI32Type());
  Value number = stored.getElement() == "u8" ? Value(arith::ExtUIOp::create(builder, location, wide, line))
                                             : Value(arith::ExtSIOp::create(builder, location, wide, line));
  return arith::SIToFPOp::create(builder, location, vectorType(), number);
}

void TileSums::accumulate(ArrayRef<Line> lines, ArrayRef<Value> conditions, Value k, Value term, unsigned set,
                          SmallVector<Value> &sums) {
  OpBuilder &builder = emitter.builder;
  unsigned count = lines.size() * vectors;
  SmallVector<Value> line;
  for (unsigned j = 0; j < vectors; ++j)
    line.push_back(panelElements(term, j));
  ExpressionEmitter expressions(emitter, lanes);
  for (auto [i, row] : llvm::enumerate(lines)) {
    Value address = emitter.address(row.base, emitter.multiply(k, row.stride), element);
    Value number = LLVM::LoadOp::create(builder, emitter.location, element, address, plan.elementBytes);
    Value broadcast = expressions.materialize(expressions.uniform(number));
    for (unsigned j = 0; j < vectors; ++j) {
      Value &sum = sums[set * count + i * vectors + j];
      Value next = plan.isSwapped ? terms.next(sum, line[j], broadcast) : terms.next(sum, broadcast, line[j]);
      if (!conditions.empty())
        next = arith::SelectOp::create(builder, emitter.location, conditions[i], next, sum);
      sum = next;
    }
  }
}

} // namespace weft
