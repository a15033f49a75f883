#include "compiler/target/cpu/ContractionPanels.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

ContractionPanels::ContractionPanels(FunctionEmitter &emitter, const ContractionOperands &operands)
    : emitter(emitter), operands(operands), plan(operands.plan),
      element(emitter.storageType(objectOf(plan.fold.getResult()))),
      packed(emitter.storageType(objectOf(plan.b.read.getResult()))),
      lanes(emitter.target.lanes(plan.elementBytes)), width(plan.panelWidth(lanes)),
      b(emitter, plan.b, operands.wires[plan.b.wire]), columns(countOf(emitter, plan.columns)),
      terms(countOf(emitter, plan.summed)), panelCount(roundedUp(columns, emitter.constant(width))) {}

Value ContractionPanels::quotient(Value number, Value by) {
  std::optional<int64_t> n = FunctionEmitter::constantOf(number), unit = FunctionEmitter::constantOf(by);
  if (unit == 1 || n == 0)
    return number;
  if (n && unit)
    return emitter.constant(*n / *unit);
  return arith::DivUIOp::create(emitter.builder, emitter.location, number, by);
}

Value ContractionPanels::remainder(Value number, Value by) {
  std::optional<int64_t> n = FunctionEmitter::constantOf(number), unit = FunctionEmitter::constantOf(by);
  if (unit == 1 || n == 0)
    return emitter.constant(0);
  if (n && unit)
    return emitter.constant(*n % *unit);
  return arith::RemUIOp::create(emitter.builder, emitter.location, number, by);
}

Value ContractionPanels::roundedUp(Value count, Value unit) {
  return quotient(emitter.subtract(emitter.add(count, unit), emitter.constant(1)), unit);
}

void ContractionPanels::enterBatch(Value number, const IndexWindows &windows) {
  batchIndices = decompose(emitter, plan.batch, number, windows);
  batchNumber = emitter.constant(0);
  for (BlockArgument index : plan.batch) {
    Value size = emitter.sizeOf(objectOf(index).getElement());
    batchNumber = emitter.add(emitter.multiply(batchNumber, size), batchIndices[index]);
  }
}

void ContractionPanels::forEachNumber(Value begin, Value end, llvm::function_ref<void(Value)> body) {
  if (FunctionEmitter::constantOf(begin) == 0 && FunctionEmitter::constantOf(end) == 1)
    return body(begin);
  emitter.loop(begin, end, body);
}

Value ContractionPanels::panelOffset(Value batch, Value panel) {
  if (plan.lines) {
    Value begin = emitter.multiply(batch, emitter.constant(plan.lines->count * plan.lines->length));
    Value column = emitter.multiply(panel, emitter.constant(width));
    return emitter.add(begin, emitter.subtract(column, emitter.constant(plan.lines->first)));
  }
  Value number = emitter.add(emitter.multiply(batch, panelCount), panel);
  return emitter.multiply(number, emitter.multiply(terms, emitter.constant(width)));
}

Value ContractionPanels::rangeMemory() {
  return emitter.address(operands.panels, panelOffset(countOf(emitter, plan.batch), emitter.constant(0)),
                         packed);
}

void ContractionPanels::bindColumns(ExpressionEmitter &expressions, Value first) {
  IndexValues values = decompose(emitter, plan.columns, first);
  for (BlockArgument index : plan.columns)
    expressions.bind(index, index == plan.columns.back() ? expressions.laneIndex(values[index])
                                                         : expressions.uniformIndex(values[index]));
}

} // namespace weft
