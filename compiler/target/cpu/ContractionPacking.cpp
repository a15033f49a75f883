// The factor `b` of a contraction, written into panels.
#include "compiler/target/cpu/ContractionPanels.h"
#include "compiler/target/cpu/FactorRange.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

namespace {

class Packer : ContractionPanels {
public:
  using ContractionPanels::ContractionPanels;

  void write() {
    forEachBatch(IndexWindows(), [&](const IndexValues &batch, Value number) {
      emitter.loop(emitter.constant(0), panelCount, [&](Value panel) { packPanel(batch, number, panel); });
    });
    if (plan.terms.asksForRanges())
      emitFactorRange(emitter, b.memory()).store(emitter, rangeMemory());
  }

private:
  void packPanel(const IndexValues &batch, Value number, Value panel) {
    Value first = emitter.multiply(panel, emitter.constant(width));
    Value target = panelOffset(number, panel);
    for (unsigned vector = 0; vector < plan.panelVectors; ++vector) {
      Value column = emitter.add(first, emitter.constant(vector * lanes));
      Value end = emitter.add(column, emitter.constant(lanes));
      Value whole =
          arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::sle, end, columns);
      auto choice = scf::IfOp::create(emitter.builder, emitter.location, TypeRange{}, whole, true);
      OpBuilder::InsertionGuard guard(emitter.builder);
      emitter.builder.setInsertionPointToStart(choice.thenBlock());
      packColumns(batch, column, emitter.add(target, emitter.constant(vector * lanes)), lanes);
      emitter.builder.setInsertionPointToStart(choice.elseBlock());
      emitter.loop(emitter.constant(0), emitter.constant(lanes), [&](Value lane) {
        packColumns(batch, emitter.add(column, lane),
                    emitter.add(emitter.add(target, emitter.constant(vector * lanes)), lane), 1);
      });
    }
  }

  // All terms of the sum for `count` columns.
  void packColumns(const IndexValues &batch, Value column, Value target, unsigned count) {
    IndexValues at = decompose(emitter, plan.columns, column);
    for (auto &[index, value] : batch)
      at[index] = value;
    Value source = b.offset(at);
    Value step = b.stride(plan.columns.back());
    ExpressionEmitter expressions(emitter, count);
    std::function<void(unsigned, Value, Value)> nest = [&](unsigned axis, Value from, Value term) {
      if (axis < plan.summed.size()) {
        Value size = emitter.sizeOf(objectOf(plan.summed[axis]).getElement());
        Value stride = b.stride(plan.summed[axis]);
        emitter.loop(emitter.constant(0), size, [&](Value k) {
          nest(axis + 1, emitter.add(from, emitter.multiply(k, stride)),
               emitter.add(emitter.multiply(term, size), k));
        });
        return;
      }
      Value to = emitter.add(target, emitter.multiply(term, emitter.constant(width)));
      Value value = count == 1 ? loadColumn(from, column) : loadColumns(expressions, from, step);
      LLVM::StoreOp::create(emitter.builder, emitter.location, value,
                            emitter.address(operands.panels, to, element), elementBytes());
    };
    nest(0, source, emitter.constant(0));
  }

  Value loadColumns(ExpressionEmitter &expressions, Value from, Value step) {
    Buffer line{b.memory().base, b.memory().type, {step}};
    Scalar element = expressions.linear(line, {expressions.laneIndex(emitter.constant(0))});
    // `linear` counts from the line's begin; `from` is where it begins.
    line.base = emitter.address(line.base, from, this->element);
    return expressions.materialize(expressions.load(line, element), b.memory().type);
  }

  // A column behind the last one holds 0.
  Value loadColumn(Value from, Value column) {
    Value inside =
        arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::slt, column, columns);
    auto choice = scf::IfOp::create(emitter.builder, emitter.location, TypeRange(element), inside, true);
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(choice.thenBlock());
    Value value = LLVM::LoadOp::create(emitter.builder, emitter.location, element,
                                       emitter.address(b.memory().base, from, element));
    scf::YieldOp::create(emitter.builder, emitter.location, value);
    emitter.builder.setInsertionPointToStart(choice.elseBlock());
    scf::YieldOp::create(emitter.builder, emitter.location, emitter.real(0, element));
    return choice.getResult(0);
  }
};

} // namespace

void emitPacking(FunctionEmitter &emitter, const ContractionOperands &operands) {
  Packer(emitter, operands).write();
}

} // namespace weft
