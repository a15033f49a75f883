#include "compiler/pipeline/Compilation.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/raw_ostream.h"

namespace weft {

Compilation::Compilation(CompilationOptions options)
    : options(std::move(options)), context(mlir::MLIRContext::Threading::DISABLED) {
  context.loadDialect<WeftDialect, mlir::arith::ArithDialect, mlir::scf::SCFDialect, mlir::LLVM::LLVMDialect,
                      mlir::cf::ControlFlowDialect>();
}

NetworkOp Compilation::entryNetwork() {
  for (NetworkOp network : normal->getOps<NetworkOp>())
    return network;
  return {};
}

bool Compilation::bug(const std::string &phase) {
  hasBug = true;
  llvm::errs() << "weft: this is a bug in the compiler, in phase `" << phase << "`; please report it with `"
               << options.path << "`\n";
  return false;
}

} // namespace weft
