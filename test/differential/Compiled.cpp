#include "Compiled.h"
#include "compiler/normalize/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace weft::differential {

Program::Program(const std::string &path, const std::string &real) {
  context.loadDialect<WeftDialect>();
  ElaborateInput input;
  input.sources = &sources;
  input.root = sources.open(path);
  input.real = real;
  if (input.root)
    elaborated = elaborate(context, input, diagnostics);
}

MorphismOp Program::entry() {
  auto symbol = network()->getAttrOfType<FlatSymbolRefAttr>("weft.entry");
  return network().lookupSymbol<MorphismOp>(symbol.getValue());
}

bool Program::normalize() {
  normal = elaborated->clone();
  PassManager passes(&context);
  passes.addPass(createInlineDiagrams());
  passes.addPass(createGradeFolds());
  passes.addPass(createHoistFolds());
  passes.addPass(createShareEquations());
  passes.addPass(createFuseEquations());
  passes.addPass(createCSEPass());
  return succeeded(passes.run(*normal));
}

bool Program::compile() { return false; }

reference::Outcome Program::evaluateNormalForm(const reference::Call &call) {
  return reference::evaluate(*normal, entry().getSymName(), call);
}

reference::Outcome Program::runCompiled(const reference::Call &) { return {}; }

} // namespace weft::differential
