// One program on its way through the compiler: what each phase makes, and what it was asked for.
#pragma once

#include "compiler/elaborate/Elaborate.h"
#include "compiler/syntax/Ast.h"
#include "compiler/target/cpu/CpuCode.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

namespace weft {

struct CompilationOptions {
  std::string path;
  std::string real = "f32";
  std::string entry;
  std::string cpu = "host"; // or several names, with commas between them
  std::string target;       // architecture and system; "": this machine's
  bool unchecked = false;
  SplitLimits limits = SplitLimits();              // of what is worth several threads
  bool usesCache = true;                           // of what was proved before
  std::optional<FoldAlgorithm> foldAlgorithm = {}; // goes first wherever the laws license it
};

class Compilation {
public:
  explicit Compilation(CompilationOptions options);

  CompilationOptions options;
  Diagnostics diagnostics;
  Sources sources;
  const SourceFile *root = nullptr;
  mlir::MLIRContext context;

  // What the phases make, in their order.
  std::unique_ptr<ast::Program> program;
  mlir::OwningOpRef<mlir::ModuleOp> network;
  mlir::OwningOpRef<mlir::ModuleOp> normal;
  std::vector<CpuTarget> targets; // at least one, once they are selected
  CpuCode code;
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> llvmModule;

  /// The entry's network in `normal`; reports `entry.missing` when there is none.
  NetworkOp entryNetwork();
  /// A failure after the program was found right is a bug of the compiler: says so, for the tool to end with
  /// exit code 3.
  bool bug(const std::string &phase);
  bool hasBug = false;
};

} // namespace weft
