#include "compiler/target/cpu/FiniteMachine.h"
#include "dialects/weft/Totality.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/TargetParser/Triple.h"
#include <numeric>

using namespace mlir;

namespace weft {

// As many as a vector of bytes has room for.
constexpr unsigned mostStates = 16;
// Their maps take 16 KiB.
constexpr int64_t mostMaps = 1024;

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

static std::optional<int64_t> valuesOf(ObjectType type, const AxisTable &axes) {
  if (type.rank() || type.isReal() || type.isInteger())
    return std::nullopt;
  return type.isBool() ? 2 : axes.size(type.getElement()).constant();
}

// The intrinsic that takes each byte of one vector from another, at a byte's number.
static StringRef byteShuffle(const CpuTarget &target) {
  if (llvm::Triple(target.triple).getArch() == llvm::Triple::aarch64)
    return "llvm.aarch64.neon.tbl1.v16i8";
  return target.vectorBytes >= 32 ? "llvm.x86.ssse3.pshuf.b.128" : "";
}

// About how many cycles pass from one state to the next.
static int64_t cyclesOfState(Value state) {
  constexpr int64_t cyclesOfRead = 6;
  llvm::SetVector<Operation *> after;
  auto reach = [&](Operation *op) { after.insert(op->getUsers().begin(), op->getUsers().end()); };
  llvm::for_each(state.getUsers(), reach);
  int64_t cycles = 0;
  for (unsigned i = 0; i < after.size(); ++i) {
    cycles += isa<ReadOp>(after[i]) ? cyclesOfRead : 1;
    reach(after[i]);
    if (auto choice = dyn_cast<IfOp>(after[i]->getParentOp()))
      after.insert(choice);
  }
  return cycles;
}

static bool isRead(BlockArgument wire) {
  return llvm::all_of(wire.getUsers(), [](Operation *user) { return isa<ReadOp>(user); });
}

std::optional<FiniteMachine> findMachine(ScanOp scan, const AxisTable &axes, const CpuTarget &target) {
  constexpr int64_t cyclesOfComposition = 3;
  Block &body = scan.block();
  auto step = dyn_cast<EquationOp>(body.front());
  bool isAlone = step && scan.getStates().size() == 1 && scan.getNumResults() == 1 &&
                 llvm::range_size(body.without_terminator()) == 1 &&
                 body.getTerminator()->getOperand(0) == step.getResult() && step.getClauses().size() == 1;
  if (!isAlone || byteShuffle(target).empty() || !isTotal(step.getClauses()[0]) ||
      step->walk([](FoldOp) { return WalkResult::interrupt(); }).wasInterrupted())
    return std::nullopt;
  FiniteMachine machine{step, {}, {}, {}, valuesOf(objectOf(step.getResult()), axes).value_or(0), 1};
  if (machine.stateValues < 2 || machine.stateValues > mostStates)
    return std::nullopt;
  for (auto [number, wire] : llvm::enumerate(step.getWires())) {
    auto argument = dyn_cast<BlockArgument>(wire);
    if (!argument || argument.getOwner() != &body)
      continue;
    BlockArgument own = step.wireArgument(0, number);
    std::optional<int64_t> values = valuesOf(objectOf(own), axes);
    if (!isRead(own) || !values || *values > mostMaps || llvm::count(step.getWires(), wire) != 1)
      return std::nullopt;
    if (argument.getArgNumber() == 0) {
      machine.state = own;
      continue;
    }
    machine.elements.push_back(own);
    machine.elementValues.push_back(*values);
    machine.maps *= *values;
    if (machine.maps > mostMaps)
      return std::nullopt;
  }
  bool pays = machine.state && machine.maps > 0 && cyclesOfState(machine.state) > cyclesOfComposition;
  return pays ? std::optional(machine) : std::nullopt;
}

VectorType MachineWriter::mapType() { return VectorType::get({mostStates}, emitter.builder.getI8Type()); }

Value MachineWriter::addressOf(Value number) { return emitter.address(memory, number, mapType()); }

bool MachineWriter::writeMaps() {
  memory = emitter.stackMemory(machine.maps * mostStates);
  bool isWritten = true;
  emitter.loop(emitter.constant(0), emitter.constant(machine.maps), [&](Value number) {
    Value map = mapOf(number);
    isWritten = static_cast<bool>(map);
    if (map)
      LLVM::StoreOp::create(emitter.builder, emitter.location, map, addressOf(number), mostStates);
  });
  return isWritten;
}

// The step of the elements with this number, for all states: those beyond the last are not looked at.
Value MachineWriter::mapOf(Value number) {
  ExpressionEmitter expressions(emitter, mostStates);
  if (machine.stateValues < mostStates)
    expressions.limitLanes(emitter.constant(machine.stateValues));
  for (auto [i, wire] : llvm::enumerate(machine.step.getWires()))
    if (wire.getParentBlock() != machine.step->getBlock())
      expressions.bindWire(machine.step.wireArgument(0, i), bufferOf(wire));
  ObjectType type = objectOf(machine.step.getResult());
  Scalar states = expressions.laneIndex(emitter.constant(0));
  states.range = {0, machine.stateValues - 1};
  if (type.isBool())
    states = {expressions.truthsOfLanes(), true, false, 0, {0, 1}};
  expressions.bindReads(machine.state, states);
  for (auto [element, values] : llvm::zip(machine.elements, machine.elementValues)) {
    Value count = emitter.constant(values);
    Value value = arith::RemUIOp::create(emitter.builder, emitter.location, number, count);
    number = arith::DivUIOp::create(emitter.builder, emitter.location, number, count);
    if (objectOf(element).isBool())
      value = arith::TruncIOp::create(emitter.builder, emitter.location, emitter.builder.getI1Type(), value);
    expressions.bindReads(element, expressions.uniform(value, {0, values - 1}));
  }
  DefineOp define = machine.step.define(0);
  expressions.emitOperations(*define->getBlock());
  if (expressions.failed())
    return {};
  Value next = expressions.materialize(expressions.get(define.getValue()), type);
  if (type.isBool())
    return arith::ExtUIOp::create(emitter.builder, emitter.location, mapType(), next);
  return arith::TruncIOp::create(emitter.builder, emitter.location, mapType(), next);
}

Value MachineWriter::identity() {
  SmallVector<int8_t> numbers(mostStates);
  std::iota(numbers.begin(), numbers.end(), 0);
  return arith::ConstantOp::create(emitter.builder, emitter.location,
                                   DenseElementsAttr::get(mapType(), ArrayRef<int8_t>(numbers)));
}

Value MachineWriter::followed(Value map) {
  ExpressionEmitter single(emitter, 1);
  Value number = emitter.constant(0);
  for (auto [element, values] : llvm::reverse(llvm::zip_equal(machine.elements, machine.elementValues))) {
    unsigned wire = element.getArgNumber() - machine.step.indices(0).size();
    Scalar value = single.loadElement(bufferOf(machine.step.getWires()[wire]));
    if (objectOf(element).isBool())
      value.value = arith::ExtUIOp::create(emitter.builder, emitter.location, emitter.builder.getI64Type(),
                                           value.value);
    number = emitter.add(emitter.multiply(number, emitter.constant(values)), value.value);
  }
  Value next =
      LLVM::LoadOp::create(emitter.builder, emitter.location, mapType(), addressOf(number), mostStates);
  auto shuffle = emitter.builder.getStringAttr(byteShuffle(emitter.target));
  return LLVM::CallIntrinsicOp::create(emitter.builder, emitter.location, mapType(), shuffle,
                                       ValueRange{next, map})
      .getResults();
}

Scalar MachineWriter::applied(Value map, Scalar state) {
  Type i64 = emitter.builder.getI64Type();
  bool isTruth = state.value.getType().isInteger(1);
  if (isTruth)
    state.value = arith::ExtUIOp::create(emitter.builder, emitter.location, i64, state.value);
  Value byte = LLVM::ExtractElementOp::create(emitter.builder, emitter.location, map, state.value);
  if (isTruth)
    state.value =
        arith::TruncIOp::create(emitter.builder, emitter.location, emitter.builder.getI1Type(), byte);
  else
    state.value = arith::ExtUIOp::create(emitter.builder, emitter.location, i64, byte);
  return state;
}

} // namespace weft
