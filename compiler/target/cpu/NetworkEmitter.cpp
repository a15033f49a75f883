#include "compiler/target/cpu/NetworkEmitter.h"
#include "compiler/target/cpu/ContractionEmitter.h"
#include "compiler/target/cpu/ContractionPacking.h"
#include "compiler/target/cpu/EquationEmitter.h"
#include "compiler/target/cpu/EquationWork.h"
#include "compiler/target/cpu/RowWindows.h"
#include "compiler/target/cpu/SegmentsEmitter.h"
#include "compiler/target/cpu/WireMemory.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft {

namespace {

class NetworkEmitter {
public:
  NetworkEmitter(FunctionEmitter &emitter, NetworkOp network, WireMemory &memory, Profile &profile)
      : emitter(emitter), network(network), memory(memory), profile(profile) {}

  void emitCall();
  void emitBind();
  void emitScratchBytes();

private:
  void bindArguments();
  void emitBlock(Block &block);
  void emitEquationOp(EquationOp equation);
  void emitRowGroup(const RowGroup &group);
  Buffer keptRows(Value wire, const RowGroup &group, ArrayRef<IndexWindow> rows);
  void emitPanels(EquationOp equation);
  void emitBatchPanels(EquationOp member, const RowGroup &group, ArrayRef<IndexWindow> rows, Value isBegin);
  Value panelsOf(const PackedFactor &factor);
  void emitElements(EquationOp equation, const Buffer &result, const IndexWindows &windows);
  /// Where the running folds of an equation's scans are; null when they need no room.
  Value scanState(EquationOp equation);
  void emitBoundFactor(EquationOp equation, const PackedFactor &factor);
  Buffer slicedWeight(Value wire);
  void release(const Buffer &weight);
  Value boundPanels(const PackedFactor &factor);
  void emitSegmentsOp(SegmentsOp segments);
  void emitScan(ScanOp scan);
  void emitIterate(IterateOp loop);
  Value emitChanged(const Buffer &before, const Buffer &after);
  void emitContract(ContractOp contract);
  Buffer slice(const Buffer &buffer, int64_t depth, Value position);
  Value workOf(const RowGroup &group);
  /// Where a wire is written: memory of its own, the caller's, or a place that was set for it.
  Buffer destination(Value wire);
  void finish();

  FunctionEmitter &emitter;
  NetworkOp network;
  WireMemory &memory;
  Profile &profile;
  llvm::DenseMap<Value, Buffer> wires;
  llvm::DenseMap<Value, Buffer> destinations;
  SmallVector<Value> slots;       // addresses of scratch slots
  SmallVector<Value> threadSlots; // bytes from the begin of a thread's memory
  llvm::DenseMap<Operation *, Value> scanPositions;
};

ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

void NetworkEmitter::bindArguments() {
  Value inputs = emitter.frameField(inputsField), weights = emitter.frameField(weightsField);
  for (unsigned i = 0; i < network.inputCount(); ++i)
    wires[network.input(i)] = emitter.bufferAt(emitter.pointerIn(inputs, i), objectOf(network.input(i)));
  for (unsigned i = 0; i < network.weightCount(); ++i)
    wires[network.weight(i)] = emitter.bufferAt(emitter.pointerIn(weights, i), objectOf(network.weight(i)));
  Value packed = emitter.frameField(packedField);
  for (const auto &[wire, offset] : memory.packed())
    wires[wire] = emitter.bufferAt(emitter.offsetBytes(packed, emitter.constant(offset)), objectOf(wire));
}

void NetworkEmitter::emitCall() {
  emitter.begin("weft_call", network.getLoc());
  bindArguments();
  Value next = emitter.frameField(scratchField);
  profile.emitReset(emitter, next);
  next = emitter.offsetBytes(next, emitter.constant(profile.bytes()));
  for (const Arena::Slot &slot : memory.slots()) {
    slots.push_back(next);
    next = emitter.offsetBytes(next, memory.emitSlotBytes(emitter, slot));
  }
  Value threadBytes = emitter.constant(0);
  for (const Arena::Slot &slot : memory.threadSlots()) {
    threadSlots.push_back(threadBytes);
    threadBytes = emitter.add(threadBytes, memory.emitSlotBytes(emitter, slot));
  }
  emitter.setThreadMemory(next, threadBytes);
  Value outputs = emitter.frameField(outputsField);
  auto returned = cast<ReturnOp>(network.block().getTerminator());
  for (auto [i, wire] : llvm::enumerate(returned.getWires()))
    if (memory.isWrittenToCaller(wire))
      destinations[wire] = emitter.bufferAt(emitter.pointerIn(outputs, i), objectOf(wire));
  emitBlock(network.block());
  for (auto [i, wire] : llvm::enumerate(returned.getWires()))
    if (!memory.isWrittenToCaller(wire))
      emitter.copy(wires.lookup(wire), emitter.bufferAt(emitter.pointerIn(outputs, i), objectOf(wire)));
  finish();
}

// Ends a function with the code of the first error found.
void NetworkEmitter::finish() {
  Value error = emitter.frameField(errorField);
  emitter.end(LLVM::LoadOp::create(emitter.builder, emitter.location, emitter.builder.getI32Type(), error));
}

void NetworkEmitter::emitBind() {
  emitter.begin("weft_bind", network.getLoc());
  bindArguments();
  for (Operation &op : network.block())
    if (auto segments = dyn_cast<SegmentsOp>(op); segments && memory.isPacked(segments.getBegin()))
      emitSegments(emitter, segments, [&](Value wire) { return wires.lookup(wire); });
    else if (auto equation = dyn_cast<EquationOp>(op); equation && memory.isPacked(equation.getResult())) {
      SmallVector<Buffer> read =
          llvm::map_to_vector(equation.getWires(), [&](Value wire) { return wires.lookup(wire); });
      emitEquation(emitter, equation, read, wires.lookup(equation.getResult()), IndexWindows(),
                   scanState(equation));
      llvm::for_each(read, [&](const Buffer &weight) { release(weight); });
    }
  for (const auto &[equation, factor] : memory.factors().all())
    if (factor.isBound)
      emitBoundFactor(cast<EquationOp>(equation), factor);
  finish();
}

void NetworkEmitter::emitScratchBytes() {
  emitter.beginSizeFunction("weft_scratch_bytes", network.getLoc());
  // A failed index reads at 0, and vectors are read whole: the end is padded.
  Value total = emitter.constant(64 + profile.bytes());
  for (const Arena::Slot &slot : memory.slots())
    total = emitter.add(total, memory.emitSlotBytes(emitter, slot));
  Value threadBytes = emitter.constant(0);
  for (const Arena::Slot &slot : memory.threadSlots())
    threadBytes = emitter.add(threadBytes, memory.emitSlotBytes(emitter, slot));
  emitter.end(emitter.add(total, emitter.multiply(emitter.argument(1), threadBytes)));
}

void NetworkEmitter::emitBlock(Block &block) {
  for (Operation &op : block) {
    emitter.location = op.getLoc();
    TypeSwitch<Operation *>(&op)
        .Case([&](EquationOp equation) { emitEquationOp(equation); })
        .Case([&](SegmentsOp segments) { emitSegmentsOp(segments); })
        .Case([&](ScanOp scan) { emitScan(scan); })
        .Case([&](IterateOp loop) { emitIterate(loop); })
        .Case([&](ContractOp contract) { emitContract(contract); });
  }
}

Buffer NetworkEmitter::destination(Value wire) {
  auto set = destinations.find(wire);
  if (set != destinations.end())
    return set->second;
  return emitter.bufferAt(slots[memory.slotOf(wire)], objectOf(wire));
}

void NetworkEmitter::emitEquationOp(EquationOp equation) {
  if (memory.isPacked(equation.getResult()))
    return;
  if (const RowGroup *group = memory.groups().find(equation)) {
    if (group->last() == equation)
      profile.emitStep(emitter, equation, [&] { emitRowGroup(*group); });
    return;
  }
  Buffer result = destination(equation.getResult());
  profile.emitStep(emitter, equation, [&] {
    emitPanels(equation);
    emitElements(equation, result, IndexWindows());
  });
  wires[equation.getResult()] = result;
}

void NetworkEmitter::emitSegmentsOp(SegmentsOp segments) {
  if (memory.isPacked(segments.getBegin()))
    return;
  for (Value wire : segments.getResults())
    wires[wire] = destination(wire);
  emitSegments(emitter, segments, [&](Value wire) { return wires.lookup(wire); });
}

void NetworkEmitter::emitRowGroup(const RowGroup &group) {
  for (EquationOp member : group.members)
    profile.emitStep(emitter, member, [&] { emitPanels(member); }, true);
  Buffer result = destination(group.last().getResult());
  forEachRowBlock(emitter, group, workOf(group), [&](ArrayRef<IndexWindow> rows, Value isBegin) {
    for (EquationOp member : group.members)
      profile.emitStep(emitter, member, [&] { emitBatchPanels(member, group, rows, isBegin); }, true);
    IndexWindows windows = windowsFor(emitter, group, rows);
    for (EquationOp member : group.members) {
      emitter.location = member.getLoc();
      Value wire = member.getResult();
      wires[wire] = member == group.last() ? result : keptRows(wire, group, rows);
      profile.emitStep(emitter, member, [&] { emitElements(member, wires[wire], windows); }, true);
    }
  });
}

Value NetworkEmitter::workOf(const RowGroup &group) {
  Value work = emitter.constant(0);
  for (EquationOp member : group.members) {
    const PackedFactor *factor = memory.factors().find(member);
    work = emitter.add(work, workOfEquation(emitter, member, factor ? &factor->plan : nullptr));
  }
  return work;
}

// Rows that are taken one by one share their memory.
Buffer NetworkEmitter::keptRows(Value wire, const RowGroup &group, ArrayRef<IndexWindow> rows) {
  Value begin = emitter.offsetBytes(emitter.threadMemory(), threadSlots[memory.slotOf(wire)]);
  Buffer buffer = emitter.bufferAt(begin, objectOf(wire));
  Value row = emitter.emitSize(*memory.groups().keptRow(wire));
  for (unsigned i = 0; i < group.rows; ++i)
    buffer.strides[i] = i == group.blocked ? row : emitter.constant(0);
  buffer.origin = emitter.multiply(rows[group.blocked].begin, row);
  return buffer;
}

// A factor that is no weight is packed before its contraction.
void NetworkEmitter::emitPanels(EquationOp equation) {
  const PackedFactor *factor = memory.factors().find(equation);
  if (!factor || factor->isBound || factor->plan.packsInTurn || factor->plan.packsEachBatch)
    return;
  SmallVector<Buffer> read(equation.getWires().size());
  read[factor->plan.b.wire] = wires.lookup(equation.getWires()[factor->plan.b.wire]);
  emitPacking(emitter, {equation, factor->plan, read, {}, slots[factor->slot], {}});
}

// A batch of a factor is packed when the rows come to it, and when a thread begins.
void NetworkEmitter::emitBatchPanels(EquationOp member, const RowGroup &group, ArrayRef<IndexWindow> rows,
                                     Value isBegin) {
  const PackedFactor *factor = memory.factors().find(member);
  if (!factor || !factor->plan.packsEachBatch)
    return;
  IndexValues batch;
  unsigned last = 0;
  for (BlockArgument index : factor->plan.batch) {
    unsigned row = *group.rowOf(member, index);
    batch[index] = rows[row].begin;
    last = std::max(last, row);
  }
  Value isNew = emitter.truth(true);
  for (unsigned row = 0; row < group.rows; ++row)
    if (row > last || row == group.blocked) {
      Value first = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::eq,
                                          rows[row].begin, emitter.constant(0));
      isNew = arith::AndIOp::create(emitter.builder, emitter.location, isNew, first);
    }
  isNew = arith::OrIOp::create(emitter.builder, emitter.location, isNew, isBegin);
  emitter.when(isNew, [&] {
    SmallVector<Buffer> read(member.getWires().size());
    read[factor->plan.b.wire] = wires.lookup(member.getWires()[factor->plan.b.wire]);
    PanelPacker(emitter, {member, factor->plan, read, {}, panelsOf(*factor), {}}).writeBatch(batch);
  });
}

// Where in the thread's memory, if they are packed in turn.
Value NetworkEmitter::panelsOf(const PackedFactor &factor) {
  if (factor.isBound)
    return boundPanels(factor);
  if (factor.plan.packsInTurn)
    return threadSlots[factor.slot];
  return factor.plan.packsEachBatch ? emitter.offsetBytes(emitter.threadMemory(), threadSlots[factor.slot])
                                    : slots[factor.slot];
}

void NetworkEmitter::emitElements(EquationOp equation, const Buffer &result, const IndexWindows &windows) {
  SmallVector<Buffer> read =
      llvm::map_to_vector(equation.getWires(), [&](Value wire) { return wires.lookup(wire); });
  const PackedFactor *factor = memory.factors().find(equation);
  if (!factor)
    return emitEquation(emitter, equation, read, result, windows, scanState(equation));
  Value partials = factor->partialSlot ? threadSlots[*factor->partialSlot] : Value();
  emitContraction(emitter, {equation, factor->plan, read, result, panelsOf(*factor), partials, windows});
}

Value NetworkEmitter::scanState(EquationOp equation) {
  std::optional<WireMemory::ScanRoom> room = memory.scanRoom(equation);
  if (!room)
    return {};
  return room->isPacked ? emitter.offsetBytes(emitter.frameField(packedField), emitter.constant(room->place))
                        : slots[room->place];
}

// One copy for each position of the scans that the weight is an element of.
void NetworkEmitter::emitBoundFactor(EquationOp equation, const PackedFactor &factor) {
  emitter.location = equation.getLoc();
  SmallVector<Buffer> read(equation.getWires().size());
  Value wire = equation.getWires()[factor.plan.b.wire];
  std::function<void(unsigned)> nest = [&](unsigned depth) {
    if (depth < factor.scans.size()) {
      ScanOp scan = factor.scans[depth];
      return emitter.loop(emitter.constant(0), emitter.sizeOf(scan.getAxis()), [&](Value position) {
        scanPositions[scan] = position;
        nest(depth + 1);
      });
    }
    read[factor.plan.b.wire] = slicedWeight(wire);
    const Buffer &weight = read[factor.plan.b.wire];
    emitPacking(emitter, {equation, factor.plan, read, {}, boundPanels(factor), {}, IndexWindows(), true});
    release(weight);
  };
  nest(0);
}

// A weight that was packed or evaluated: the pages of its file need stay no longer.
void NetworkEmitter::release(const Buffer &weight) {
  if (!emitter.isContiguous(weight))
    return;
  Value count = emitter.constant(1);
  for (StringAttr axis : weight.type.getAxes())
    count = emitter.multiply(count, emitter.sizeOf(axis.getValue()));
  emitter.release(weight.base, count, weight.type);
}

// A weight at the current positions of the scans around it.
Buffer NetworkEmitter::slicedWeight(Value wire) {
  auto known = wires.find(wire);
  if (known != wires.end())
    return known->second;
  auto argument = cast<BlockArgument>(wire);
  auto scan = cast<ScanOp>(argument.getOwner()->getParentOp());
  unsigned element = argument.getArgNumber() - scan.getStates().size();
  return slice(slicedWeight(scan.getElements()[element]), scan.elementDepth(element),
               scanPositions.lookup(scan));
}

Value NetworkEmitter::boundPanels(const PackedFactor &factor) {
  Value copy = emitter.constant(0);
  for (ScanOp scan : factor.scans)
    copy = emitter.add(emitter.multiply(copy, emitter.sizeOf(scan.getAxis())), scanPositions.lookup(scan));
  Value base = emitter.offsetBytes(emitter.frameField(packedField), emitter.constant(factor.offset));
  return emitter.offsetBytes(base, emitter.multiply(copy, emitter.constant(factor.copyBytes)));
}

Buffer NetworkEmitter::slice(const Buffer &buffer, int64_t depth, Value position) {
  SmallVector<StringAttr> axes(buffer.type.getAxes());
  axes.erase(axes.begin() + depth);
  Buffer part{{}, buffer.type.over(axes), buffer.strides};
  part.strides.erase(part.strides.begin() + depth);
  Value element = emitter.multiply(position, buffer.strides[depth]);
  part.base = emitter.address(buffer.base, element, emitter.storageType(buffer.type));
  return part;
}

void NetworkEmitter::emitScan(ScanOp scan) {
  size_t states = scan.getStates().size();
  SmallVector<Buffer> results;
  for (auto [i, result] : llvm::enumerate(scan.getResults())) {
    results.push_back(destination(result));
    if (i < states)
      emitter.copy(wires.lookup(scan.getStates()[i]), results[i]);
    wires[result] = results[i];
  }
  Operation *yield = scan.block().getTerminator();
  emitter.loop(emitter.constant(0), emitter.sizeOf(scan.getAxis()), [&](Value position) {
    scanPositions[scan] = position;
    for (size_t i = 0; i < states; ++i)
      wires[scan.block().getArgument(i)] = results[i];
    for (auto [i, element] : llvm::enumerate(scan.getElements()))
      wires[scan.block().getArgument(states + i)] =
          slice(wires.lookup(element), scan.elementDepth(i), position);
    SmallVector<Buffer> collected;
    for (size_t i = states; i < results.size(); ++i) {
      collected.push_back(slice(results[i], scan.outputDepth(i - states), position));
      if (memory.isWrittenInPlace(yield->getOpOperand(i)))
        destinations[yield->getOperand(i)] = collected.back();
    }
    emitBlock(scan.block());
    emitter.location = scan.getLoc();
    for (size_t i = states; i < results.size(); ++i)
      if (!memory.isWrittenInPlace(yield->getOpOperand(i)))
        emitter.copy(wires.lookup(yield->getOperand(i)), collected[i - states]);
    // A state that becomes another state's value is saved before it is overwritten.
    SmallVector<Buffer> next;
    for (size_t i = 0; i < states; ++i) {
      next.push_back(wires.lookup(yield->getOperand(i)));
      if (std::optional<unsigned> saved = memory.savedSlot(yield->getOpOperand(i))) {
        Buffer copy = emitter.bufferAt(slots[*saved], next.back().type);
        emitter.copy(next.back(), copy);
        next.back() = copy;
      }
    }
    for (size_t i = 0; i < states; ++i)
      if (yield->getOperand(i) != scan.block().getArgument(i))
        emitter.copy(next[i], results[i]);
  });
}

// Whether any element differs; NaN equals NaN.
Value NetworkEmitter::emitChanged(const Buffer &before, const Buffer &after) {
  Type element = emitter.storageType(before.type);
  OpBuilder &builder = emitter.builder;
  std::function<Value(unsigned, Value, Value, Value)> nest = [&](unsigned axis, Value left, Value right,
                                                                 Value changed) -> Value {
    if (axis < before.type.rank())
      return emitter.loop(
          emitter.constant(0), emitter.sizeOf(before.type.getAxes()[axis].getValue()), 1, changed,
          [&](Value i, ValueRange carried) -> SmallVector<Value> {
            return {nest(axis + 1, emitter.add(left, emitter.multiply(i, before.strides[axis])),
                         emitter.add(right, emitter.multiply(i, after.strides[axis])), carried[0])};
          })[0];
    Value a =
        LLVM::LoadOp::create(builder, emitter.location, element, emitter.address(before.base, left, element));
    Value b =
        LLVM::LoadOp::create(builder, emitter.location, element, emitter.address(after.base, right, element));
    Value differ;
    if (before.type.isReal()) {
      Value unequal = arith::CmpFOp::create(builder, emitter.location, arith::CmpFPredicate::UNE, a, b);
      Value numberA = arith::CmpFOp::create(builder, emitter.location, arith::CmpFPredicate::ORD, a, a);
      Value numberB = arith::CmpFOp::create(builder, emitter.location, arith::CmpFPredicate::ORD, b, b);
      Value either = arith::OrIOp::create(builder, emitter.location, numberA, numberB);
      differ = arith::AndIOp::create(builder, emitter.location, unequal, either);
    } else {
      differ = arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::ne, a, b);
    }
    return arith::OrIOp::create(builder, emitter.location, changed, differ);
  };
  return nest(0, emitter.constant(0), emitter.constant(0), emitter.truth(false));
}

void NetworkEmitter::emitIterate(IterateOp loop) {
  OpBuilder &builder = emitter.builder;
  size_t states = loop.getStates().size();
  SmallVector<Buffer> results;
  for (auto [i, result] : llvm::enumerate(loop.getResults())) {
    results.push_back(destination(result));
    wires[result] = results[i];
    if (i < states)
      emitter.copy(wires.lookup(loop.getStates()[i]), results[i]);
  }
  Value bound = emitter.emitSize(*Size::parse(loop.getBound().str()));
  SmallVector<Type> types{builder.getI64Type(), builder.getI1Type()};
  SmallVector<Value> start{emitter.constant(0), emitter.truth(false)};
  auto op = scf::WhileOp::create(builder, emitter.location, types, start);
  SmallVector<Location> locations(2, emitter.location);
  {
    OpBuilder::InsertionGuard guard(builder);
    Block *before = builder.createBlock(&op.getBefore(), {}, types, locations);
    Value more = arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::slt,
                                       before->getArgument(0), bound);
    Value open =
        arith::XOrIOp::create(builder, emitter.location, before->getArgument(1), emitter.truth(true));
    Value go = arith::AndIOp::create(builder, emitter.location, more, open);
    scf::ConditionOp::create(builder, emitter.location, go, before->getArguments());
    Block *after = builder.createBlock(&op.getAfter(), {}, types, locations);
    for (size_t i = 0; i < states; ++i)
      wires[loop.block().getArgument(i)] = results[i];
    emitBlock(loop.block());
    emitter.location = loop.getLoc();
    Operation *yield = loop.block().getTerminator();
    Value changed = emitter.truth(false);
    SmallVector<Buffer> next;
    for (size_t i = 0; i < states; ++i) {
      next.push_back(wires.lookup(yield->getOperand(i)));
      if (std::optional<unsigned> saved = memory.savedSlot(yield->getOpOperand(i))) {
        Buffer copy = emitter.bufferAt(slots[*saved], next.back().type);
        emitter.copy(next.back(), copy);
        next.back() = copy;
      }
    }
    for (size_t i = 0; i < states; ++i)
      changed = arith::OrIOp::create(builder, emitter.location, changed, emitChanged(results[i], next[i]));
    for (size_t i = 0; i < states; ++i)
      if (yield->getOperand(i) != loop.block().getArgument(i))
        emitter.copy(next[i], results[i]);
    Value count = emitter.add(after->getArgument(0), emitter.constant(1));
    Value same = arith::XOrIOp::create(builder, emitter.location, changed, emitter.truth(true));
    scf::YieldOp::create(builder, emitter.location, ValueRange{count, same});
  }
  builder.setInsertionPointAfter(op);
  Value verdict = arith::ExtUIOp::create(builder, emitter.location, builder.getI8Type(), op.getResult(1));
  LLVM::StoreOp::create(builder, emitter.location, verdict, results.back().base);
}

// Contracts.

// The fold of a conjunction: then each element is a condition of its own, and the first that fails can be
// named.
FoldOp conjunction(Value condition) {
  auto fold = condition.getDefiningOp<FoldOp>();
  if (!fold)
    return {};
  auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
  if (monoid.getComponents().size() != 1 || !monoid.resultType().isBool() || !monoid.hasUnit())
    return {};
  Block &combine = monoid.getCombine().front();
  Value result = combine.getTerminator()->getOperand(0);
  auto both = result.getDefiningOp<ApplyOp>();
  if (both && both.getFunction() == Function::and_)
    return fold;
  auto choice = result.getDefiningOp<IfOp>();
  if (!choice || choice.getCondition() != combine.getArgument(0))
    return {};
  auto otherwise = choice.getElseRegion().front().getTerminator()->getOperand(0).getDefiningOp<ConstantOp>();
  bool isAnd = choice.getThenRegion().front().getTerminator()->getOperand(0) == combine.getArgument(1) &&
               otherwise && cast<IntegerAttr>(otherwise.getValue()).getInt() == 0;
  return isAnd ? fold : FoldOp();
}

void NetworkEmitter::emitContract(ContractOp contract) {
  if (emitter.unchecked)
    return;
  Block &block = contract.getCondition().front();
  Value condition = block.getTerminator()->getOperand(0);
  FoldOp fold = conjunction(condition);
  ExpressionEmitter expressions(emitter, 1);
  std::optional<ArrayAttr> over = contract.getOver();
  size_t outer = over ? over->size() : 0;
  for (auto [i, wire] : llvm::enumerate(contract.getWires()))
    expressions.bindWire(block.getArgument(outer + i), wires.lookup(wire));
  SmallVector<BlockArgument> indices(block.getArguments().take_front(outer));
  std::string message = "`" + contract.getText().str() + "` does not hold";
  SmallVector<std::string> names(outer, "");
  if (fold) {
    indices.append(fold.indices().begin(), fold.indices().end());
    for (unsigned i = 0; i < fold.indices().size(); ++i)
      names.push_back(fold.getIndexNames() ? cast<StringAttr>((*fold.getIndexNames())[i]).str() + " = " : "");
  }
  for (unsigned i = 0; i < names.size(); ++i)
    message += (i ? ", " : " at ") + names[i] + "{" + std::to_string(i) + "}";
  StringRef name = contract.getKind() == ContractKind::requires_ ? "contract.requires" : "contract.ensures";
  unsigned site = emitter.site(name, message, contract.getLoc());
  SmallVector<Value> positions;
  auto fail = [&](Value holds) {
    Value broken = arith::XOrIOp::create(emitter.builder, emitter.location, holds, emitter.truth(true));
    emitter.failWhen(broken, site, ArrayRef<Value>(positions).take_front(8));
  };
  auto check = [&] {
    if (!fold) {
      expressions.emitOperations(block);
      return fail(expressions.get(condition).value);
    }
    for (Operation &op : block.without_terminator())
      if (&op != fold && !expressions.get(op.getResult(0)).value)
        expressions.emitOperation(op);
    auto element = [&] {
      fail(expressions
               .emitRegion(
                   fold.getArguments(),
                   llvm::map_to_vector(fold.indices(), [&](BlockArgument i) { return expressions.get(i); }))
               .front()
               .value);
    };
    if (fold.getMask().empty())
      return element();
    SmallVector<Scalar> at =
        llvm::map_to_vector(fold.indices(), [&](BlockArgument i) { return expressions.get(i); });
    emitter.when(expressions.emitRegion(fold.getMask(), at).front().value, element);
  };
  std::function<void(unsigned)> nest = [&](unsigned axis) {
    if (axis == indices.size())
      return check();
    emitter.loop(emitter.constant(0), emitter.sizeOf(objectOf(indices[axis]).getElement()), [&](Value i) {
      expressions.bind(indices[axis], expressions.uniformIndex(i));
      positions.push_back(i);
      nest(axis + 1);
      positions.pop_back();
    });
  };
  nest(0);
}

} // namespace

CpuCode emitCpuCode(ModuleOp program, NetworkOp network, const CpuTarget &target, const CpuOptions &options) {
  CpuCode code;
  code.module = ModuleOp::create(network.getLoc());
  code.sites = options.sites;
  AxisTable axes(program);
  auto real = program->getAttrOfType<StringAttr>("weft.real");
  FunctionEmitter emitter(*code.module, axes, target, real && real.getValue() == "f64", options.unchecked,
                          code.sites);
  emitter.limits = options.limits;
  WireMemory memory(
      network, axes, target, [&](ObjectType type) { return emitter.elementBytes(type); },
      options.foldAlgorithm);
  code.packedBytes = memory.packedBytes();
  Profile profile(network, memory, options.profile);
  NetworkEmitter(emitter, network, memory, profile).emitBind();
  NetworkEmitter(emitter, network, memory, profile).emitCall();
  NetworkEmitter(emitter, network, memory, profile).emitScratchBytes();
  code.steps = profile.steps();
  return code;
}

} // namespace weft
