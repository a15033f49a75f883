#include "compiler/target/cpu/CpuCode.h"
#include "compiler/target/cpu/NetworkEmitter.h"

using namespace mlir;

namespace weft {

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
