#include "compiler/target/cpu/NetworkEmitter.h"
#include "compiler/target/cpu/ContractEmitter.h"
#include "compiler/target/cpu/ContractionEmitter.h"
#include "compiler/target/cpu/EquationEmitter.h"
#include "compiler/target/cpu/SegmentsEmitter.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

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
  for (const KeptSegments::Place &place :
       kept.emitPlaces(emitter, [&](Value wire) { return slots[memory.slotOf(wire)]; }))
    destinations[place.wire] = emitter.bufferAt(place.base, objectOf(place.wire));
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
      emitter.step([&] { emitSegments(emitter, segments, [&](Value wire) { return wires.lookup(wire); }); });
    else if (auto list = dyn_cast<InOrderOp>(op); list && memory.isPacked(list.getResult()))
      emitter.step([&] {
        emitInOrder(emitter, list, wires.lookup(list.getResult()),
                    [&](Value wire) { return wires.lookup(wire); });
      });
    else if (auto equation = dyn_cast<EquationOp>(op); equation && memory.isPacked(equation.getResult()))
      emitter.step([&] { emitPackedEquation(equation); });
  for (const auto &[equation, factor] : memory.factors().all())
    if (factor.isBound)
      emitter.step([&] { emitBoundFactor(cast<EquationOp>(equation), factor); });
  finish();
}

void NetworkEmitter::emitPackedEquation(EquationOp equation) {
  SmallVector<Buffer> read =
      llvm::map_to_vector(equation.getWires(), [&](Value wire) { return wires.lookup(wire); });
  emitEquation(emitter, equation, read, wires.lookup(equation.getResult()), IndexWindows(),
               scanState(equation));
  llvm::for_each(read, [&](const Buffer &weight) { release(weight); });
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
    ArrayRef<Value> checked = memory.indexReaders().checkedBy(&op);
    for (Value input : checked)
      wires[input].isUnchecked = true;
    emitter.step([&] {
      if (checked.empty())
        emitOperation(op);
      else
        emitter.checkingIndices([&] { emitOperation(op); });
    });
    for (Value input : checked)
      wires[input].isUnchecked = false;
    if (!checked.empty())
      emitter.leaveWhenFailed();
  }
}

void NetworkEmitter::emitOperation(Operation &op) {
  TypeSwitch<Operation *>(&op)
      .Case([&](EquationOp equation) { emitEquationOp(equation); })
      .Case([&](SegmentsOp segments) { emitSegmentsOp(segments); })
      .Case([&](InOrderOp op) { emitInOrderOp(op); })
      .Case([&](ScanOp scan) { emitScan(scan); })
      .Case([&](IterateOp loop) { emitIterate(loop); })
      .Case([&](ContractOp contract) {
        emitContract(emitter, contract, [&](Value wire) { return wires.lookup(wire); });
      });
}

Buffer NetworkEmitter::destination(Value wire) {
  auto set = destinations.find(wire);
  if (set != destinations.end())
    return set->second;
  if (memory.isInRegister(wire))
    return scalarBuffer(objectOf(wire));
  return emitter.bufferAt(slots[memory.slotOf(wire)], objectOf(wire));
}

// In the function's frame, from where LLVM moves it into a register.
Buffer NetworkEmitter::scalarBuffer(ObjectType type) {
  return emitter.bufferAt(emitter.stackMemory(emitter.elementBytes(type)), type);
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
  auto emit = [&] { emitSegments(emitter, segments, [&](Value wire) { return wires.lookup(wire); }); };
  Value isMade = kept.isMade(segments);
  if (!isMade)
    return emit();
  Value isMissing = arith::XOrIOp::create(emitter.builder, emitter.location, isMade, emitter.truth(true));
  emitter.when(isMissing, emit);
}

void NetworkEmitter::emitInOrderOp(InOrderOp op) {
  auto bufferOf = [&](Value wire) { return wires.lookup(wire); };
  Value list = op.getResult();
  bool isPacked = memory.isPacked(list);
  Buffer room = isPacked ? wires.lookup(list) : destination(list);
  if (!isPacked)
    emitInOrder(emitter, op, room, bufferOf);
  wires[list] = listInOrder(emitter, op, room, bufferOf);
}

void NetworkEmitter::emitElements(EquationOp equation, const Buffer &result, const IndexWindows &windows) {
  const PackedFactor *factor = memory.factors().find(equation);
  SmallVector<Buffer> read;
  for (auto [i, wire] : llvm::enumerate(equation.getWires()))
    read.push_back(factor ? wires.lookup(wire) : bufferFor(equation, i));
  if (!factor)
    return emitEquation(emitter, equation, read, result, windows, scanState(equation));
  Value partials = factor->partialSlot ? threadSlots[*factor->partialSlot] : Value();
  emitContraction(emitter, {equation, factor->plan, read, result, panelsOf(*factor), partials, windows});
}

Value NetworkEmitter::scanState(EquationOp equation) {
  std::optional<WireMemory::ScanRoom> room = memory.scanRoom(equation);
  if (!room)
    return {};
  switch (room->memory) {
  case WireMemory::ScanRoom::Memory::packed:
    return emitter.offsetBytes(emitter.frameField(packedField), emitter.constant(room->place));
  case WireMemory::ScanRoom::Memory::thread:
    return emitter.offsetBytes(emitter.threadMemory(), threadSlots[room->place]);
  case WireMemory::ScanRoom::Memory::scratch:
    return slots[room->place];
  }
  llvm_unreachable("memory");
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

} // namespace weft
