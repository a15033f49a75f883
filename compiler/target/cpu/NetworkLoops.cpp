// Loops of a network: scans of a box over an axis, and steps until nothing changes.
#include "compiler/target/cpu/FiniteMachine.h"
#include "compiler/target/cpu/FrontierEmitter.h"
#include "compiler/target/cpu/NetworkEmitter.h"
#include "compiler/target/cpu/SweepEmitter.h"

using namespace mlir;

namespace weft {

Buffer NetworkEmitter::slice(const Buffer &buffer, int64_t depth, Value position) {
  SmallVector<StringAttr> axes(buffer.type.getAxes());
  axes.erase(axes.begin() + depth);
  Buffer part{{}, buffer.type.over(axes), buffer.strides};
  part.isUnchecked = buffer.isUnchecked;
  part.strides.erase(part.strides.begin() + depth);
  Value element = emitter.multiply(position, buffer.strides[depth]);
  part.base = emitter.address(buffer.base, element, emitter.storageType(buffer.type));
  return part;
}

void NetworkEmitter::takeElements(ScanOp scan, Value position) {
  for (auto [i, element] : llvm::enumerate(scan.getElements()))
    wires[scan.block().getArgument(scan.getStates().size() + i)] =
        slice(wires.lookup(element), scan.elementDepth(i), position);
}

// The steps of a scan over few states by their maps, where they are many; `state` holds the first state, and
// the last in the end. Others are written by `steps`.
void NetworkEmitter::emitMachine(ScanOp scan, const FiniteMachine &machine, const Buffer &state,
                                 llvm::function_ref<void()> steps) {
  WrittenCode written(emitter.builder);
  Value count = emitter.sizeOf(scan.getAxis());
  Value isMany = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::sge, count,
                                       emitter.constant(2 * machine.maps));
  auto choice = scf::IfOp::create(emitter.builder, emitter.location, isMany, /*withElseRegion=*/true);
  auto bufferOf = [&](Value wire) { return wires.lookup(wire); };
  MachineWriter writer(emitter, machine, bufferOf);
  bool isWritten = false;
  {
    OpBuilder::InsertionGuard guard(emitter.builder);
    emitter.builder.setInsertionPointToStart(choice.thenBlock());
    isWritten = writer.writeMaps();
    if (isWritten) {
      Value map =
          emitter.loop(emitter.constant(0), count, 1, writer.identity(), [&](Value i, ValueRange before) {
            takeElements(scan, i);
            return SmallVector<Value>{writer.followed(before[0])};
          })[0];
      ExpressionEmitter single(emitter, 1);
      Scalar first = single.loadElement(state), nowhere = single.uniformIndex(emitter.constant(0));
      single.store(state, nowhere, writer.applied(map, first), scan.getLoc());
      emitter.builder.setInsertionPointToStart(choice.elseBlock());
      steps();
      return;
    }
  }
  written.erase();
  steps();
}

void NetworkEmitter::emitScan(ScanOp scan) {
  size_t states = scan.getStates().size();
  SmallVector<Buffer> results;
  for (auto [i, result] : llvm::enumerate(scan.getResults())) {
    wires[result] = destination(result);
    bool isInRegister = i < states && memory.isInRegister(scan.block().getArgument(i));
    results.push_back(isInRegister ? scalarBuffer(wires[result].type) : wires[result]);
    if (i < states)
      emitter.copy(wires.lookup(scan.getStates()[i]), results[i]);
  }
  auto steps = [&] { emitSteps(scan, results); };
  if (std::optional<FiniteMachine> machine = findMachine(scan, emitter.axes, emitter.target))
    emitMachine(scan, *machine, results[0], steps);
  else
    steps();
  for (size_t i = 0; i < states; ++i)
    if (wires[scan.getResult(i)].base != results[i].base)
      emitter.copy(results[i], wires[scan.getResult(i)]);
}

// One step after the other; the first of `results` are the states.
void NetworkEmitter::emitSteps(ScanOp scan, ArrayRef<Buffer> results) {
  size_t states = scan.getStates().size();
  Operation *yield = scan.block().getTerminator();
  emitter.loop(emitter.constant(0), emitter.sizeOf(scan.getAxis()), [&](Value position) {
    scanPositions[scan] = position;
    for (size_t i = 0; i < states; ++i)
      wires[scan.block().getArgument(i)] = results[i];
    takeElements(scan, position);
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
    Value differ = emitDiffer(emitter, before.type, a, b);
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
  for (size_t i = 0; i < states; ++i)
    wires[loop.block().getArgument(i)] = results[i];
  std::optional<unsigned> slot = memory.frontierSlot(loop);
  Progress begin{emitter.constant(0), emitter.truth(false)};
  Value settled = slot ? emitFrontier(loop, *slot) : emitRounds(loop, begin, {}, [&](ValueRange) {
    emitBlock(loop.block());
    emitter.location = loop.getLoc();
    return SmallVector<Value>{takeOver(loop, results)};
  });
  Value verdict = arith::ExtUIOp::create(builder, emitter.location, builder.getI8Type(), settled);
  LLVM::StoreOp::create(builder, emitter.location, verdict, results.back().base);
}

// A round gives whether anything changed, and what it carries on.
Value NetworkEmitter::emitRounds(IterateOp loop, const Progress &begin, ValueRange carried,
                                 llvm::function_ref<SmallVector<Value>(ValueRange)> round) {
  OpBuilder &builder = emitter.builder;
  Value bound = emitter.emitSize(*Size::parse(loop.getBound().str()));
  SmallVector<Value> start{begin.rounds, begin.settled};
  llvm::append_range(start, carried);
  SmallVector<Type> types(ValueRange(start).getTypes());
  auto op = scf::WhileOp::create(builder, emitter.location, types, start);
  SmallVector<Location> locations(types.size(), emitter.location);
  OpBuilder::InsertionGuard guard(builder);
  Block *before = builder.createBlock(&op.getBefore(), {}, types, locations);
  Value more = arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::slt,
                                     before->getArgument(0), bound);
  Value open = arith::XOrIOp::create(builder, emitter.location, before->getArgument(1), emitter.truth(true));
  Value go = arith::AndIOp::create(builder, emitter.location, more, open);
  scf::ConditionOp::create(builder, emitter.location, go, before->getArguments());
  Block *after = builder.createBlock(&op.getAfter(), {}, types, locations);
  SmallVector<Value> next{emitter.add(after->getArgument(0), emitter.constant(1))};
  SmallVector<Value> given = round(after->getArguments().drop_front(2));
  next.push_back(arith::XOrIOp::create(builder, emitter.location, given.front(), emitter.truth(true)));
  llvm::append_range(next, llvm::drop_begin(given));
  scf::YieldOp::create(builder, emitter.location, next);
  return op.getResult(1);
}

// The states become what was yielded; whether that is anything new.
Value NetworkEmitter::takeOver(IterateOp loop, ArrayRef<Buffer> states) {
  Operation *yield = loop.block().getTerminator();
  Value changed = emitter.truth(false);
  SmallVector<Buffer> next;
  for (OpOperand &yielded : yield->getOpOperands()) {
    next.push_back(wires.lookup(yielded.get()));
    if (std::optional<unsigned> saved = memory.savedSlot(yielded)) {
      Buffer copy = emitter.bufferAt(slots[*saved], next.back().type);
      emitter.copy(next.back(), copy);
      next.back() = copy;
    }
  }
  for (auto [before, after] : llvm::zip(states, next))
    changed = arith::OrIOp::create(emitter.builder, emitter.location, changed, emitChanged(before, after));
  for (auto [i, after] : llvm::enumerate(next))
    if (yield->getOperand(i) != loop.block().getArgument(i))
      emitter.copy(after, states[i]);
  return changed;
}

Value NetworkEmitter::emitFrontier(IterateOp loop, unsigned slot) {
  FrontierStep step = *findFrontier(loop);
  auto bufferOf = [&](Value wire) { return wires.lookup(wire); };
  auto emitStep = [&] {
    emitBlock(loop.block());
    emitter.location = loop.getLoc();
  };
  FrontierPlaces places{slots[slot], bufferOf(loop.block().getArgument(0)),
                        destination(step.equation.getResult()), bufferOf, emitStep};
  FrontierWriter frontier(emitter, step, places);
  auto rounds = [&](const Progress &begin) {
    return emitRounds(loop, begin, frontier.begin(), [&](ValueRange carried) {
      SmallVector<Value> after = frontier.round(carried);
      Value any = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::ne, after[0],
                                        emitter.constant(0));
      after.insert(after.begin(), any);
      return after;
    });
  };
  std::optional<unsigned> kept = memory.sweepSlot(loop);
  if (!kept)
    return rounds({emitter.constant(0), emitter.truth(false)});
  auto emitNodes = [&](const IndexWindow &window) {
    IndexWindows windows;
    windows[step.equation.indices(0)[0]] = window;
    emitElements(step.equation, places.next, windows);
  };
  Value bound = emitter.emitSize(*Size::parse(loop.getBound().str()));
  SweepPlaces swept{slots[*kept], places.state, places.next, bound, bufferOf, emitNodes};
  return emitSwept(emitSweeps(emitter, step, swept), [&] { emitUnswept(emitter, step, swept); }, rounds);
}

// Rounds from where sweeps have led, and from the beginning when these do not settle.
Value NetworkEmitter::emitSwept(const Progress &swept, llvm::function_ref<void()> restore,
                                llvm::function_ref<Value(const Progress &)> rounds) {
  OpBuilder &builder = emitter.builder;
  SmallVector<Value> start{swept.rounds, swept.settled, emitter.truth(true)};
  SmallVector<Type> types(ValueRange(start).getTypes());
  SmallVector<Location> locations(start.size(), emitter.location);
  auto loop = scf::WhileOp::create(builder, emitter.location, types, start);
  OpBuilder::InsertionGuard guard(builder);
  Block *before = builder.createBlock(&loop.getBefore(), {}, types, locations);
  scf::ConditionOp::create(builder, emitter.location, before->getArgument(2), before->getArguments());
  Block *after = builder.createBlock(&loop.getAfter(), {}, types, locations);
  Value settled = rounds({after->getArgument(0), after->getArgument(1)});
  Value isOpen = arith::XOrIOp::create(builder, emitter.location, settled, emitter.truth(true));
  Value wasSwept = arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::ne,
                                         after->getArgument(0), emitter.constant(0));
  Value again = arith::AndIOp::create(builder, emitter.location, isOpen, wasSwept);
  emitter.when(again, restore);
  scf::YieldOp::create(builder, emitter.location, ValueRange{emitter.constant(0), settled, again});
  return loop.getResult(1);
}

} // namespace weft
