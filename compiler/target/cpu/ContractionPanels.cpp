#include "compiler/target/cpu/ContractionPanels.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

static Value roundedUp(FunctionEmitter &emitter, Value count, int64_t unit) {
  if (std::optional<int64_t> known = FunctionEmitter::constantOf(count))
    return emitter.constant((*known + unit - 1) / unit);
  Value sum = emitter.add(count, emitter.constant(unit - 1));
  return arith::DivUIOp::create(emitter.builder, emitter.location, sum, emitter.constant(unit));
}

ContractionPanels::ContractionPanels(FunctionEmitter &emitter, const ContractionOperands &operands)
    : emitter(emitter), operands(operands), plan(operands.plan),
      element(emitter.storageType(objectOf(plan.fold.getResult()))),
      lanes(emitter.target.lanes(plan.elementBytes)), width(plan.panelVectors * lanes),
      b(emitter, plan.b, operands.wires[plan.b.wire]), columns(countOf(emitter, plan.columns)),
      terms(countOf(emitter, plan.summed)), panelCount(roundedUp(emitter, columns, width)) {}

void ContractionPanels::forEachBatch(const IndexWindows &windows,
                                     llvm::function_ref<void(const IndexValues &, Value)> body) {
  IndexValues indices;
  std::function<void(unsigned, Value)> nest = [&](unsigned axis, Value number) {
    if (axis == plan.batch.size())
      return body(indices, number);
    Value size = emitter.sizeOf(objectOf(plan.batch[axis]).getElement());
    IndexWindow window = emitter.windowOf(plan.batch[axis], windows);
    emitter.loop(window.begin, window.end, [&](Value i) {
      indices[plan.batch[axis]] = i;
      nest(axis + 1, emitter.add(emitter.multiply(number, size), i));
    });
  };
  nest(0, emitter.constant(0));
}

Value ContractionPanels::panelOffset(Value batch, Value panel) {
  Value number = emitter.add(emitter.multiply(batch, panelCount), panel);
  return emitter.multiply(number, emitter.multiply(terms, emitter.constant(width)));
}

Value ContractionPanels::rangeMemory() {
  return emitter.address(operands.panels, panelOffset(countOf(emitter, plan.batch), emitter.constant(0)),
                         element);
}

void ContractionPanels::bindColumns(ExpressionEmitter &expressions, Value first) {
  IndexValues values = decompose(emitter, plan.columns, first);
  for (BlockArgument index : plan.columns)
    expressions.bind(index, index == plan.columns.back() ? expressions.laneIndex(values[index])
                                                         : expressions.uniformIndex(values[index]));
}

} // namespace weft
