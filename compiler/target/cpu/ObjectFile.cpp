#include "compiler/target/cpu/ObjectFile.h"

#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"

namespace weft {

static std::unique_ptr<llvm::TargetMachine> machineFor(const CpuTarget &target) {
  llvm::Triple triple(target.triple);
  std::string error;
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!found)
    return nullptr;
  llvm::TargetOptions options;
  return std::unique_ptr<llvm::TargetMachine>(
      found->createTargetMachine(triple, target.name, target.features, options, llvm::Reloc::PIC_,
                                 std::nullopt, llvm::CodeGenOptLevel::Default));
}

bool optimizeModule(llvm::Module &module, const CpuTarget &target) {
  std::unique_ptr<llvm::TargetMachine> machine = machineFor(target);
  if (!machine)
    return false;
  module.setTargetTriple(machine->getTargetTriple());
  module.setDataLayout(machine->createDataLayout());
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(machine.get());
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2).run(module, modules);
  return true;
}

llvm::SmallString<0> emitMachineCode(llvm::Module &module, const CpuTarget &target, MachineCode kind) {
  llvm::SmallString<0> bytes;
  std::unique_ptr<llvm::TargetMachine> machine = machineFor(target);
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  auto type =
      kind == MachineCode::object ? llvm::CodeGenFileType::ObjectFile : llvm::CodeGenFileType::AssemblyFile;
  if (!machine || machine->addPassesToEmitFile(passes, stream, nullptr, type))
    return bytes;
  passes.run(module);
  return bytes;
}

} // namespace weft
