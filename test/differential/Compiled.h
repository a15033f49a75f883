// One random program on its way through the compiler, and the code that comes out.
#pragma once

#include "compiler/pipeline/Phases.h"
#include "compiler/reference/Interpreter.h"
#include "compiler/target/cpu/LoadedCode.h"
#include "lib/runtime/Parallel.h"

namespace weft::differential {

class Program {
public:
  /// `splitsAll`: parts for threads wherever the code can have them, whether they pay or not. `foldAlgorithm`
  /// as in CompilationOptions.
  Program(const std::string &path, const std::string &real, bool splitsAll,
          std::optional<FoldAlgorithm> foldAlgorithm);

  /// Whether the checker accepts it; `messages` says why not.
  bool check();
  std::string messages() const { return compilation.diagnostics.text(); }
  mlir::ModuleOp network() { return *compilation.network; }
  MorphismOp entry();

  /// Both are false by a bug of the compiler only.
  bool normalize();
  bool compile();
  reference::Outcome evaluateNormalForm(const reference::Call &call);
  /// `parallel`: threads for the call, or null.
  reference::Outcome runCompiled(const reference::Call &call, const weft_parallel *parallel);

private:
  Compilation compilation;
  std::unique_ptr<LoadedCode> code;
};

} // namespace weft::differential
