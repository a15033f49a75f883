// A round looks at all edges by their targets, as the step says, or at those that leave what changed:
//
//   for u that changed, for e with source[e] == u:   next[v] = next[v] * (… d[u] …)   where v = target[e]
//
// Before such a round `next` is `d`; after it what differs is the new frontier, and becomes `d`. So every
// round gives what the step gives, and takes as many rounds.
#include "compiler/target/cpu/FrontierEmitter.h"
#include "compiler/target/cpu/SegmentsEmitter.h"

using namespace mlir;

namespace weft {

// Looking at an edge by its source costs so many times what it costs by its target (measured: 24 and 1.6 ns,
// 10⁶ edges): what is read of it lies here and there.
static constexpr int64_t costOfPushing = 16;

// After so many rounds in which few changed, the edges are sorted by their sources, which takes as long as
// eight rounds over all of them: whoever ends sooner does not pay for it, others pay at most the double.
static constexpr int64_t roundsOfSorting = 16;

static constexpr int64_t wordBytes = 8;

Size frontierBytes(const FrontierStep &step, const AxisTable &axes) {
  // Four lists of nodes, one of edges, one mark a node, with room for one more, and a flag.
  Size nodes = axes.size(step.nodes.getValue()), edges = axes.size(step.edges.getValue());
  std::optional<Size> bytes = multiply(nodes, Size(4 * wordBytes + 1));
  std::optional<Size> list = multiply(edges, Size(wordBytes));
  return add(add(*bytes, *list).value_or(Size(0)), Size(8 * wordBytes)).value_or(Size(0));
}

Value emitDiffer(FunctionEmitter &emitter, ObjectType type, Value a, Value b) {
  OpBuilder &builder = emitter.builder;
  if (!type.isReal())
    return arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::ne, a, b);
  // Comparing numbers of 16 bits takes some processors a compiler's library.
  if (a.getType().getIntOrFloatBitWidth() < 32)
    for (Value *side : {&a, &b})
      *side = arith::ExtFOp::create(builder, emitter.location, builder.getF32Type(), *side);
  auto compare = [&](arith::CmpFPredicate predicate, Value left, Value right) -> Value {
    return arith::CmpFOp::create(builder, emitter.location, predicate, left, right);
  };
  Value isNumber = arith::OrIOp::create(builder, emitter.location, compare(arith::CmpFPredicate::ORD, a, a),
                                        compare(arith::CmpFPredicate::ORD, b, b));
  return arith::AndIOp::create(builder, emitter.location, compare(arith::CmpFPredicate::UNE, a, b), isNumber);
}

FrontierWriter::FrontierWriter(FunctionEmitter &emitter, const FrontierStep &step,
                               const FrontierPlaces &places)
    : emitter(emitter), builder(emitter.builder), step(step), places(places),
      nodes(emitter.sizeOf(step.nodes.getValue())), wordType(emitter.builder.getI64Type()) {
  Value next = places.room, word = emitter.constant(wordBytes);
  auto take = [&](Value words) {
    Value begin = next;
    next = emitter.offsetBytes(next, emitter.multiply(words, word));
    return begin;
  };
  MLIRContext *context = builder.getContext();
  ObjectType bound = ObjectType::get(context, "i64").over({step.nodes});
  ObjectType list = ObjectType::get(context, step.edges.getValue()).over({step.edges});
  first = emitter.bufferAt(take(nodes), bound);
  last = emitter.bufferAt(take(nodes), bound);
  changed = take(emitter.add(nodes, emitter.constant(1)));
  fresh = take(emitter.add(nodes, emitter.constant(1)));
  order = emitter.bufferAt(take(emitter.sizeOf(step.edges.getValue())), list);
  sorted = emitter.bufferAt(take(emitter.constant(1)), ObjectType::get(context, "bool"));
  marks = next;
}

// How many changed, whether the edges are sorted by their sources, and in how many rounds few changed.
SmallVector<Value> FrontierWriter::begin() {
  Value zero = arith::ConstantOp::create(builder, emitter.location, builder.getI8IntegerAttr(0));
  LLVM::MemsetOp::create(builder, emitter.location, marks, zero, nodes, false);
  return {nodes, emitter.truth(false), emitter.constant(0)};
}

SmallVector<Value> FrontierWriter::round(ValueRange carried) {
  auto compare = [&](arith::CmpIPredicate predicate, Value a, Value b) -> Value {
    return arith::CmpIOp::create(builder, emitter.location, predicate, a, b);
  };
  Value isFew = compare(arith::CmpIPredicate::sle,
                        emitter.multiply(carried[0], emitter.constant(costOfPushing)), nodes);
  Value seldom =
      emitter.add(carried[2], arith::ExtUIOp::create(builder, emitter.location, wordType, isFew).getResult());
  Value pays =
      arith::OrIOp::create(builder, emitter.location, carried[1],
                           compare(arith::CmpIPredicate::sgt, seldom, emitter.constant(roundsOfSorting)));
  Value pushes = arith::AndIOp::create(builder, emitter.location, isFew, pays);
  auto choice = scf::IfOp::create(builder, emitter.location, TypeRange(wordType), pushes, true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(choice.thenBlock());
  Value isUnsorted = arith::XOrIOp::create(builder, emitter.location, carried[1], emitter.truth(true));
  emitter.when(isUnsorted, [&] { sortBySource(); });
  scf::YieldOp::create(builder, emitter.location, push(carried[0]));
  builder.setInsertionPointToStart(choice.elseBlock());
  scf::YieldOp::create(builder, emitter.location, pull());
  builder.setInsertionPointAfter(choice);
  Value isSorted = arith::OrIOp::create(builder, emitter.location, carried[1], pushes);
  return {choice.getResult(0), isSorted, seldom};
}

Value FrontierWriter::addressIn(Value list, Value index) { return emitter.address(list, index, wordType); }
Value FrontierWriter::load(Value list, Value index) {
  return LLVM::LoadOp::create(builder, emitter.location, wordType, addressIn(list, index));
}
void FrontierWriter::store(Value list, Value index, Value value) {
  LLVM::StoreOp::create(builder, emitter.location, value, addressIn(list, index));
}
Value FrontierWriter::loadElement(const Buffer &buffer, Value node) {
  Type type = emitter.storageType(buffer.type);
  return LLVM::LoadOp::create(builder, emitter.location, type, emitter.address(buffer.base, node, type));
}
void FrontierWriter::storeElement(const Buffer &buffer, Value node, Value value) {
  Type type = emitter.storageType(buffer.type);
  LLVM::StoreOp::create(builder, emitter.location, value, emitter.address(buffer.base, node, type));
}

void FrontierWriter::sortBySource() {
  emitSegments(emitter, {places.bufferOf(step.sources), first, last, order, sorted});
}

// The step, and what differs.
Value FrontierWriter::pull() {
  places.emitStep();
  return emitter.loop(emitter.constant(0), nodes, 1, emitter.constant(0), [&](Value v, ValueRange count) {
    Value after = loadElement(places.next, v);
    Value differs = emitDiffer(emitter, places.state.type, loadElement(places.state, v), after);
    storeElement(places.state, v, after);
    // The next one that changed overwrites what did not.
    store(changed, count[0], v);
    Value one = arith::ExtUIOp::create(builder, emitter.location, wordType, differs);
    return SmallVector<Value>{emitter.add(count[0], one)};
  })[0];
}

Value FrontierWriter::push(Value count) {
  Value zero = emitter.constant(0);
  Value found = emitter.loop(zero, count, 1, zero, [&](Value i, ValueRange found) {
    return SmallVector<Value>{pushEdges(load(changed, i), found[0])};
  })[0];
  emitter.loop(zero, found, [&](Value i) {
    Value v = load(fresh, i);
    store(changed, i, v);
    Value none = arith::ConstantOp::create(builder, emitter.location, builder.getI8IntegerAttr(0));
    LLVM::StoreOp::create(builder, emitter.location, none, emitter.offsetBytes(marks, v));
    storeElement(places.state, v, loadElement(places.next, v));
  });
  return found;
}

Value FrontierWriter::pushEdges(Value node, Value found) {
  Value low = load(first.base, node), high = load(last.base, node);
  Value flag = LLVM::LoadOp::create(builder, emitter.location, builder.getI8Type(), sorted.base);
  Value isSorted = arith::TruncIOp::create(builder, emitter.location, builder.getI1Type(), flag);
  return emitter.loop(low, high, 1, found, [&](Value place, ValueRange inner) {
    auto edge = scf::IfOp::create(builder, emitter.location, TypeRange(wordType), isSorted, true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(edge.thenBlock());
    scf::YieldOp::create(builder, emitter.location, place);
    builder.setInsertionPointToStart(edge.elseBlock());
    scf::YieldOp::create(builder, emitter.location, load(order.base, place));
    builder.setInsertionPointAfter(edge);
    return SmallVector<Value>{relax(edge.getResult(0), inner[0])};
  })[0];
}

Value bindEdge(ExpressionEmitter &expressions, const FrontierStep &step,
               llvm::function_ref<Buffer(Value)> bufferOf, Value edge) {
  FunctionEmitter &emitter = expressions.emitter;
  EquationOp equation = step.equation;
  SegmentsOp segments = step.segments;
  for (auto [i, wire] : llvm::enumerate(equation.getWires())) {
    BlockArgument argument = equation.wireArgument(0, i);
    expressions.bindWire(argument, bufferOf(asGiven(wire)));
    if (wire == segments.getSorted())
      for (Operation *read : argument.getUsers())
        expressions.bind(read->getResult(0), expressions.uniform(emitter.truth(true)));
  }
  Type word = emitter.builder.getI64Type();
  Value node = LLVM::LoadOp::create(emitter.builder, emitter.location, word,
                                    emitter.address(bufferOf(segments.getKeys()).base, edge, word));
  expressions.bind(equation.indices(0)[0], expressions.uniformIndex(node));
  return node;
}

// What one edge gives to its target.
Value FrontierWriter::relax(Value edge, Value found) {
  FoldOp fold = step.fold;
  ExpressionEmitter expressions(emitter, 1);
  Value node = bindEdge(expressions, step, places.bufferOf, edge);
  expressions.emitOperationsBefore(fold);
  auto joined = [&] {
    SmallVector<Scalar> given = expressions.emitRegion(fold.getArguments(), expressions.uniformIndex(edge));
    SmallVector<Scalar> both = expressions.emitRegion(step.monoid.getLift(), given);
    Scalar place = expressions.uniformIndex(node);
    Scalar before = expressions.load(places.next, place);
    both.insert(both.begin(), before);
    Scalar after = expressions.emitRegion(step.monoid.getCombine(), both).front();
    return join(node, before.value, after.value, found);
  };
  if (fold.getMask().empty())
    return joined();
  Scalar holds = expressions.emitRegion(fold.getMask(), expressions.uniformIndex(edge)).front();
  auto choice = scf::IfOp::create(builder, emitter.location, TypeRange(wordType), holds.value, true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(builder, emitter.location, joined());
  builder.setInsertionPointToStart(choice.elseBlock());
  scf::YieldOp::create(builder, emitter.location, found);
  builder.setInsertionPointAfter(choice);
  return choice.getResult(0);
}

// A node that differs for the first time in this round is one more.
Value FrontierWriter::join(Value node, Value before, Value after, Value found) {
  Value differs = emitDiffer(emitter, places.state.type, before, after);
  auto choice = scf::IfOp::create(builder, emitter.location, TypeRange(wordType), differs, true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(choice.thenBlock());
  ExpressionEmitter expressions(emitter, 1);
  expressions.store(places.next, expressions.uniformIndex(node), {after, false, false, 0, {0, 0}},
                    emitter.location);
  store(fresh, found, node);
  Value mark = emitter.offsetBytes(marks, node);
  Value known = LLVM::LoadOp::create(builder, emitter.location, builder.getI8Type(), mark);
  Value one = arith::ConstantOp::create(builder, emitter.location, builder.getI8IntegerAttr(1));
  LLVM::StoreOp::create(builder, emitter.location, one, mark);
  Value isNew = arith::XOrIOp::create(builder, emitter.location, known, one);
  Value more = arith::ExtUIOp::create(builder, emitter.location, wordType, isNew);
  scf::YieldOp::create(builder, emitter.location, emitter.add(found, more));
  builder.setInsertionPointToStart(choice.elseBlock());
  scf::YieldOp::create(builder, emitter.location, found);
  builder.setInsertionPointAfter(choice);
  return choice.getResult(0);
}

} // namespace weft
