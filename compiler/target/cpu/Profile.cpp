#include "compiler/target/cpu/Profile.h"
#include "compiler/target/cpu/ScanEmitter.h"

#include <fmt/format.h>

using namespace mlir;

namespace weft {

static std::string scheduleOf(EquationOp equation, const WireMemory &memory) {
  const PackedFactor *factor = memory.factors().find(equation);
  if (!factor)
    return scanStateBytes(equation, AxisTable(equation->getParentOfType<ModuleOp>())) ? "a running fold"
                                                                                      : "by elements";
  const ContractionPlan &plan = factor->plan;
  std::string size = plan.isAlongTerms ? fmt::format("{} columns, along the terms", plan.tileColumns)
                                       : fmt::format("{} vectors", plan.panelVectors);
  std::string text = fmt::format("tiles {} rows by {}, {}", plan.tileRows, size,
                                 plan.isInPlace     ? "in place"
                                 : factor->isBound  ? "packed at binding"
                                 : plan.packsInTurn ? "packed in turn"
                                                    : "packed in the call");
  if (plan.partTerms)
    text += fmt::format(", sums in parts of {}", plan.partTerms * plan.innerTerms);
  if (plan.bounds)
    text += ", cut by bounds";
  else if (plan.isMasked)
    text += ", masked";
  return text;
}

Profile::Profile(NetworkOp network, const WireMemory &memory, bool isOn) {
  if (isOn)
    network.walk([&](EquationOp equation) { add(equation, memory); });
}

void Profile::add(EquationOp equation, const WireMemory &memory) {
  const RowGroup *group = memory.groups().find(equation);
  if (memory.isPacked(equation.getResult()) || (group && group->last() != equation))
    return;
  ProfiledStep step;
  if (group) {
    step.members = group->members;
    step.schedule = fmt::format("{} rows at a time", group->blockRows);
  } else {
    step.members = {equation};
    step.schedule = scheduleOf(equation, memory);
  }
  numbers[equation] = all.size();
  all.push_back(std::move(step));
  for (EquationOp member : group ? ArrayRef(group->members) : ArrayRef<EquationOp>()) {
    partNumbers[member] = all.size();
    all.push_back({{member}, scheduleOf(member, memory), group->members});
  }
}

int64_t Profile::bytes() const {
  return (static_cast<int64_t>(all.size() * sizeof(StepCounter)) + 63) / 64 * 64;
}

void Profile::emitReset(FunctionEmitter &emitter, Value scratch) {
  counters = scratch;
  Value zero =
      arith::ConstantOp::create(emitter.builder, emitter.location, emitter.builder.getI8IntegerAttr(0));
  if (!all.empty())
    LLVM::MemsetOp::create(emitter.builder, emitter.location, counters, zero, emitter.constant(bytes()),
                           false);
}

static Value clockOf(FunctionEmitter &emitter) {
  return LLVM::CallIntrinsicOp::create(emitter.builder, emitter.location, emitter.builder.getI64Type(),
                                       emitter.builder.getStringAttr("llvm.readcyclecounter"), ValueRange{})
      .getResults();
}

void Profile::emitStep(FunctionEmitter &emitter, EquationOp equation, llvm::function_ref<void()> write,
                       bool isPart) {
  auto number = (isPart ? partNumbers : numbers).find(equation);
  if (number == (isPart ? partNumbers : numbers).end())
    return write();
  Value begin = clockOf(emitter);
  write();
  Value spent = emitter.subtract(clockOf(emitter), begin);
  Value amounts[] = {spent, emitter.constant(1)};
  for (auto [field, amount] : llvm::enumerate(amounts)) {
    Type type = emitter.builder.getI64Type();
    Value at = emitter.address(counters, emitter.constant(2 * number->second + field), type);
    // Parts of a group may run on several threads.
    LLVM::AtomicRMWOp::create(emitter.builder, emitter.location, LLVM::AtomicBinOp::add, at, amount,
                              LLVM::AtomicOrdering::monotonic);
  }
}

} // namespace weft
