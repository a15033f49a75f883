#include "compiler/target/cpu/Lowering.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace mlir;

namespace weft {

// bf16 by integer arithmetic on every CPU: LLVM calls a compiler's library where the CPU has no instruction
// for it, and AVX-512's own instruction flushes denormal numbers.
static LogicalResult expandBFloat16(ModuleOp module) {
  SmallVector<Operation *> conversions;
  module.walk([&](Operation *op) {
    if (!isa<arith::ExtFOp, arith::TruncFOp>(op))
      return;
    if (getElementTypeOrSelf(op->getOperand(0).getType()).isBF16() ||
        getElementTypeOrSelf(op->getResult(0).getType()).isBF16())
      conversions.push_back(op);
  });
  if (conversions.empty())
    return success();
  RewritePatternSet patterns(module.getContext());
  arith::populateExpandBFloat16Patterns(patterns);
  return applyOpPatternsGreedily(conversions, std::move(patterns));
}

// LLVM's line tables know lines, not ranges. What has no place of its own gets its function's.
static void placeInLines(ModuleOp module) {
  module.walk([](Operation *op) {
    if (auto range = op->getLoc()->findInstanceOf<FileLineColRange>())
      op->setLoc(FileLineColLoc::get(range.getFilename(), range.getStartLine(), range.getStartColumn()));
  });
}

LogicalResult lowerToLlvmDialect(ModuleOp module) {
  if (failed(expandBFloat16(module)))
    return failure();
  placeInLines(module);
  PassManager passes(module.getContext());
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(createArithToLLVMConversionPass());
  passes.addPass(createConvertControlFlowToLLVMPass());
  passes.addPass(createReconcileUnrealizedCastsPass());
  passes.addPass(LLVM::createDIScopeForLLVMFuncOpPass());
  return passes.run(module);
}

std::unique_ptr<llvm::Module> translateToLlvm(ModuleOp module, llvm::LLVMContext &context,
                                              const CpuTarget &target) {
  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  std::unique_ptr<llvm::Module> result = translateModuleToLLVMIR(module, context, "weft");
  if (!result)
    return nullptr;
  for (llvm::Function &function : *result)
    if (!function.isDeclaration()) {
      function.addFnAttr("target-cpu", target.name);
      if (!target.features.empty())
        function.addFnAttr("target-features", target.features);
      // Vectors as wide as the schedules were made for.
      function.addFnAttr("prefer-vector-width", std::to_string(target.vectorBytes * 8));
    }
  return result;
}

// Features as LLVM writes them, of the machine at hand.
static std::string hostFeatures() {
  std::string text;
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  SmallVector<StringRef> names;
  for (const auto &feature : features)
    names.push_back(feature.getKey());
  llvm::sort(names);
  for (StringRef name : names)
    text += (text.empty() ? "" : ",") + std::string(features[name] ? "+" : "-") + name.str();
  return text;
}

std::optional<CpuTarget> findCpuTarget(StringRef name) {
  llvm::InitializeAllTargetInfos();
  llvm::InitializeAllTargets();
  llvm::InitializeAllTargetMCs();
  llvm::InitializeAllAsmPrinters();
  llvm::InitializeAllAsmParsers();
  CpuTarget target;
  bool host = name == "host";
  target.name = host ? llvm::sys::getHostCPUName().str() : name.str();
  target.features = host ? hostFeatures() : "";
  llvm::Triple triple("x86_64-unknown-linux-gnu");
  std::string error;
  const llvm::Target *found = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!found)
    return std::nullopt;
  std::unique_ptr<llvm::MCSubtargetInfo> info(
      found->createMCSubtargetInfo(triple, target.name, target.features));
  if (!info || !info->isCPUStringValid(target.name))
    return std::nullopt;
  auto has = [&](StringRef feature) { return info->checkFeatures(("+" + feature).str()); };
  bool wide = has("avx512f") && has("avx512vl") && has("avx512dq") && has("avx512bw");
  target.vectorBytes = wide ? 64 : has("avx") ? 32 : 16;
  target.registers = wide ? 32 : 16;
  target.addsShareExtremes = StringRef(target.name).starts_with("znver");
  return target;
}

} // namespace weft
