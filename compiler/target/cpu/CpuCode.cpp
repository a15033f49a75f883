#include "compiler/target/cpu/CpuCode.h"
#include "compiler/target/cpu/NetworkEmitter.h"

using namespace mlir;

namespace weft {

static std::vector<BoundPanels> boundPanels(NetworkOp network, const WireMemory &memory) {
  std::vector<BoundPanels> panels;
  auto isOutermost = [&](Value wire) { return wire.getParentBlock() == &network.block(); };
  for (const auto &[op, factor] : memory.factors().all()) {
    auto equation = cast<EquationOp>(op);
    std::optional<WeightSource> source = weightSource(equation.getWires()[factor.plan.b.wire], isOutermost);
    if (!factor.isBound || !source)
      continue;
    auto argument = dyn_cast<BlockArgument>(source->wire);
    StringRef weight =
        argument ? cast<StringAttr>(network.getWeightNames()[argument.getArgNumber() - network.inputCount()])
                       .getValue()
                 : source->wire.getDefiningOp<EquationOp>().getName();
    panels.push_back({weight.str(), equation.getName().str(), factor.bytes, factor.plan.lines.has_value()});
  }
  return panels;
}

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
      options.limits.mostRunningRows, options.foldAlgorithm);
  code.packedBytes = memory.packedBytes();
  for (unsigned i = 0; i < network.inputCount(); ++i)
    code.checksInput.push_back(memory.indexReaders().isCheckedInside(network.input(i)));
  code.panels = boundPanels(network, memory);
  Profile profile(network, memory, options.profile);
  NetworkEmitter(emitter, network, memory, profile).emitBind();
  NetworkEmitter(emitter, network, memory, profile).emitCall();
  NetworkEmitter(emitter, network, memory, profile).emitScratchBytes();
  NetworkEmitter(emitter, network, memory, profile).emitKeptBytes();
  code.steps = profile.steps();
  return code;
}

} // namespace weft
