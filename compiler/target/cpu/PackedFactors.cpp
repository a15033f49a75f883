#include "compiler/target/cpu/PackedFactors.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

// The number of elements of the packed factor, all batches together.
static std::optional<Size> packedElements(const ContractionPlan &plan, const AxisTable &axes,
                                          unsigned lanes) {
  auto product = [&](ArrayRef<BlockArgument> indices) {
    std::optional<Size> size = Size(1);
    for (BlockArgument index : indices)
      size = size ? multiply(*size, axes.size(objectOf(index).getElement().getValue())) : std::nullopt;
    return size;
  };
  if (plan.isInPlace)
    return Size(0);
  int64_t width = plan.panelWidth(lanes);
  if (plan.lines) {
    std::optional<Size> batches = product(plan.batch);
    return batches ? multiply(*batches, Size(plan.lines->count * plan.lines->length)) : std::nullopt;
  }
  if (plan.packsInTurn) {
    std::optional<Size> terms =
        plan.partTerms ? Size(plan.partTerms * plan.innerTerms) : product(plan.summed);
    return terms ? multiply(*terms, Size(width * plan.panelsTogether)) : std::nullopt;
  }
  std::optional<Size> columns = product(plan.columns);
  std::optional<Size> rounded = columns ? add(*columns, Size(width - 1)) : std::nullopt;
  rounded = rounded ? floorDivide(*rounded, width) : std::nullopt;
  rounded = rounded ? multiply(*rounded, Size(width)) : std::nullopt;
  std::optional<Size> batch = plan.packsEachBatch ? Size(1) : product(plan.batch),
                      summed = product(plan.summed);
  std::optional<Size> all = batch && summed ? multiply(*batch, *summed) : std::nullopt;
  all = all && rounded ? multiply(*all, *rounded) : std::nullopt;
  if (all && plan.packsEachBatch)
    return add(*all, Size(PackedFactor::batchNumberBytes / plan.packedBytes));
  // Behind the panels stands the factor's range.
  return all && plan.terms.asksForRanges() ? add(*all, Size(64 / plan.elementBytes)) : all;
}

std::optional<WeightSource> weightSource(Value wire, llvm::function_ref<bool(Value)> isWeight) {
  if (isWeight(wire))
    return WeightSource{wire, {}};
  auto argument = dyn_cast<BlockArgument>(wire);
  auto scan = argument ? dyn_cast<ScanOp>(argument.getOwner()->getParentOp()) : ScanOp();
  if (!scan || argument.getArgNumber() < scan.getStates().size())
    return std::nullopt;
  std::optional<WeightSource> source =
      weightSource(scan.getElements()[argument.getArgNumber() - scan.getStates().size()], isWeight);
  if (source)
    source->scans.push_back(scan);
  return source;
}

ContractionPlans planContractions(NetworkOp network, const AxisTable &axes, const CpuTarget &target,
                                  llvm::function_ref<unsigned(ObjectType)> elementBytes,
                                  llvm::function_ref<bool(Value)> isWeight) {
  ContractionPlans plans;
  auto isConstant = [&](Value wire) { return weightSource(wire, isWeight).has_value(); };
  network->walk([&](EquationOp equation) {
    if (isWeight(equation.getResult()))
      return;
    std::optional<ContractionPlan> plan = planContraction(equation, axes, target, elementBytes, isConstant);
    if (plan && packedElements(*plan, axes, target.lanes(plan->elementBytes)))
      plans.insert({equation, *plan});
  });
  return plans;
}

PackedFactors::PackedFactors(const ContractionPlans &plans, const AxisTable &axes, const CpuTarget &target,
                             llvm::function_ref<bool(Value)> isWeight, const Lifetimes &lifetimes,
                             Arena &arena, Arena &threadArena, int64_t &packedEnd) {
  for (const auto &[op, plan] : plans) {
    auto equation = cast<EquationOp>(op);
    Size elements = *packedElements(plan, axes, target.lanes(plan.elementBytes));
    std::optional<Size> size = multiply(elements, Size(plan.packedBytes));
    if (!size)
      continue;
    PackedFactor factor;
    factor.plan = plan;
    std::optional<WeightSource> source;
    if (!plan.isInPlace)
      source = weightSource(equation.getWires()[plan.b.wire], isWeight);
    std::optional<int64_t> copies = size->constant();
    factor.copyBytes = copies.value_or(0);
    for (ScanOp scan : source ? source->scans : SmallVector<ScanOp>()) {
      std::optional<int64_t> count = axes.size(scan.getAxis()).constant();
      copies = copies && count ? std::optional(*copies * *count) : std::nullopt;
    }
    if (source && copies) {
      factor.isBound = true;
      factor.scans = source->scans;
      factor.offset = packedEnd;
      factor.bytes = (*copies + 63) / 64 * 64;
      packedEnd += factor.bytes;
    } else {
      Arena &place = plan.packsInTurn || plan.packsEachBatch ? threadArena : arena;
      factor.slot = place.place(*size, lifetimes.step(equation), lifetimes.step(equation));
    }
    if (int64_t partials = plan.partialBytes(target.lanes(plan.elementBytes)))
      factor.partialSlot =
          threadArena.place(Size(partials), lifetimes.step(equation), lifetimes.step(equation));
    factors.insert({op, factor});
  }
}

const PackedFactor *PackedFactors::find(EquationOp equation) const {
  auto it = factors.find(equation.getOperation());
  return it == factors.end() ? nullptr : &it->second;
}

} // namespace weft
