#include "compiler/target/cpu/ContractionPacking.h"
#include "compiler/target/cpu/FactorRange.h"
#include "compiler/target/cpu/SlidingLines.h"
#include "compiler/target/cpu/TurnedSquare.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// An element is read and written.
static constexpr int64_t workOfTerm = 8;

void PanelPacker::writeAll() {
  Value count = emitter.multiply(countOf(emitter, plan.batch), panelCount);
  Value columnWork = emitter.workOf(terms, emitter.constant(workOfTerm * width));
  emitter.split(emitter.constant(0), count, 1, emitter.workOf(count, columnWork),
                [&](Value begin, Value end) {
                  forEachNumber(begin, end, [&](Value number) {
                    enterBatch(quotient(number, panelCount), IndexWindows());
                    Value panel = remainder(number, panelCount);
                    writeWhole(batchIndices, panel, batchNumber);
                    if (operands.isBinding && readsPanelsInOrder())
                      releasePanel(panel);
                  });
                });
  if (plan.terms.asksForRanges())
    emitFactorRange(emitter, b.memory()).store(emitter, rangeMemory());
}

bool PanelPacker::readsPanelsInOrder() {
  std::optional<int64_t> column = FunctionEmitter::constantOf(b.stride(plan.columns.back()));
  return column && plan.columns.size() == 1 && llvm::all_of(plan.summed, [&](BlockArgument index) {
           std::optional<int64_t> stride = FunctionEmitter::constantOf(b.stride(index));
           return stride && *stride > 0 && *stride < *column;
         });
}

void PanelPacker::releasePanel(Value panel) {
  IndexValues at = batchIndices;
  Value first = emitter.multiply(panel, emitter.constant(width));
  Value count = emitter.minimum(emitter.constant(width), emitter.subtract(columns, first));
  at[plan.columns.back()] = first;
  Value begin = emitter.address(b.memory().base, b.offset(at), packed);
  emitter.release(begin, emitter.multiply(count, b.stride(plan.columns.back())), b.memory().type);
}

void PanelPacker::writeBatch(const IndexValues &batch) {
  emitter.loop(emitter.constant(0), panelCount,
               [&](Value panel) { writeWhole(batch, panel, emitter.constant(0)); });
}

void PanelPacker::writeWhole(const IndexValues &batch, Value panel, Value number) {
  TermRange all{emitter.constant(0), emitter.sizeOf(objectOf(plan.summed.front()).getElement())};
  write(batch, panel, emitter.address(operands.panels, panelOffset(number, panel), packed), all);
}

// A panel whose columns lie side by side is copied a row at a time, others by vectors, or by columns at the
// end.
void PanelPacker::write(const IndexValues &batch, Value panel, Value memory, TermRange range) {
  Value first = emitter.multiply(panel, emitter.constant(width));
  auto choose = [&](Value end, llvm::function_ref<void()> whole, llvm::function_ref<void()> part) {
    std::optional<int64_t> known = FunctionEmitter::constantOf(columns);
    if (known && *known % width == 0)
      return whole();
    Value inside =
        arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::sle, end, columns);
    auto choice = scf::IfOp::create(emitter.builder, emitter.location, TypeRange{}, inside, true);
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(choice.thenBlock());
    whole();
    emitter.builder.setInsertionPointToStart(choice.elseBlock());
    part();
  };
  // Elements of fewer bits that do not lie side by side are copied one by one.
  auto byColumns = [&] {
    emitter.loop(emitter.constant(0), emitter.constant(width), [&](Value lane) {
      packColumns(batch, emitter.add(first, lane), emitter.address(memory, lane, packed), range, 1, 1);
    });
  };
  auto byVectors = [&] {
    if (packed != element)
      return byColumns();
    for (unsigned vector = 0; vector < plan.panelVectors; ++vector) {
      Value column = emitter.add(first, emitter.constant(vector * lanes));
      Value target = emitter.address(memory, emitter.constant(vector * lanes), packed);
      choose(
          emitter.add(column, emitter.constant(lanes)),
          [&] { packColumns(batch, column, target, range, 1, lanes); },
          [&] {
            if (std::optional<int64_t> rest = columnsOfLastVector(vector))
              return packColumns(batch, column, target, range, 1, lanes, *rest);
            emitter.loop(emitter.constant(0), emitter.constant(lanes), [&](Value lane) {
              packColumns(batch, emitter.add(column, lane), emitter.address(target, lane, packed), range, 1,
                          1);
            });
          });
    }
  };
  if (plan.isAlongTerms)
    return byColumns();
  std::optional<int64_t> inner =
      FunctionEmitter::constantOf(emitter.sizeOf(objectOf(plan.columns.back()).getElement()));
  bool isLine = FunctionEmitter::constantOf(b.stride(plan.columns.back())) == 1 &&
                (plan.columns.size() == 1 || (inner && *inner % width == 0));
  if (!isLine)
    return byVectors();
  choose(
      emitter.add(first, emitter.constant(width)),
      [&] { packColumns(batch, first, memory, range, plan.panelVectors, lanes); }, byVectors);
}

void PanelPacker::writeTogether(const IndexValues &batch, Value first, Value end, Value memory, Value size,
                                TermRange range) {
  termsAhead = termsTogether;
  emitter.loop(range.begin, range.end, termsTogether, {}, [&](Value term, ValueRange) -> SmallVector<Value> {
    TermRange some{term, emitter.minimum(emitter.add(term, emitter.constant(termsTogether)), range.end)};
    emitter.loop(first, end, [&](Value panel) {
      Value before = emitter.multiply(emitter.subtract(panel, first), size);
      write(batch, panel, emitter.address(memory, before, packed), some);
    });
    return {};
  });
}

// How many columns the vector of the last panel has, where that is known, and vectors can be read in part.
std::optional<int64_t> PanelPacker::columnsOfLastVector(unsigned vector) {
  std::optional<int64_t> known = FunctionEmitter::constantOf(columns);
  if (!known || plan.columns.size() > 1 || !emitter.target.masksLanes())
    return std::nullopt;
  return std::clamp<int64_t>(*known % width - vector * lanes, 0, lanes);
}

// The terms of the sum for `vectors` times `count` columns. Where the terms lie side by side and the columns
// do not, squares of both are read by rows and written by columns.
void PanelPacker::packColumns(const IndexValues &batch, Value column, Value target, TermRange range,
                              unsigned vectors, unsigned count, int64_t active) {
  IndexValues at = decompose(emitter, plan.columns, column);
  for (auto &[index, value] : batch)
    at[index] = value;
  Value step = b.stride(plan.columns.back());
  std::function<void(unsigned, Value, Value)> nest = [&](unsigned axis, Value from, Value term) {
    if (axis < plan.summed.size()) {
      Value size = emitter.sizeOf(objectOf(plan.summed[axis]).getElement());
      Value stride = b.stride(plan.summed[axis]);
      auto [begin, end] = axis == 0 ? range : TermRange{emitter.constant(0), size};
      bool isInnermost = axis + 1 == plan.summed.size();
      if (count > 1 && isInnermost && FunctionEmitter::constantOf(stride) == 1 &&
          FunctionEmitter::constantOf(step) != 1)
        begin = packSquares(from, step, target, emitter.multiply(term, size), {begin, end}, active);
      emitter.loop(begin, end, [&](Value k) {
        Value next = emitter.add(from, emitter.multiply(k, stride));
        if (isInnermost && count > 1 && FunctionEmitter::constantOf(step) == 1)
          prefetchAhead(next, stride, vectors);
        nest(axis + 1, next, emitter.add(emitter.multiply(term, size), k));
      });
      return;
    }
    for (unsigned vector = 0; vector < vectors; ++vector) {
      Value moved = emitter.constant(vector * lanes);
      Value value = count == 1 ? loadColumn(from, column)
                               : loadColumns(emitter.add(from, emitter.multiply(moved, step)), step, active);
      storeTerm(emitter.address(target, moved, packed), term, value);
    }
  };
  nest(0, b.offset(at), emitter.constant(0));
}

void PanelPacker::storeTerm(Value target, Value term, Value value) {
  Value to = emitter.multiply(term, emitter.constant(width));
  LLVM::StoreOp::create(emitter.builder, emitter.location, value, emitter.address(target, to, packed),
                        packedBytes());
}

void PanelPacker::prefetchAhead(Value from, Value stride, unsigned vectors) {
  Value ahead = emitter.add(from, emitter.multiply(stride, emitter.constant(termsAhead)));
  for (unsigned vector = 0; vector < vectors; ++vector)
    prefetch(emitter.add(ahead, emitter.constant(vector * lanes)));
}

void PanelPacker::prefetch(Value at) {
  LLVM::Prefetch::create(emitter.builder, emitter.location, emitter.address(b.memory().base, at, packed),
                         /*rw=*/0, /*hint=*/3, /*cache=*/1);
}

// Gives the first term that fills no square. The square of the next columns is asked for.
Value PanelPacker::packSquares(Value from, Value step, Value target, Value firstTerm, TermRange range,
                               int64_t active) {
  Value count = emitter.subtract(range.end, range.begin);
  Value rest = arith::RemUIOp::create(emitter.builder, emitter.location, count, emitter.constant(lanes));
  Value end = emitter.subtract(range.end, rest);
  auto type = VectorType::get({lanes}, element);
  emitter.loop(range.begin, end, lanes, {}, [&](Value k, ValueRange) -> SmallVector<Value> {
    SmallVector<Value> square;
    for (unsigned column = 0; column < lanes; ++column) {
      if (column >= active) {
        square.push_back(arith::ConstantOp::create(emitter.builder, emitter.location,
                                                   cast<TypedAttr>(emitter.builder.getZeroAttr(type))));
        continue;
      }
      Value at = emitter.add(emitter.add(from, k), emitter.multiply(step, emitter.constant(column)));
      square.push_back(LLVM::LoadOp::create(emitter.builder, emitter.location, type,
                                            emitter.address(b.memory().base, at, element), elementBytes()));
      prefetch(emitter.add(at, emitter.multiply(step, emitter.constant(lanes))));
    }
    turnSquare(emitter, square);
    for (unsigned i = 0; i < lanes; ++i)
      storeTerm(target, emitter.add(emitter.add(firstTerm, k), emitter.constant(i)), square[i]);
    return {};
  });
  return end;
}

// Behind the `active` ones are none, and 0 stands there.
Value PanelPacker::loadColumns(Value from, Value step, int64_t active) {
  if (packed != element)
    return LLVM::LoadOp::create(emitter.builder, emitter.location, VectorType::get({lanes}, packed),
                                emitter.address(b.memory().base, from, packed), packedBytes());
  ExpressionEmitter expressions(emitter, lanes);
  if (active < lanes)
    expressions.limitLanes(emitter.constant(active));
  Buffer line{b.memory().base, b.memory().type, {step}};
  Scalar element = expressions.linear(line, {expressions.laneIndex(emitter.constant(0))});
  // `linear` counts from the line's begin; `from` is where it begins.
  line.base = emitter.address(line.base, from, this->element);
  return expressions.materialize(expressions.load(line, element), b.memory().type);
}

// A column behind the last one holds 0.
Value PanelPacker::loadColumn(Value from, Value column) {
  Value inside =
      arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::slt, column, columns);
  auto choice = scf::IfOp::create(emitter.builder, emitter.location, TypeRange(packed), inside, true);
  OpBuilder::InsertionGuard guard(emitter.builder);
  emitter.builder.setInsertionPointToStart(choice.thenBlock());
  Value value = LLVM::LoadOp::create(emitter.builder, emitter.location, packed,
                                     emitter.address(b.memory().base, from, packed));
  scf::YieldOp::create(emitter.builder, emitter.location, value);
  emitter.builder.setInsertionPointToStart(choice.elseBlock());
  Value zero = arith::ConstantOp::create(emitter.builder, emitter.location,
                                         cast<TypedAttr>(emitter.builder.getZeroAttr(packed)));
  scf::YieldOp::create(emitter.builder, emitter.location, zero);
  return choice.getResult(0);
}

void emitPacking(FunctionEmitter &emitter, const ContractionOperands &operands) {
  if (operands.plan.lines)
    LinePacker(emitter, operands).writeAll();
  else
    PanelPacker(emitter, operands).writeAll();
}

} // namespace weft
