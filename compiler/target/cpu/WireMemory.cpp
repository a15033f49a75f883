#include "compiler/target/cpu/WireMemory.h"
#include "compiler/target/cpu/FiniteMachine.h"
#include "compiler/target/cpu/FoldSchedules.h"
#include "compiler/target/cpu/FrontierEmitter.h"
#include "compiler/target/cpu/ScanEmitter.h"
#include "compiler/target/cpu/SweepEmitter.h"
#include "dialects/weft/OpenSizes.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

WireMemory::WireMemory(NetworkOp network, const AxisTable &axes, const CpuTarget &target,
                       std::function<int64_t(ObjectType)> elementBytes, int64_t mostRunningRows,
                       std::optional<FoldAlgorithm> forced)
    : network(network), axes(axes), elementBytes(std::move(elementBytes)) {
  findPacked();
  for (OpOperand &operand : network.block().getTerminator()->getOpOperands()) {
    Value wire = operand.get();
    unsigned uses = llvm::count(network.block().getTerminator()->getOperands(), wire);
    if (wire.getDefiningOp() && uses == 1 && !isPacked(wire))
      toCaller.insert(wire);
  }
  auto isWeight = [&](Value wire) {
    auto argument = dyn_cast<BlockArgument>(wire);
    return argument
               ? argument.getOwner() == &network.block() && argument.getArgNumber() >= network.inputCount()
               : isPacked(wire);
  };
  plans = planContractions(network, axes, target, this->elementBytes, isWeight);
  scheduleFolds(network, axes, plans, forced);
  network->walk([&](ScanOp scan) {
    if (findMachine(scan, axes, target))
      scan->setAttr(machineMark, UnitAttr::get(scan.getContext()));
  });
  rowGroups.emplace(network, axes, target, plans, this->elementBytes, mostRunningRows,
                    [&](Value wire) { return isPacked(wire); });
  // Blocks of rows of a group come back to each panel.
  for (auto &[op, plan] : plans) {
    const RowGroup *group = rowGroups->find(op);
    auto member = cast<EquationOp>(op);
    plan.packsInTurn &= !group;
    plan.packsEachBatch = group && !plan.batch.empty() && !plan.isInPlace &&
                          !weightSource(member.getWires()[plan.b.wire], isWeight) &&
                          llvm::all_of(plan.batch, [&](BlockArgument index) {
                            std::optional<unsigned> row = group->rowOf(member, index);
                            return row && *row != group->blocked;
                          });
  }
  readers.emplace(network, axes, [&](EquationOp equation) {
    return !plans.contains(equation) && !rowGroups->find(equation) && !isPacked(equation.getResult());
  });
  lifetimes.emplace(network, *rowGroups);
  packedFactors.emplace(plans, axes, target, isWeight, *lifetimes, arena, threadArena, packedEnd);
  planBlock(network.block());
  planScans();
}

void WireMemory::planScans() {
  network->walk([&](EquationOp equation) {
    std::optional<Size> bytes = scanStateBytes(equation, axes);
    if (!bytes || *bytes == Size(0))
      return;
    bool isOfThread = rowGroups->find(equation);
    if (!isPacked(equation.getResult())) {
      Arena &place = isOfThread ? threadArena : arena;
      scanRooms[equation] = {isOfThread ? ScanRoom::Memory::thread : ScanRoom::Memory::scratch,
                             place.place(*bytes, lifetimes->step(equation), lifetimes->lastStep(equation))};
      return;
    }
    scanRooms[equation] = {ScanRoom::Memory::packed, packedEnd};
    packedEnd += (bytes->constant().value_or(0) + 63) / 64 * 64;
  });
}

std::optional<WireMemory::ScanRoom> WireMemory::scanRoom(EquationOp equation) const {
  auto it = scanRooms.find(equation.getOperation());
  return it == scanRooms.end() ? std::nullopt : std::optional(it->second);
}

std::optional<unsigned> WireMemory::frontierSlot(IterateOp loop) const {
  auto it = frontierSlots.find(loop.getOperation());
  return it == frontierSlots.end() ? std::nullopt : std::optional(it->second);
}

std::optional<unsigned> WireMemory::sweepSlot(IterateOp loop) const {
  auto it = sweepSlots.find(loop.getOperation());
  return it == sweepSlots.end() ? std::nullopt : std::optional(it->second);
}

Size WireMemory::bytesOf(Value wire) const {
  bool isKept = rowGroups && rowGroups->keeperOf(wire);
  std::optional<Size> count = isKept ? rowGroups->keptElements(wire) : axes.count(objectOf(wire));
  std::optional<Size> bytes = count ? multiply(*count, Size(elementBytes(objectOf(wire)))) : std::nullopt;
  return bytes.value_or(Size(0));
}

// Equations of fixed size whose wires all come from weights, and which no open size changes.
void WireMemory::findPacked() {
  llvm::DenseSet<Value> constant;
  for (unsigned i = 0; i < network.weightCount(); ++i)
    constant.insert(network.weight(i));
  for (Operation &op : network.block()) {
    if (isa<SegmentsOp, InOrderOp>(op)) {
      findPacked(op, constant);
      continue;
    }
    auto equation = dyn_cast<EquationOp>(op);
    if (!equation)
      continue;
    std::optional<int64_t> bytes = bytesOf(equation.getResult()).constant();
    if (!bytes || equation.getWires().empty() ||
        !llvm::all_of(equation.getWires(), [&](Value wire) { return constant.contains(wire); }) ||
        readsOpenSize(equation, axes))
      continue;
    constant.insert(equation.getResult());
    packedOffsets[equation.getResult()] = packedEnd;
    packedEnd += (*bytes + 63) / 64 * 64;
  }
}

void WireMemory::findPacked(Operation &op, llvm::DenseSet<Value> &constant) {
  bool isFixed =
      llvm::all_of(op.getResults(), [&](Value wire) { return bytesOf(wire).constant().has_value(); });
  if (!isFixed || !llvm::all_of(op.getOperands(), [&](Value wire) { return constant.contains(wire); }))
    return;
  for (Value wire : op.getResults()) {
    constant.insert(wire);
    packedOffsets[wire] = packedEnd;
    packedEnd += (*bytesOf(wire).constant() + 63) / 64 * 64;
  }
}

bool WireMemory::isWrittenInPlace(OpOperand &yielded) const {
  auto equation = yielded.get().getDefiningOp<EquationOp>();
  return equation && equation->getBlock() == yielded.getOwner()->getBlock() && yielded.get().hasOneUse();
}

bool WireMemory::isInRegister(Value wire) const {
  Block *body = wire.getParentBlock();
  if (objectOf(wire).rank() || !isa<ScanOp>(body->getParentOp()) || rowGroups->keeperOf(wire))
    return false;
  // What a loop gives is where its state is kept, and its body may be shared by threads.
  if (isa_and_nonnull<ScanOp, IterateOp>(wire.getDefiningOp()))
    return false;
  return llvm::all_of(wire.getUsers(), [&](Operation *user) {
    auto reader = dyn_cast<EquationOp>(user);
    return user->getBlock() == body &&
           (isa<YieldOp>(user) || (reader && objectOf(reader.getResult()).rank() == 0 &&
                                   !plans.contains(reader) && !rowGroups->find(reader)));
  });
}

std::optional<unsigned> WireMemory::savedSlot(OpOperand &yielded) const {
  auto it = savedSlots.find(&yielded);
  return it == savedSlots.end() ? std::nullopt : std::optional(it->second);
}

Value WireMemory::overwritten(EquationOp equation) const {
  const RowGroup *group = rowGroups->keeperOf(equation.getResult());
  if (!group || plans.contains(equation))
    return {};
  std::optional<SmallVector<BlockArgument>> own = definedIndices(equation);
  for (auto [i, wire] : llvm::enumerate(equation.getWires())) {
    bool isLast = rowGroups->keeperOf(wire) == group && wire.getType() == equation.getResult().getType() &&
                  llvm::count(equation.getWires(), wire) == 1 &&
                  llvm::all_of(wire.getUsers(), [&](Operation *user) {
                    return user == equation || user->isBeforeInBlock(equation);
                  });
    bool isOwnElement = llvm::all_of(equation.wireArgument(0, i).getUsers(), [&](Operation *user) {
      auto read = dyn_cast<ReadOp>(user);
      return read && own && read->getParentOp() == equation &&
             llvm::equal(read.getPositions(), *own, [](Value a, Value b) { return a == b; });
    });
    if (isLast && isOwnElement)
      return wire;
  }
  return {};
}

void WireMemory::planBlock(Block &block) {
  for (Operation &op : block) {
    if (!isa<EquationOp, SegmentsOp, InOrderOp, ScanOp, IterateOp>(op))
      continue;
    bool isLoop = isa<ScanOp, IterateOp>(op);
    for (Value result : op.getResults()) {
      bool inPlace = false;
      for (OpOperand &use : result.getUses())
        if (auto scan = dyn_cast<ScanOp>(use.getOwner()->getParentOp()))
          inPlace |= isa<YieldOp>(use.getOwner()) && use.getOperandNumber() >= scan.getStates().size() &&
                     isWrittenInPlace(use);
      if (isPacked(result) || isWrittenToCaller(result) || inPlace)
        continue;
      if (auto equation = dyn_cast<EquationOp>(op))
        if (Value wire = overwritten(equation)) {
          slotNumbers[result] = slotOf(wire);
          continue;
        }
      int64_t last = std::max(lifetimes->last(result), isLoop ? lifetimes->lastStep(&op) : 0);
      Arena &place = rowGroups->keeperOf(result) ? threadArena : arena;
      slotNumbers[result] = place.place(bytesOf(result), lifetimes->step(&op), last);
    }
    if (!isLoop)
      continue;
    if (auto loop = dyn_cast<IterateOp>(op))
      if (std::optional<FrontierStep> step = findFrontier(loop)) {
        auto place = [&](const Size &bytes) {
          return arena.place(bytes, lifetimes->step(&op), lifetimes->lastStep(&op));
        };
        frontierSlots[loop] = place(frontierBytes(*step, axes));
        if (maySweep(*step))
          sweepSlots[loop] = place(sweepBytes(*step, axes));
      }
    Block &body = op.getRegion(0).front();
    size_t states =
        isa<ScanOp>(op) ? cast<ScanOp>(op).getStates().size() : cast<IterateOp>(op).getStates().size();
    for (OpOperand &yielded : body.getTerminator()->getOpOperands()) {
      unsigned i = yielded.getOperandNumber();
      bool ofBody = isa<BlockArgument>(yielded.get()) && yielded.get().getParentBlock() == &body;
      if (i < states && ofBody && yielded.get() != body.getArgument(i))
        savedSlots[&yielded] =
            arena.place(bytesOf(yielded.get()), lifetimes->step(&op), lifetimes->lastStep(&op));
    }
    planBlock(body);
  }
}

Value WireMemory::emitLines(FunctionEmitter &emitter, const Size &bytes) const {
  if (std::optional<int64_t> known = bytes.constant())
    return emitter.constant((*known + 63) / 64 * 64);
  Value above = emitter.add(emitter.emitSize(bytes), emitter.constant(63));
  return arith::AndIOp::create(emitter.builder, emitter.location, above, emitter.constant(-64));
}

Value WireMemory::emitBytes(FunctionEmitter &emitter, Value wire) const {
  return emitLines(emitter, bytesOf(wire));
}

Value WireMemory::emitSlotBytes(FunctionEmitter &emitter, const Arena::Slot &slot) const {
  return emitLines(emitter, slot.bytes);
}

} // namespace weft
