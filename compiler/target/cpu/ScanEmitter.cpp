// The running fold goes from position to position:
//
//   y[…, i, …] = M[j where j <= i + shift](…)     for i: running = running * element(i + shift)
//
// Axes before `i` are loops around it. Axes after `i` are taken inside, some positions at a time
// (ScanInside.cpp). Without such axes the running fold is in registers, and vectors go along `i`, a chunk of
// positions at a time, when the schedule says so.
#include "compiler/target/cpu/ScanEmitter.h"
#include "compiler/target/cpu/ScanWriter.h"
#include "compiler/target/cpu/StreamedStores.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

static ArrayRef<BlockArgument> indicesInside(EquationOp equation, unsigned clause, const PrefixFold &prefix) {
  ArrayRef<BlockArgument> indices = equation.indices(clause);
  auto *at = llvm::find(indices, prefix.position);
  return indices.drop_front(at - indices.begin() + 1);
}

static int64_t bytesOfRunning(MonoidOp monoid) {
  return ScanWriter::componentBytes * int64_t(monoid.getComponents().size() + 1);
}

static Size bytesOfClause(EquationOp equation, unsigned clause, FoldOp fold, const AxisTable &axes) {
  auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
  Size bytes(bytesOfRunning(monoid));
  ArrayRef<BlockArgument> inside = indicesInside(equation, clause, *findPrefix(fold, axes));
  for (BlockArgument index : inside)
    bytes = multiply(bytes, axes.size(objectOf(index).getElement().getValue())).value_or(Size(0));
  return inside.empty() ? Size(0) : bytes;
}

std::optional<Size> scanStateBytes(EquationOp equation, const AxisTable &axes) {
  std::optional<Size> total;
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause)
    if (FoldOp fold = scanOf(equation, clause))
      total = add(total.value_or(Size(0)), bytesOfClause(equation, clause, fold, axes));
  return total;
}

ScanWriter::ScanWriter(FunctionEmitter &emitter, EquationOp equation, unsigned clause, ArrayRef<Buffer> wires,
                       const Buffer &result, Value state, const IndexWindows &windows)
    : emitter(emitter), equation(equation), clause(clause), wires(wires), result(result), state(state),
      windows(windows), fold(scanOf(equation, clause)),
      monoid(SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr())),
      prefix(*findPrefix(fold, emitter.axes)), indices(equation.indices(clause)),
      inside(indicesInside(equation, clause, prefix)) {}

void ScanWriter::write() {
  Value elements = emitter.constant(1);
  for (BlockArgument index : inside)
    elements = emitter.multiply(elements, sizeOf(index));
  for (unsigned i = 0; !inside.empty() && i <= monoid.getComponents().size(); ++i)
    rooms.push_back(
        emitter.offsetBytes(state, emitter.multiply(elements, emitter.constant(componentBytes * i))));
  outside(0);
}

void ScanWriter::outside(unsigned axis) {
  if (indices[axis] == prefix.position) {
    auto some = windows.find(prefix.position);
    return some == windows.end() ? positions() : positionsIn(some->second);
  }
  IndexWindow window = emitter.windowOf(indices[axis], windows);
  emitter.loop(window.begin, window.end, [&](Value i) {
    at[indices[axis]] = i;
    outside(axis + 1);
  });
}

// Positions without an element of their own, those with one, and again those without.
void ScanWriter::positions() {
  Value count = sizeOf(prefix.position), elements = sizeOf(prefix.along), zero = emitter.constant(0);
  Value shift = emitter.constant(prefix.shift);
  bool isSame = objectOf(prefix.position) == objectOf(prefix.along);
  auto clamp = [&](Value value) { return emitter.minimum(emitter.maximum(value, zero), count); };
  Value low = prefix.shift >= 0 ? zero : clamp(emitter.constant(-prefix.shift));
  Value high = isSame && prefix.shift <= 0 ? count : clamp(emitter.subtract(elements, shift));
  high = emitter.maximum(low, high);
  if (prefix.isForward) {
    // The first position begins with `shift` elements.
    Components running = begin(zero, emitter.minimum(emitter.maximum(shift, zero), elements), count);
    running = segment(zero, low, false, running);
    running = segment(low, high, true, running);
    segment(high, count, false, running);
  } else {
    Value last = emitter.add(count, shift);
    Value first =
        isSame && prefix.shift >= 0 ? elements : emitter.maximum(emitter.minimum(last, elements), zero);
    Components running = begin(first, elements, count);
    running = segment(high, count, false, running);
    running = segment(low, high, true, running);
    segment(zero, low, false, running);
  }
}

// Some positions, each with an element of its own, behind those that came before.
void ScanWriter::positionsIn(const IndexWindow &window) {
  Value zero = emitter.constant(0);
  Value isFirst =
      arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::eq, window.begin, zero);
  emitter.when(isFirst, [&] { begin(zero, zero, sizeOf(prefix.position)); });
  acrossPositions(window.begin, window.end, true);
}

bool ScanWriter::isSurelyEmpty(Value low, Value high) {
  std::optional<int64_t> from = FunctionEmitter::constantOf(low), to = FunctionEmitter::constantOf(high);
  return low == high || (from && to && *from >= *to);
}

// What is carried into the first position: the elements from `low` to `high`, if there is any position.
ScanWriter::Components ScanWriter::begin(Value low, Value high, Value count) {
  auto fill = [&](ExpressionEmitter &expressions) {
    FoldWriter writer(expressions, fold);
    configure(writer);
    Components running = writer.initial();
    if (isSurelyEmpty(low, high))
      return running;
    // No position, no element.
    Value isAny = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::sgt, count,
                                        emitter.constant(0));
    auto any =
        scf::IfOp::create(emitter.builder, emitter.location, ValueRange(running).getTypes(), isAny, true);
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(any.elseBlock());
    scf::YieldOp::create(emitter.builder, emitter.location, running);
    emitter.builder.setInsertionPointToStart(any.thenBlock());
    expressions.emitOperationsBefore(fold);
    Components first = emitter.loop(low, high, 1, running, [&](Value u, ValueRange carried) {
      Value j = prefix.isForward ? u : mirrored(low, high, u);
      return writer.step(expressions.uniformIndex(j), Components(carried));
    });
    scf::YieldOp::create(emitter.builder, emitter.location, first);
    return Components(any.getResults());
  };
  at[prefix.position] = prefix.isForward ? emitter.constant(0) : emitter.subtract(count, emitter.constant(1));
  if (inside.empty()) {
    ExpressionEmitter expressions = bound(1, nullptr);
    return fill(expressions);
  }
  eachInside(
      [&](ExpressionEmitter &expressions, Scalar place) { keep(expressions, place, fill(expressions)); });
  return {};
}

Value ScanWriter::mirrored(Value low, Value high, Value i) {
  return emitter.subtract(emitter.subtract(emitter.add(low, high), i), emitter.constant(1));
}

ScanWriter::Components ScanWriter::segment(Value low, Value high, bool consumes, Components running) {
  if (isSurelyEmpty(low, high))
    return running;
  if (consumes && fold.algorithm() == FoldAlgorithm::chunked_scan)
    if (std::optional<Components> after = inChunks(low, high, running))
      return *after;
  if (inside.empty())
    return byOnes(low, high, consumes, running);
  acrossPositions(low, high, consumes);
  return {};
}

ScanWriter::Components ScanWriter::byOnes(Value low, Value high, bool consumes, Components running) {
  return emitter.loop(low, high, 1, running, [&](Value u, ValueRange carried) {
    at[prefix.position] = prefix.isForward ? u : mirrored(low, high, u);
    ExpressionEmitter expressions = bound(1, nullptr);
    return element(expressions, consumes, Components(carried));
  });
}

void ScanWriter::configure(FoldWriter &writer) {
  if (!prefix.isForward)
    writer.prepend();
  if (!prefix.isMasked)
    writer.skipMask();
}

// An emitter for the element at the current indices; the last one runs along the lanes when it is given.
ExpressionEmitter ScanWriter::bound(unsigned lanes, Value last) {
  ExpressionEmitter expressions(emitter, lanes);
  for (BlockArgument index : indices)
    if (Value value = at.lookup(index))
      expressions.bind(index, expressions.uniformIndex(value));
  if (last)
    expressions.bind(indices.back(), expressions.laneIndex(last));
  for (unsigned i = 0; i < wires.size(); ++i)
    expressions.bindWire(equation.wireArgument(clause, i), wires[i]);
  return expressions;
}

// One element of the result; what is carried on.
ScanWriter::Components ScanWriter::element(ExpressionEmitter &expressions, bool consumes,
                                           Components running) {
  expressions.emitOperationsBefore(fold);
  FoldWriter writer(expressions, fold);
  configure(writer);
  if (consumes) {
    Scalar position = expressions.get(prefix.position);
    Value j = emitter.add(position.value, emitter.constant(prefix.shift));
    running = writer.step(expressions.uniformIndex(j), running);
  }
  define(expressions, writer.finish(running));
  return running;
}

void ScanWriter::define(ExpressionEmitter &expressions, Scalar folded) {
  DefineOp define = equation.define(clause);
  expressions.bind(fold.getResult(), folded);
  expressions.emitOperations(*define->getBlock());
  SmallVector<Scalar> positions =
      llvm::map_to_vector(define.getPositions(), [&](Value position) { return expressions.get(position); });
  Scalar place = expressions.linear(result, positions);
  askForLinesAhead(expressions, result, place);
  expressions.store(result, place, expressions.get(define.getValue()), define.getLoc());
}

// A vector of positions at a time, each with the fold of the lanes up to it after what is carried. The end
// of the chunk is combined apart, so that the next one waits for one combination only.
std::optional<ScanWriter::Components> ScanWriter::inChunks(Value low, Value high, Components running) {
  unsigned lanes = laneCount(emitter.subtract(high, low), 4);
  if (lanes == 1)
    return std::nullopt;
  WrittenCode written(emitter.builder);
  Value whole = emitter.wholeMultiple(emitter.subtract(high, low), lanes);
  ExpressionEmitter outer(emitter, lanes);
  bool failed = false;
  Components start;
  for (Value value : running)
    start.push_back(outer.broadcast(value));
  Components after = emitter.loop(emitter.constant(0), whole, lanes, start, [&](Value u, ValueRange carried) {
    Value first = prefix.isForward ? emitter.add(low, u)
                                   : emitter.subtract(emitter.subtract(high, u), emitter.constant(lanes));
    at[prefix.position] = {};
    ExpressionEmitter expressions = bound(lanes, first);
    expressions.emitOperationsBefore(fold);
    FoldWriter writer(expressions, fold);
    configure(writer);
    Value j = emitter.add(first, emitter.constant(prefix.shift));
    Components folded = writer.inclusive(writer.lifted(expressions.laneIndex(j)));
    Components all = writer.spread(folded, prefix.isForward ? lanes - 1 : 0), before(carried);
    auto then = [&](ArrayRef<Value> later) {
      return prefix.isForward ? writer.combine(before, later) : writer.combine(later, before);
    };
    define(expressions, writer.finish(then(folded)));
    Components next = then(all);
    failed = expressions.failed();
    return next;
  });
  if (failed) {
    written.erase();
    fallBack(fold, "what is around it cannot be written in vectors", FoldAlgorithm::scan,
             "a running fold; one element a position");
    return std::nullopt;
  }
  FoldWriter writer(outer, fold);
  Components rest = writer.extract(after, 0);
  return prefix.isForward ? byOnes(emitter.add(low, whole), high, true, rest)
                          : byOnes(low, emitter.subtract(high, whole), true, rest);
}

// As many as the widest component leaves room for, and no more than there are elements.
unsigned ScanWriter::laneCount(Value count, unsigned bytes) {
  for (Attribute component : monoid.getCarrier()) {
    Type type = emitter.computeType(cast<ObjectType>(cast<TypeAttr>(component).getValue()));
    bytes = std::max<unsigned>(bytes, type.getIntOrFloatBitWidth() / 8);
  }
  unsigned lanes = emitter.target.lanes(bytes);
  std::optional<int64_t> known = FunctionEmitter::constantOf(count);
  while (known && lanes > 1 && *known < lanes)
    lanes /= 2;
  return lanes;
}

void emitScan(FunctionEmitter &emitter, EquationOp equation, unsigned clause, ArrayRef<Buffer> wires,
              const Buffer &result, Value state, const IndexWindows &windows) {
  Size before(0);
  for (unsigned earlier = 0; earlier < clause; ++earlier)
    if (FoldOp fold = scanOf(equation, earlier))
      before = add(before, bytesOfClause(equation, earlier, fold, emitter.axes)).value_or(before);
  if (state)
    state = emitter.offsetBytes(state, emitter.emitSize(before));
  ScanWriter(emitter, equation, clause, wires, result, state, windows).write();
}

} // namespace weft
