#include "compiler/target/cpu/Lowering.h"
#include "compiler/target/cpu/SixteenBitReals.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"

using namespace mlir;

namespace weft {

// LLVM's line tables know lines, not ranges. What has no place of its own gets its function's.
static void placeInLines(ModuleOp module) {
  module.walk([](Operation *op) {
    if (auto range = op->getLoc()->findInstanceOf<FileLineColRange>())
      op->setLoc(FileLineColLoc::get(range.getFilename(), range.getStartLine(), range.getStartColumn()));
  });
}

// A loop that is lowered cuts its block in two, and moves all that follows. So blocks are cut behind each
// loop before, the last first: a function of a thousand loops moves each operation once.
static void cutBehindLoops(LLVM::LLVMFuncOp function) {
  for (Block &block : llvm::make_early_inc_range(function.getBody()))
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
      if (op.getNumRegions() == 0)
        continue;
      Block *rest = block.splitBlock(op.getNextNode());
      OpBuilder builder = OpBuilder::atBlockEnd(&block);
      cf::BranchOp::create(builder, op.getLoc(), rest);
    }
}

LogicalResult lowerToLlvmDialect(ModuleOp module, const CpuTarget &target) {
  if (failed(expandSixteenBitReals(module, target)))
    return failure();
  placeInLines(module);
  module.getContext()->loadDialect<cf::ControlFlowDialect>();
  module.walk(cutBehindLoops);
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

} // namespace weft
