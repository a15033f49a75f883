#include "compiler/normalize/NormalForm.h"
#include "compiler/normalize/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace weft {

// What formulas take is counted once monoids say nothing twice.
void addTies(PassManager &passes) {
  passes.addNestedPass<MonoidOp>(createCSEPass());
  passes.addPass(createResolveTies());
}

void addInlining(PassManager &passes) {
  passes.addPass(createInlineDiagrams());
  passes.addPass(createInlineViews());
  passes.addPass(createOrderProducts());
  passes.addPass(createPruneLoops());
}

// The map of ties stays as it was resolved: it says what each weight is, and what its formula takes.
static void addSharing(PassManager &passes) {
  passes.addNestedPass<NetworkOp>(createCSEPass());
  passes.addNestedPass<MonoidOp>(createCSEPass());
}

void addNormalForm(PassManager &passes) {
  passes.addPass(createGradeFolds());
  passes.addPass(createHoistFolds());
  passes.addPass(createGroupFactors());
  passes.addPass(createHoistFromScans());
  passes.addPass(createPruneLoops());
  passes.addPass(createShareEquations());
  addSharing(passes);
  passes.addPass(createFuseEquations());
  passes.addPass(createHoistWeights());
  passes.addPass(createPruneLoops());
  addSharing(passes);
}

void addChunks(PassManager &passes) { passes.addPass(createChunkRecurrences()); }

void addSegments(PassManager &passes) {
  passes.addPass(createSegmentFolds());
  addSharing(passes);
  passes.addPass(createOrderLists());
}

void addExactProducts(PassManager &passes) {
  passes.addPass(createExactProducts());
  addSharing(passes);
}

void addArrangement(PassManager &passes) { passes.addPass(createArrangeAxes()); }

} // namespace weft
