#include "compiler/target/artifact/Artifact.h"
#include "compiler/target/cpu/Lowering.h"
#include "compiler/target/cpu/ObjectFile.h"
#include "llvm/IR/LLVMContext.h"

using namespace mlir;

namespace weft {

std::optional<Artifact> buildArtifact(ModuleOp program, NetworkOp network, const CpuTarget &target,
                                      const ArtifactOptions &options) {
  NetworkDescription description = describeNetwork(program, network, options.prefix, options.hashes);
  CpuCode code =
      emitCpuCode(program, network, target, {.unchecked = options.unchecked, .profile = options.profile});
  if (failed(lowerToLlvmDialect(*code.module)))
    return std::nullopt;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module = translateToLlvm(*code.module, context, target);
  if (!module || !addInterface(*module, description, code, target) || !optimizeModule(*module, target))
    return std::nullopt;
  Artifact artifact;
  artifact.object = emitMachineCode(*module, target, MachineCode::object).str();
  artifact.header = headerText(description);
  artifact.manifest = manifestText(description, code, target);
  artifact.steps = std::move(code.steps);
  artifact.sites = std::move(code.sites);
  return artifact;
}

} // namespace weft
