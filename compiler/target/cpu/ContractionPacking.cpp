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
    Value count = emitter.multiply(countOf(emitter, plan.batch), panelCount);
    Value columnWork = emitter.workOf(terms, emitter.constant(workOfTerm * width));
    emitter.split(emitter.constant(0), count, 1, emitter.workOf(count, columnWork),
                  [&](Value begin, Value end) {
                    forEachNumber(begin, end, [&](Value number) {
                      enterBatch(quotient(number, panelCount), IndexWindows());
                      packPanel(remainder(number, panelCount));
                    });
                  });
    if (plan.terms.asksForRanges())
      emitFactorRange(emitter, b.memory()).store(emitter, rangeMemory());
  }

private:
  /// An element is read and written.
  static constexpr int64_t workOfTerm = 8;

  void packPanel(Value panel) {
    Value first = emitter.multiply(panel, emitter.constant(width));
    Value target = panelOffset(batchNumber, panel);
    for (unsigned vector = 0; vector < plan.panelVectors; ++vector) {
      Value column = emitter.add(first, emitter.constant(vector * lanes));
      Value end = emitter.add(column, emitter.constant(lanes));
      Value whole =
          arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::sle, end, columns);
      auto choice = scf::IfOp::create(emitter.builder, emitter.location, TypeRange{}, whole, true);
      OpBuilder::InsertionGuard guard(emitter.builder);
      emitter.builder.setInsertionPointToStart(choice.thenBlock());
      packColumns(column, emitter.add(target, emitter.constant(vector * lanes)), lanes);
      emitter.builder.setInsertionPointToStart(choice.elseBlock());
      emitter.loop(emitter.constant(0), emitter.constant(lanes), [&](Value lane) {
        packColumns(emitter.add(column, lane),
                    emitter.add(emitter.add(target, emitter.constant(vector * lanes)), lane), 1);
      });
    }
  }

  // All terms of the sum for `count` columns. Where the terms lie side by side and the columns do not,
  // squares of both are read by rows and written by columns.
  void packColumns(Value column, Value target, unsigned count) {
    IndexValues at = decompose(emitter, plan.columns, column);
    for (auto &[index, value] : batchIndices)
      at[index] = value;
    Value source = b.offset(at);
    Value step = b.stride(plan.columns.back());
    ExpressionEmitter expressions(emitter, count);
    std::function<void(unsigned, Value, Value)> nest = [&](unsigned axis, Value from, Value term) {
      if (axis < plan.summed.size()) {
        Value size = emitter.sizeOf(objectOf(plan.summed[axis]).getElement());
        Value stride = b.stride(plan.summed[axis]), first = emitter.constant(0);
        if (count > 1 && axis + 1 == plan.summed.size() && FunctionEmitter::constantOf(stride) == 1 &&
            FunctionEmitter::constantOf(step) != 1)
          first = packSquares(from, step, target, emitter.multiply(term, size), size);
        emitter.loop(first, size, [&](Value k) {
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

  // Gives the first term that fills no square.
  Value packSquares(Value from, Value step, Value target, Value firstTerm, Value terms) {
    Value rest = arith::RemUIOp::create(emitter.builder, emitter.location, terms, emitter.constant(lanes));
    Value end = emitter.subtract(terms, rest);
    auto type = VectorType::get({lanes}, element);
    emitter.loop(emitter.constant(0), end, lanes, {}, [&](Value k, ValueRange) -> SmallVector<Value> {
      SmallVector<Value> square;
      for (unsigned column = 0; column < lanes; ++column) {
        Value at = emitter.add(emitter.add(from, k), emitter.multiply(step, emitter.constant(column)));
        square.push_back(LLVM::LoadOp::create(emitter.builder, emitter.location, type,
                                              emitter.address(b.memory().base, at, element), elementBytes()));
      }
      transpose(square);
      for (unsigned i = 0; i < lanes; ++i) {
        Value term = emitter.add(emitter.add(firstTerm, k), emitter.constant(i));
        Value to = emitter.add(target, emitter.multiply(term, emitter.constant(width)));
        LLVM::StoreOp::create(emitter.builder, emitter.location, square[i],
                              emitter.address(operands.panels, to, element), elementBytes());
      }
      return {};
    });
    return end;
  }

  // Quarters change places, then quarters of quarters.
  void transpose(MutableArrayRef<Value> square) {
    unsigned size = square.size();
    for (unsigned half = size / 2; half >= 1; half /= 2) {
      SmallVector<int32_t> upper, lower;
      for (unsigned lane = 0; lane < size; ++lane) {
        upper.push_back(lane & half ? size + lane - half : lane);
        lower.push_back(lane & half ? size + lane : lane + half);
      }
      for (unsigned i = 0; i < size; ++i) {
        if (i & half)
          continue;
        Value a = square[i], c = square[i + half];
        square[i] = LLVM::ShuffleVectorOp::create(emitter.builder, emitter.location, a, c, upper);
        square[i + half] = LLVM::ShuffleVectorOp::create(emitter.builder, emitter.location, a, c, lower);
      }
    }
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
