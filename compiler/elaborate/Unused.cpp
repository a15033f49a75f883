// Weights that no output depends on: stored and trained for nothing.
#include "compiler/elaborate/Weights.h"

using namespace mlir;

namespace weft {

namespace {

class Liveness {
public:
  Liveness(State &state, MorphismOp morphism) : state(state), morphism(morphism) {}

  void run() {
    mark(morphism.block());
    for (unsigned i = 0; i < morphism.weightCount(); ++i)
      if (!live.count(morphism.weight(i)))
        report(morphism.weight(i).getLoc(),
               "weight `" + cast<StringAttr>(morphism.getWeightNames()[i]).str() + "`");
    reportBoxes(morphism.block());
  }

private:
  // What a block gives is live; so is what live operations take. Conditions are for their own sake.
  void mark(Block &block) {
    for (Operation &op : llvm::reverse(block)) {
      bool needed = op.hasTrait<OpTrait::IsTerminator>() || isa<ContractOp>(op) ||
                    llvm::any_of(op.getResults(), [&](Value result) { return live.contains(result); });
      if (!needed)
        continue;
      kept.insert(&op);
      live.insert(op.operand_begin(), op.operand_end());
      if (isa<EquationOp, ContractOp>(op))
        continue;
      for (mlir::Region &region : op.getRegions())
        for (Block &inner : region)
          mark(inner);
    }
  }

  bool hasWeights(StringRef callee) {
    auto instance = state.workspace->instances.find(callee.str());
    return instance != state.workspace->instances.end() && instance->second->hasWeights;
  }

  void reportBoxes(Block &block) {
    for (Operation &op : block) {
      bool isKept = kept.contains(&op);
      if (auto box = dyn_cast<BoxOp>(op); box && !isKept && hasWeights(box.getCallee()))
        report(op.getLoc(), "box `" + box.getName().str() + "`, which has weights,");
      if (auto call = dyn_cast<CallOp>(op);
          call && !isKept && !insideKept(op) && hasWeights(call.getCallee()))
        report(op.getLoc(), "`" + call.getName().str() + "`, which has weights,");
      for (mlir::Region &region : op.getRegions())
        for (Block &inner : region)
          reportBoxes(inner);
    }
  }

  bool insideKept(Operation &op) {
    for (Operation *outer = op.getParentOp(); outer && outer != morphism; outer = outer->getParentOp())
      if (kept.contains(outer))
        return true;
    return false;
  }

  void report(Location location, const std::string &what) {
    auto place = dyn_cast<FileLineColRange>(location);
    const SourceFile *file = state.fileAt(place ? place.getFilename().getValue() : "");
    Range range;
    if (file)
      range = {file, file->offset(place.getStartLine(), place.getStartColumn()),
               file->offset(place.getEndLine(), place.getEndColumn())};
    state.error("weights.unused", range, what + " reaches no output")
        .note("no output depends on it; it would be stored and trained for nothing");
  }

  State &state;
  MorphismOp morphism;
  llvm::DenseSet<Value> live;
  llvm::DenseSet<Operation *> kept;
};

} // namespace

void checkWeightsUsed(State &state, MorphismOp morphism) { Liveness(state, morphism).run(); }

} // namespace weft
