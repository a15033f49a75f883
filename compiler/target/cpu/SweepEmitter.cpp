// A block of nodes is stepped from a state in which the blocks before it have been, in place. Let x be the
// state after k blocks have changed it, and dₖ that after k rounds. As a step never undoes anything and grows
// with the state, dₖ has come at least as far as x, and x no farther than the fixed point: when nothing
// changes any more, x = dₖ. So k rounds would have been enough, and the verdict is the same if there may be k
// + 1.
//
// With reals that holds unless a sum is no number: a state that is still the unit may meet the opposite
// infinity in a round, and be a number by then in a sweep. Whether an edge could is looked at first.
#include "compiler/target/cpu/SweepEmitter.h"
#include "compiler/target/cpu/FrontierEmitter.h"

using namespace mlir;

namespace weft {

// Blocks are counted, and rounds are in their stead: of 1024 nodes and more there are so many blocks at the
// most.
static constexpr int64_t mostBlocks = 1024, leastBlock = 64;
// So many sweeps at least are worth it, and no more where so small a share of the blocks has changed: then
// rounds look at what changed alone.
static constexpr int64_t leastSweeps = 8, smallShare = 64;

namespace {

class MonotoneGift {
public:
  explicit MonotoneGift(const FrontierStep &step) : step(step) {}

  bool isState(ReadOp read) const {
    EquationOp equation = step.equation;
    auto argument = cast<BlockArgument>(read.getWire());
    Value wire = equation.getWires()[argument.getArgNumber() - equation.indices(0).size()];
    return wire == equation->getBlock()->getArgument(0);
  }

  bool grows(Value value) const {
    if (!depends(value))
      return true;
    Operation *op = value.getDefiningOp();
    if (isa<ReadOp>(op))
      return true;
    auto apply = dyn_cast<ApplyOp>(op);
    if (!apply)
      return false;
    switch (apply.getFunction()) {
    case Function::add:
    case Function::min:
    case Function::max:
    case Function::and_:
    case Function::or_:
      return llvm::all_of(apply.getValues(), [&](Value inner) { return grows(inner); });
    case Function::sub:
      return grows(apply.getValues()[0]) && !depends(apply.getValues()[1]);
    default:
      return false;
    }
  }

  bool depends(Value value) const {
    Operation *op = value.getDefiningOp();
    if (!op)
      return false;
    if (auto read = dyn_cast<ReadOp>(op); read && isState(read))
      return true;
    return llvm::any_of(op->getOperands(), [&](Value inner) { return depends(inner); }) ||
           llvm::any_of(op->getRegions(), [&](Region &region) { return reads(region); });
  }

  bool reads(Region &region) const {
    return region
        .walk([&](ReadOp read) { return isState(read) ? WalkResult::interrupt() : WalkResult::advance(); })
        .wasInterrupted();
  }

private:
  const FrontierStep &step;
};

} // namespace

// What an edge gives.
static Value given(const FrontierStep &step) {
  FoldOp fold = step.fold;
  return fold.getArguments().front().getTerminator()->getOperand(0);
}

static Function operationOf(const FrontierStep &step) {
  MonoidOp monoid = step.monoid;
  return monoid.getCombine().front().getTerminator()->getOperand(0).getDefiningOp<ApplyOp>().getFunction();
}

bool maySweep(const FrontierStep &step) {
  Function operation = operationOf(step);
  bool isOrder = operation == Function::min || operation == Function::max || operation == Function::and_ ||
                 operation == Function::or_;
  MonoidOp monoid = step.monoid;
  FoldOp fold = step.fold;
  Block &lift = monoid.getLift().front();
  bool isPlain = lift.getNumArguments() == 1 && lift.getTerminator()->getOperand(0) == lift.getArgument(0);
  MonotoneGift gift(step);
  return isOrder && isPlain && (fold.getMask().empty() || !gift.reads(fold.getMask())) &&
         gift.grows(given(step));
}

Size sweepBytes(const FrontierStep &step, const AxisTable &axes) {
  return multiply(axes.size(step.nodes.getValue()), Size(8)).value_or(Size(0));
}

namespace {

class SweepWriter {
public:
  SweepWriter(FunctionEmitter &emitter, const FrontierStep &step, const SweepPlaces &places)
      : emitter(emitter), builder(emitter.builder), step(step), places(places),
        nodes(emitter.sizeOf(step.nodes.getValue())), kept(emitter.bufferAt(places.room, places.state.type)) {
  }

  Progress write() {
    emitter.copy(places.state, kept);
    Value size = emitter.maximum(emitter.constant(leastBlock), divided(nodes, mostBlocks));
    Value blocks = divided(emitter.add(nodes, emitter.subtract(size, emitter.constant(1))), size);
    Value isLarge = compare(arith::CmpIPredicate::sge, nodes, emitter.constant(mostBlocks));
    Value isLong = compare(arith::CmpIPredicate::sgt, places.bound,
                           emitter.multiply(blocks, emitter.constant(leastSweeps)));
    Value isWorth = arith::AndIOp::create(builder, emitter.location, isLarge, isLong);
    SmallVector<Value> none{emitter.constant(0), emitter.truth(false)};
    auto choice = scf::IfOp::create(builder, emitter.location, ValueRange(none).getTypes(), isWorth, true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(choice.elseBlock());
    scf::YieldOp::create(builder, emitter.location, none);
    builder.setInsertionPointToStart(choice.thenBlock());
    scf::YieldOp::create(builder, emitter.location, sweeps(size, blocks, numbersAlone()));
    return {choice.getResult(0), choice.getResult(1)};
  }

  void restore() { emitter.copy(kept, places.state); }

private:
  Value compare(arith::CmpIPredicate predicate, Value a, Value b) {
    return arith::CmpIOp::create(builder, emitter.location, predicate, a, b);
  }
  Value both(Value a, Value b) { return arith::AndIOp::create(builder, emitter.location, a, b); }
  Value divided(Value a, Value b) { return arith::DivUIOp::create(builder, emitter.location, a, b); }
  Value divided(Value a, int64_t b) { return divided(a, emitter.constant(b)); }

  // While much changes, and rounds are left. A sweep ends before its last block when they are not.
  SmallVector<Value> sweeps(Value size, Value blocks, Value mayStart) {
    Type word = builder.getI64Type();
    SmallVector<Value> start{emitter.constant(0), blocks, mayStart};
    SmallVector<Type> types(ValueRange(start).getTypes());
    SmallVector<Location> locations(3, emitter.location);
    auto loop = scf::WhileOp::create(builder, emitter.location, types, start);
    OpBuilder::InsertionGuard guard(builder);
    Block *before = builder.createBlock(&loop.getBefore(), {}, types, locations);
    Value isMuch = compare(arith::CmpIPredicate::sgt, before->getArgument(1), divided(blocks, smallShare));
    Value isLeft =
        compare(arith::CmpIPredicate::slt, emitter.add(before->getArgument(0), blocks), places.bound);
    Value goes = both(both(isMuch, isLeft), before->getArgument(2));
    scf::ConditionOp::create(builder, emitter.location, goes, before->getArguments());
    Block *after = builder.createBlock(&loop.getAfter(), {}, types, locations);
    Value changed =
        emitter.loop(emitter.constant(0), blocks, 1, emitter.constant(0), [&](Value block, ValueRange count) {
          Value first = emitter.multiply(block, size);
          Value differs = stepBlock({first, emitter.minimum(emitter.add(first, size), nodes)});
          Value one = arith::ExtUIOp::create(builder, emitter.location, word, differs);
          return SmallVector<Value>{emitter.add(count[0], one)};
        })[0];
    scf::YieldOp::create(
        builder, emitter.location,
        ValueRange{emitter.add(after->getArgument(0), changed), changed, after->getArgument(2)});
    builder.setInsertionPointAfter(loop);
    return {loop.getResult(0), compare(arith::CmpIPredicate::eq, loop.getResult(1), emitter.constant(0))};
  }

  // Whether any of its nodes differs.
  Value stepBlock(const IndexWindow &window) {
    emitter.onOneThread([&] { places.emitStep(window); });
    Type type = emitter.storageType(places.state.type);
    return emitter.loop(window.begin, window.end, 1, emitter.truth(false), [&](Value v, ValueRange any) {
      Value to = emitter.address(places.state.base, v, type);
      Value after =
          LLVM::LoadOp::create(builder, emitter.location, type, emitter.address(places.next.base, v, type));
      Value before = LLVM::LoadOp::create(builder, emitter.location, type, to);
      Value differs = emitDiffer(emitter, places.state.type, before, after);
      LLVM::StoreOp::create(builder, emitter.location, after, to);
      return SmallVector<Value>{arith::OrIOp::create(builder, emitter.location, any[0], differs)};
    })[0];
  }

  // Whether the state is of numbers, and no edge makes of the unit what is none.
  Value numbersAlone() {
    if (!places.state.type.isReal())
      return emitter.truth(true);
    Type type = emitter.storageType(places.state.type);
    Value stateHas =
        emitter.loop(emitter.constant(0), nodes, 1, emitter.truth(true), [&](Value v, ValueRange so) {
          Value value = LLVM::LoadOp::create(builder, emitter.location, type,
                                             emitter.address(places.state.base, v, type));
          return SmallVector<Value>{both(so[0], isNumber(value))};
        })[0];
    Value edges = emitter.sizeOf(step.edges.getValue());
    return emitter.loop(emitter.constant(0), edges, 1, stateHas, [&](Value e, ValueRange so) {
      return SmallVector<Value>{both(so[0], isNumber(givenOfUnit(e)))};
    })[0];
  }

  Value isNumber(Value value) {
    return arith::CmpFOp::create(builder, emitter.location, arith::CmpFPredicate::ORD, value, value);
  }

  Value givenOfUnit(Value edge) {
    EquationOp equation = step.equation;
    FoldOp fold = step.fold;
    ExpressionEmitter expressions(emitter, 1);
    bindEdge(expressions, step, places.bufferOf, edge);
    auto type = cast<FloatType>(emitter.computeType(places.state.type));
    bool isLeast = operationOf(step) == Function::min;
    Value unit = arith::ConstantOp::create(
        builder, emitter.location,
        builder.getFloatAttr(type, llvm::APFloat::getInf(type.getFloatSemantics(), !isLeast)));
    MonotoneGift gift(step);
    equation.walk([&](ReadOp read) {
      if (gift.isState(read))
        expressions.bind(read.getResult(), expressions.uniform(unit));
    });
    expressions.emitOperationsBefore(fold);
    Block &argument = fold.getArguments().front();
    expressions.bind(argument.getArgument(0), expressions.uniformIndex(edge));
    expressions.emitOperations(argument);
    return expressions.get(given(step)).value;
  }

  FunctionEmitter &emitter;
  OpBuilder &builder;
  const FrontierStep &step;
  const SweepPlaces &places;
  Value nodes;
  Buffer kept;
};

} // namespace

Progress emitSweeps(FunctionEmitter &emitter, const FrontierStep &step, const SweepPlaces &places) {
  return SweepWriter(emitter, step, places).write();
}

void emitUnswept(FunctionEmitter &emitter, const FrontierStep &step, const SweepPlaces &places) {
  SweepWriter(emitter, step, places).restore();
}

} // namespace weft
