#include "compiler/target/artifact/Artifact.h"
#include "compiler/target/artifact/CpuFeatures.h"
#include "compiler/target/cpu/Lowering.h"
#include "compiler/target/cpu/ObjectFile.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Linker/Linker.h"

using namespace mlir;

namespace weft {

// The functions that the descriptor refers to, numbered.
static void nameVariant(llvm::Module &module, size_t number) {
  for (const char *name : {"weft_bind", "weft_call", "weft_scratch_bytes", "weft_kept_bytes"})
    module.getFunction(name)->setName(std::string(name) + "_" + std::to_string(number));
}

static std::vector<CpuTarget> mostDemandingFirst(llvm::ArrayRef<CpuTarget> targets) {
  std::vector<CpuTarget> sorted(targets.begin(), targets.end());
  auto demand = [](const CpuTarget &target) {
    return std::tuple(target.vectorBytes, featuresOf(target).size(), target.name);
  };
  llvm::sort(sorted, [&](const CpuTarget &a, const CpuTarget &b) { return demand(a) > demand(b); });
  return sorted;
}

std::optional<Artifact> buildArtifact(ModuleOp program, NetworkOp network, llvm::ArrayRef<CpuTarget> targets,
                                      const ArtifactOptions &options) {
  NetworkDescription description = describeNetwork(program, network, options.prefix, options.hashes);
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module;
  std::vector<CodeVariant> variants;
  for (const CpuTarget &target : mostDemandingFirst(targets)) {
    CpuOptions cpuOptions{.unchecked = options.unchecked, .profile = options.profile};
    cpuOptions.foldAlgorithm = options.foldAlgorithm;
    if (!variants.empty())
      cpuOptions.sites = variants.back().code.sites;
    variants.push_back({target, emitCpuCode(program, network, target, cpuOptions)});
    ModuleOp code = *variants.back().code.module;
    if (failed(lowerToLlvmDialect(code, target)))
      return std::nullopt;
    std::unique_ptr<llvm::Module> part = translateToLlvm(code, context, target);
    if (!part)
      return std::nullopt;
    nameVariant(*part, variants.size() - 1);
    if (!module)
      module = std::move(part);
    else if (llvm::Linker::linkModules(*module, std::move(part)))
      return std::nullopt;
  }
  const CpuTarget &best = variants.front().target;
  // The runtime comes optimised.
  if (!module || !optimizeModule(module, best) || !addInterface(*module, description, variants))
    return std::nullopt;
  removeUnused(*module);
  Artifact artifact;
  artifact.object = emitMachineCode(*module, best, MachineCode::object).str();
  artifact.header = headerText(description);
  artifact.manifest = manifestText(description, variants);
  artifact.steps = std::move(variants.front().code.steps);
  artifact.sites = std::move(variants.back().code.sites);
  return artifact;
}

} // namespace weft
