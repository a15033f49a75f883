// Groups of equations that are computed some rows at a time, and the factors that are packed for them.
#include "compiler/target/cpu/ContractionPacking.h"
#include "compiler/target/cpu/EquationWork.h"
#include "compiler/target/cpu/NetworkEmitter.h"
#include "compiler/target/cpu/RowWindows.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

void NetworkEmitter::emitRowGroup(const RowGroup &group) {
  for (EquationOp member : group.members)
    profile.emitStep(emitter, member, [&] { emitPanels(member); }, true);
  forgetBatches(group);
  Buffer result = destination(group.last().getResult());
  forEachRowBlock(emitter, group, workOf(group), [&](ArrayRef<IndexWindow> rows) {
    for (EquationOp member : group.members)
      profile.emitStep(emitter, member, [&] { emitBatchPanels(member, group, rows); }, true);
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
  if (!factor || factor->isBound || factor->plan.isInPlace || factor->plan.packsInTurn ||
      factor->plan.packsEachBatch)
    return;
  SmallVector<Buffer> read(equation.getWires().size());
  read[factor->plan.b.wire] = wires.lookup(equation.getWires()[factor->plan.b.wire]);
  emitPacking(emitter, {equation, factor->plan, read, {}, slots[factor->slot], {}});
}

// No thread has any panels yet.
void NetworkEmitter::forgetBatches(const RowGroup &group) {
  for (EquationOp member : group.members)
    if (const PackedFactor *factor = memory.factors().find(member); factor && factor->plan.packsEachBatch)
      emitter.forEachThread([&](Value threadMemory) {
        LLVM::StoreOp::create(emitter.builder, emitter.location, emitter.constant(-1),
                              emitter.offsetBytes(threadMemory, threadSlots[factor->slot]));
      });
}

// A batch of a factor is packed when the rows come to it, unless it was the thread's last one: it may have
// come there in the part before.
void NetworkEmitter::emitBatchPanels(EquationOp member, const RowGroup &group, ArrayRef<IndexWindow> rows) {
  const PackedFactor *factor = memory.factors().find(member);
  if (!factor || !factor->plan.packsEachBatch)
    return;
  IndexValues batch;
  Value number = emitter.constant(0);
  for (BlockArgument index : factor->plan.batch) {
    batch[index] = rows[*group.rowOf(member, index)].begin;
    number =
        emitter.add(emitter.multiply(number, emitter.sizeOf(objectOf(index).getElement())), batch[index]);
  }
  Value packedNumber = emitter.offsetBytes(emitter.threadMemory(), threadSlots[factor->slot]);
  Value last = LLVM::LoadOp::create(emitter.builder, emitter.location, number.getType(), packedNumber);
  Value isNew =
      arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::ne, last, number);
  emitter.when(isNew, [&] {
    LLVM::StoreOp::create(emitter.builder, emitter.location, number, packedNumber);
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
  if (!factor.plan.packsEachBatch)
    return slots[factor.slot];
  Value number = emitter.offsetBytes(emitter.threadMemory(), threadSlots[factor.slot]);
  return emitter.offsetBytes(number, emitter.constant(PackedFactor::batchNumberBytes));
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

// A weight that is packed whole, with its columns along one axis: where its elements lie.
std::optional<Buffer> NetworkEmitter::asPanels(EquationOp contraction, const PackedFactor &factor) {
  const ContractionPlan &plan = factor.plan;
  Value weight = contraction.getWires()[plan.b.wire];
  ObjectType type = objectOf(weight);
  bool isWhole = factor.isBound && factor.scans.empty() && !plan.lines && plan.batch.empty() &&
                 plan.columns.size() == 1 && !plan.b.needsLine && !plan.guardedSums &&
                 plan.summed.size() + 1 == type.rank() && plan.packedBytes == emitter.elementBytes(type);
  if (!isWhole)
    return std::nullopt;
  int64_t width = plan.panelWidth(emitter.target.lanes(plan.elementBytes));
  Value one = emitter.constant(width);
  llvm::DenseMap<Value, Value> strides;
  for (BlockArgument index : llvm::reverse(plan.summed)) {
    strides[index] = one;
    one = emitter.multiply(one, emitter.sizeOf(objectOf(index).getElement()));
  }
  Buffer buffer{boundPanels(factor), type, {}};
  buffer.panelWidth = width;
  buffer.panelStride = one;
  ReadOp read = plan.b.read;
  for (auto [axis, position] : llvm::enumerate(read.getPositions())) {
    bool isColumn = position == plan.columns.front();
    if (!isColumn && !strides.contains(position))
      return std::nullopt;
    buffer.strides.push_back(isColumn ? emitter.constant(1) : strides[position]);
    buffer.panelAxis = isColumn ? axis : buffer.panelAxis;
  }
  return buffer;
}

// Whether an equation reads a wire at computed positions of an axis alone: rows of a table.
static bool readsRows(EquationOp reader, unsigned wire, unsigned axis) {
  for (unsigned clause = 0; clause < reader.getClauses().size(); ++clause)
    for (Operation *user : reader.wireArgument(clause, wire).getUsers()) {
      auto read = dyn_cast<ReadOp>(user);
      if (!read || isa<BlockArgument>(read.getPositions()[axis]))
        return false;
    }
  return true;
}

// A table of which rows are read, and that a contraction has in panels, is read from these: it is in memory
// once.
Buffer NetworkEmitter::bufferFor(EquationOp reader, unsigned wire) {
  Value weight = reader.getWires()[wire];
  auto argument = dyn_cast<BlockArgument>(weight);
  if (argument && argument.getOwner() == &network.block() && argument.getArgNumber() >= network.inputCount())
    for (const auto &[op, factor] : memory.factors().all()) {
      auto contraction = cast<EquationOp>(op);
      if (contraction.getWires()[factor.plan.b.wire] != weight)
        continue;
      std::optional<Buffer> panels = asPanels(contraction, factor);
      if (panels && readsRows(reader, wire, panels->panelAxis))
        return *panels;
    }
  return wires.lookup(weight);
}

Value NetworkEmitter::boundPanels(const PackedFactor &factor) {
  Value copy = emitter.constant(0);
  for (ScanOp scan : factor.scans)
    copy = emitter.add(emitter.multiply(copy, emitter.sizeOf(scan.getAxis())), scanPositions.lookup(scan));
  Value base = emitter.offsetBytes(emitter.frameField(packedField), emitter.constant(factor.offset));
  return emitter.offsetBytes(base, emitter.multiply(copy, emitter.constant(factor.copyBytes)));
}
} // namespace weft
