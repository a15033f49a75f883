#include "compiler/target/cpu/ObjectFile.h"
#include "compiler/target/cpu/ConstantDivisions.h"
#include "compiler/target/cpu/OptimizedParts.h"

#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/LoopAnalysisManager.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

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

using MakePasses = llvm::function_ref<llvm::ModulePassManager(llvm::PassBuilder &)>;

static void runPasses(llvm::Module &module, llvm::TargetMachine *machine, MakePasses makePasses) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  makePasses(builder).run(module, modules);
}

// LLVM's vectorizer asks of each value of a loop whether it is uniform by asking its operands, again each
// time one is used: what is nested deep takes forever. Its part here are short loops, over keys and copies;
// long ones were written in vectors where that pays.
static void leaveLongLoopsScalar(llvm::Module &module) {
  constexpr size_t longest = 96; // instructions
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    llvm::DominatorTree tree(function);
    llvm::LoopInfo loops(tree);
    for (llvm::Loop *loop : loops.getLoopsInPreorder()) {
      size_t instructions = 0;
      for (llvm::BasicBlock *block : loop->blocks())
        instructions += block->size();
      if (loop->isInnermost() && instructions > longest)
        llvm::addStringMetadataToLoop(loop, "llvm.loop.vectorize.enable", 0);
    }
  }
}

static bool optimizePart(llvm::Module &module, const CpuTarget &target) {
  std::unique_ptr<llvm::TargetMachine> machine = machineFor(target);
  if (!machine)
    return false;
  module.setTargetTriple(machine->getTargetTriple());
  module.setDataLayout(machine->createDataLayout());
  leaveLongLoopsScalar(module);
  runPasses(module, machine.get(), [](llvm::PassBuilder &builder) {
    return builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2);
  });
  if (target.vectorBytes == 64)
    divideByConstants(module);
  return true;
}

bool optimizeModule(std::unique_ptr<llvm::Module> &module, const CpuTarget &target) {
  return optimizeInParts(module, [&](llvm::Module &part) { return optimizePart(part, target); });
}

void removeUnused(llvm::Module &module) {
  runPasses(module, nullptr, [](llvm::PassBuilder &) {
    llvm::ModulePassManager passes;
    passes.addPass(llvm::GlobalDCEPass());
    return passes;
  });
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
