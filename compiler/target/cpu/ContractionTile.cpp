#include "compiler/target/cpu/ContractionTile.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

SmallVector<Value> TileSums::add(ArrayRef<TileRow> tileRows, Value panelBase, TermRange range,
                                 const PrefetchStream &prefetched, SmallVector<Value> sums) {
  rows = tileRows;
  panel = panelBase;
  stream = prefetched;
  unsigned count = sums.size();
  // Too few accumulators would wait for each other: several terms at once then.
  sets = count >= 8 || !plan.terms.mayReorder ? 1 : count >= 4 ? 2 : 4;
  if (sets > 1)
    sums.append((sets - 1) * count, terms.unit());
  IndexValues outer;
  std::function<SmallVector<Value>(unsigned, Value, Value, ValueRange)> nest =
      [&](unsigned axis, Value offset, Value term, ValueRange carried) -> SmallVector<Value> {
    BlockArgument index = plan.summed[axis];
    Value size = emitter.sizeOf(objectOf(index).getElement());
    TermRange here = axis == 0 ? range : TermRange{emitter.constant(0), size};
    if (axis + 1 == plan.summed.size())
      return innermost(here, offset, emitter.multiply(term, size), outer, carried);
    Value stride = a.stride(index);
    return emitter.loop(here.begin, here.end, 1, carried, [&](Value k, ValueRange inner) {
      outer[index] = k;
      return nest(axis + 1, emitter.add(offset, emitter.multiply(k, stride)),
                  emitter.add(emitter.multiply(term, size), k), inner);
    });
  };
  sums = nest(0, emitter.constant(0), emitter.constant(0), sums);
  for (unsigned set = 1; set < sets; ++set)
    for (unsigned i = 0; i < count; ++i)
      sums[i] = terms.combine(sums[i], sums[set * count + i]);
  sums.resize(count);
  return sums;
}

SmallVector<TileSums::Line> TileSums::linesAt(Value offset, const IndexValues &outer, Value stride) {
  SmallVector<Line> lines;
  for (const TileRow &row : rows)
    lines.push_back(guardedLine(row, emitter.add(row.offset, offset), outer, stride));
  return lines;
}

// A position outside its axis reads a number that lies elsewhere.
TileSums::Line TileSums::guardedLine(const TileRow &row, Value element, const IndexValues &outer,
                                     Value stride) {
  OpBuilder &builder = emitter.builder;
  Location location = emitter.location;
  Value inside;
  for (unsigned axis = 0; axis < row.positions.size(); ++axis) {
    if (!row.positions[axis])
      continue;
    Value position = emitter.add(row.positions[axis], a.guardedStep(axis, outer));
    Value size = emitter.sizeOf(a.memory().type.getAxes()[axis]);
    // Negative numbers are large ones without a sign.
    Value in = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ult, position, size);
    inside = inside ? Value(arith::AndIOp::create(builder, location, inside, in)) : in;
    element = emitter.add(element, emitter.multiply(position, a.memory().strides[axis]));
  }
  if (!inside)
    return {emitter.address(a.memory().base, element, this->element), stride};
  Value safe = arith::SelectOp::create(builder, location, inside, element, emitter.constant(0));
  Value address = emitter.address(a.memory().base, safe, this->element);
  Value base = arith::SelectOp::create(builder, location, inside, address, otherwiseAddress());
  Value step = arith::SelectOp::create(builder, location, inside, stride, emitter.constant(0));
  return {base, step};
}

Value TileSums::otherwiseAddress() {
  APFloat number = cast<FloatAttr>(emitter.builder.getF64FloatAttr(plan.a.otherwise)).getValue();
  bool inexact;
  number.convert(cast<FloatType>(element).getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
  uint64_t bits = number.bitcastToAPInt().getZExtValue();
  std::string name = ("weft_number_" + Twine::utohexstr(bits)).str();
  auto global = emitter.output.lookupSymbol<LLVM::GlobalOp>(name);
  if (!global) {
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(emitter.output.getBody());
    global = LLVM::GlobalOp::create(emitter.builder, emitter.location, emitter.builder.getI64Type(), true,
                                    LLVM::Linkage::Internal, name,
                                    emitter.builder.getI64IntegerAttr(static_cast<int64_t>(bits)));
  }
  return LLVM::AddressOfOp::create(emitter.builder, emitter.location, global);
}

SmallVector<Value> TileSums::innermost(TermRange range, Value offset, Value term, const IndexValues &outer,
                                       ValueRange carried) {
  BlockArgument index = plan.summed.back();
  bool isGuarded = plan.guardedSums == plan.summed.size();
  Value stride = a.stride(index);
  SmallVector<Line> lines;
  if (!isGuarded)
    lines = linesAt(offset, outer, stride);
  auto step = [&](Value k, unsigned count, bool masked, SmallVector<Value> sums) {
    if (count == unrolledTerms)
      prefetch(emitter.add(term, k));
    for (unsigned u = 0; u < count; ++u) {
      Value at = emitter.add(k, emitter.constant(u));
      IndexValues all = outer;
      all[index] = at;
      SmallVector<Line> here = lines;
      if (isGuarded)
        here = linesAt(emitter.add(offset, emitter.multiply(at, stride)), all, emitter.constant(0));
      SmallVector<Value> conditions;
      for (unsigned i = 0; masked && i < rows.size(); ++i)
        conditions.push_back(hasTerm(rows[i], all));
      accumulate(here, conditions, isGuarded ? emitter.constant(0) : at, emitter.add(term, at), u % sets,
                 sums);
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
  if (known && *known <= unrolledTerms) {
    sums = step(range.begin, *known, false, sums);
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
  Value bytes = emitter.multiply(term, emitter.constant(stream.lines * lineBytes / unrolledTerms));
  for (int64_t i = 0; i < stream.lines; ++i)
    LLVM::Prefetch::create(
        emitter.builder, emitter.location,
        emitter.offsetBytes(stream.base, emitter.add(bytes, emitter.constant(i * lineBytes))),
        /*rw=*/0, /*hint=*/2, /*cache=*/1);
}

// Elements of fewer bits become reals in registers.
Value TileSums::panelElements(Value at) {
  OpBuilder &builder = emitter.builder;
  Location location = emitter.location;
  ReadOp read = plan.b.read;
  ObjectType stored = objectOf(read.getResult());
  Type packed = emitter.storageType(stored);
  Value line = LLVM::LoadOp::create(builder, location, VectorType::get({lanes}, packed),
                                    emitter.address(panel, at, packed), plan.packedBytes * lanes);
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
  unsigned count = lines.size() * plan.panelVectors;
  SmallVector<Value> line;
  for (unsigned j = 0; j < plan.panelVectors; ++j) {
    Value at = emitter.add(emitter.multiply(term, emitter.constant(width)), emitter.constant(j * lanes));
    line.push_back(panelElements(at));
  }
  ExpressionEmitter vectors(emitter, lanes);
  for (auto [i, row] : llvm::enumerate(lines)) {
    Value address = emitter.address(row.base, emitter.multiply(k, row.stride), element);
    Value number = LLVM::LoadOp::create(builder, emitter.location, element, address, plan.elementBytes);
    Value broadcast = vectors.materialize(vectors.uniform(number));
    for (unsigned j = 0; j < plan.panelVectors; ++j) {
      Value &sum = sums[set * count + i * plan.panelVectors + j];
      Value next = plan.isSwapped ? terms.next(sum, line[j], broadcast) : terms.next(sum, broadcast, line[j]);
      if (!conditions.empty())
        next = arith::SelectOp::create(builder, emitter.location, conditions[i], next, sum);
      sum = next;
    }
  }
}

} // namespace weft
