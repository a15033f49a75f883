#include "compiler/pipeline/Phases.h"
#include "tools/weft/Checkpoint.h"
#include "tools/weft/Commands.h"
#include "tools/weft/Wires.h"

namespace weft {

int finish(const Diagnostics &diagnostics, const ToolOptions &options) {
  if (options.json)
    llvm::outs() << diagnostics.jsonLines();
  else
    llvm::errs() << diagnostics.text();
  return diagnostics.hasErrors() ? 1 : 0;
}

int finish(const Compilation &compilation, const ToolOptions &options) {
  int code = finish(compilation.diagnostics, options);
  return compilation.hasBug ? 3 : code;
}

int checkCommand(const ToolOptions &options) {
  Compilation compilation(options.compilation);
  // Code is written to explain it: what is reported is what was done.
  llvm::StringRef last = options.explain ? "linalg" : "network";
  bool good = runUntil(compilation, last);
  if (good) {
    checkCheckpoints(compilation, last, options.cell);
    checkedSizes(AxisTable(*compilation.network), options.sizes, compilation.diagnostics);
    // Asking for the processors takes as long as a small program does.
    if (options.compilation.cpu != "host")
      selectTarget(compilation);
  }
  good &= !compilation.diagnostics.hasErrors();
  if (good && !options.json)
    printClaims(*compilation.network, llvm::outs());
  if (good && options.explain) {
    explainTies(compilation, options.json);
    explainFolds(compilation.entryNetwork(), options.json);
  }
  return finish(compilation, options);
}

int emitCommand(const ToolOptions &options) {
  Compilation compilation(options.compilation);
  bool good = runUntil(compilation, options.stage);
  if (compilation.network)
    checkedSizes(AxisTable(*compilation.network), options.sizes, compilation.diagnostics);
  if (good && !compilation.diagnostics.hasErrors())
    for (const Phase &phase : phases())
      if (phase.stage == options.stage)
        phase.print(compilation, llvm::outs());
  return finish(compilation, options);
}

} // namespace weft
