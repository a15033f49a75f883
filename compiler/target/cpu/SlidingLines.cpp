#include "compiler/target/cpu/SlidingLines.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

void layOutLines(ContractionPlan &plan, const AxisTable &axes, int64_t width) {
  SlidingLines &lines = *plan.lines;
  auto sizeOf = [&](Value index) {
    return axes.size(objectOf(index).getElement().getValue()).constant().value_or(0);
  };
  int64_t last = 0;
  for (BlockArgument index : plan.summed) {
    int64_t step = lines.read.stepOf(index), most = std::max<int64_t>(sizeOf(index) - 1, 0);
    (step < 0 ? lines.first : last) += step * most;
    lines.count *= step ? 1 : sizeOf(index);
  }
  int64_t columns = (sizeOf(plan.columns.front()) + width - 1) / width * width;
  lines.length = columns + last - lines.first;
  int64_t apart = lines.length * lines.count;
  for (BlockArgument index : plan.summed) {
    int64_t step = lines.read.stepOf(index);
    apart /= step ? 1 : std::max<int64_t>(sizeOf(index), 1);
    lines.steps.push_back(step ? step : apart);
  }
}

void LinePacker::writeAll() {
  const SlidingLines &lines = *plan.lines;
  SmallVector<BlockArgument> plain;
  for (BlockArgument index : plan.summed)
    if (!lines.read.stepOf(index))
      plain.push_back(index);
  Value count = emitter.constant(lines.count);
  Value all = emitter.multiply(countOf(emitter, plan.batch), count);
  forEachNumber(emitter.constant(0), all, [&](Value number) {
    enterBatch(quotient(number, count), IndexWindows());
    IndexValues indices = decompose(emitter, plain, remainder(number, count));
    for (auto &[index, value] : batchIndices)
      indices[index] = value;
    Value begin = emitter.multiply(number, emitter.constant(lines.length));
    writeLine(indices, emitter.address(operands.panels, begin, packed));
  });
}

// What lies outside its axis is the read's default; so is what no column of any term reads.
void LinePacker::writeLine(const IndexValues &indices, Value line) {
  const SlidingLines &lines = *plan.lines;
  const SlidingRead &read = lines.read;
  int64_t start = read.sign * lines.first + read.constant;
  int64_t lowest = read.sign < 0 ? start - lines.length : start;
  if (read.modulus && lowest < 0)
    start += (-lowest / read.modulus + 1) * read.modulus;
  Value from = b.offset(indices), stride = b.memory().strides[read.axis];
  Value size = emitter.sizeOf(b.memory().type.getAxes()[read.axis]);
  OpBuilder &builder = emitter.builder;
  Value otherwise = arith::ConstantOp::create(
      builder, emitter.location,
      isa<FloatType>(packed) ? cast<TypedAttr>(builder.getFloatAttr(packed, read.otherwise))
                             : cast<TypedAttr>(builder.getZeroAttr(packed)));
  emitter.loop(emitter.constant(0), emitter.constant(lines.length), [&](Value place) {
    Value position =
        emitter.add(emitter.constant(start), emitter.multiply(place, emitter.constant(read.sign)));
    if (read.modulus)
      position = remainder(position, emitter.constant(read.modulus));
    // Negative numbers are large ones without a sign.
    Value inside =
        arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::ult, position, size);
    auto choice = scf::IfOp::create(builder, emitter.location, TypeRange(packed), inside, true);
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(choice.thenBlock());
      Value element = emitter.add(from, emitter.multiply(position, stride));
      Value value = LLVM::LoadOp::create(builder, emitter.location, packed,
                                         emitter.address(b.memory().base, element, packed));
      scf::YieldOp::create(builder, emitter.location, value);
      builder.setInsertionPointToStart(choice.elseBlock());
      scf::YieldOp::create(builder, emitter.location, otherwise);
    }
    LLVM::StoreOp::create(builder, emitter.location, choice.getResult(0),
                          emitter.address(line, place, packed), packedBytes());
  });
}

bool isBand(const ContractionPlan &plan) {
  FoldOp fold = plan.fold;
  return plan.lines && plan.lines->read.isGuarded && !plan.lines->read.otherwise &&
         !plan.lines->read.modulus && plan.summed.size() == 1 &&
         plan.lines->read.stepOf(plan.summed.front()) && fold.getSkipsZeros();
}

// Of place = column + step · term those between `low` and `high` are inside the axis.
TermRange termsOfBand(FunctionEmitter &emitter, const ContractionPlan &plan, Value firstColumn,
                      int64_t width) {
  const SlidingRead &read = plan.lines->read;
  ReadOp packed = plan.b.read;
  Value size = emitter.sizeOf(packed.getWire().getType().getAxes()[read.axis]);
  Value terms = emitter.sizeOf(objectOf(plan.summed.front()).getElement());
  Value constant = emitter.constant(read.constant), one = emitter.constant(1);
  Value most = emitter.subtract(size, one);
  Value low = read.sign > 0 ? emitter.constant(-read.constant) : emitter.subtract(constant, most);
  Value high = read.sign > 0 ? emitter.subtract(most, constant) : constant;
  Value lastColumn = emitter.add(firstColumn, emitter.constant(width - 1));
  int64_t step = plan.lines->steps.front();
  Value least = step > 0 ? emitter.subtract(low, lastColumn) : emitter.subtract(firstColumn, high);
  Value greatest = step > 0 ? emitter.subtract(high, firstColumn) : emitter.subtract(lastColumn, low);
  int64_t unit = std::abs(step);
  Value begin = emitter.floorDivide(emitter.add(least, emitter.constant(unit - 1)), unit);
  Value end = emitter.add(emitter.floorDivide(greatest, unit), one);
  begin = emitter.minimum(emitter.maximum(begin, emitter.constant(0)), terms);
  return {begin, emitter.maximum(emitter.minimum(end, terms), begin)};
}

} // namespace weft
