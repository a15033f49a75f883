#include "compiler/normalize/NormalForm.h"
#include "compiler/normalize/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace weft {

void addTies(PassManager &passes) { passes.addPass(createResolveTies()); }

void addInlining(PassManager &passes) {
  passes.addPass(createInlineDiagrams());
  passes.addPass(createInlineViews());
  passes.addPass(createOrderProducts());
  passes.addPass(createPruneLoops());
}

void addNormalForm(PassManager &passes) {
  passes.addPass(createGradeFolds());
  passes.addPass(createHoistFolds());
  passes.addPass(createHoistFromScans());
  passes.addPass(createPruneLoops());
  passes.addPass(createShareEquations());
  passes.addPass(createCSEPass());
  passes.addPass(createFuseEquations());
  passes.addPass(createCSEPass());
}

void addSegments(PassManager &passes) {
  passes.addPass(createSegmentFolds());
  passes.addPass(createCSEPass());
}

void addArrangement(PassManager &passes) { passes.addPass(createArrangeAxes()); }

} // namespace weft
