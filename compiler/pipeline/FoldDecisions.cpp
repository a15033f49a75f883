// The folds of a copy are numbered in their locations, which passes keep:
//
//     %0 = weft.fold @softmax …  loc(fused<7>["net.weft":20:16])
//     %4 = weft.fold @softmax.o … {schedule = #weft.schedule<product, …>}  loc(fused<7>["net.weft":20:16])
#include "compiler/pipeline/FoldDecisions.h"

#include "compiler/pipeline/Phases.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace weft {

using Number = FusedLocWith<IntegerAttr>;

static void numberFolds(ModuleOp program) {
  Builder builder(program.getContext());
  int64_t count = 0;
  program.walk([&](FoldOp fold) {
    fold->setLoc(FusedLoc::get({fold.getLoc()}, builder.getI64IntegerAttr(count++), program.getContext()));
  });
}

// The phases behind the network, on what the compilation holds.
static bool writeCode(Compilation &c) {
  bool isLater = false;
  for (const Phase &phase : phases()) {
    if (isLater && !phase.run(c))
      return false;
    isLater |= phase.stage == "network";
    if (phase.stage == "linalg")
      break;
  }
  return true;
}

using Decisions = llvm::DenseMap<int64_t, SmallVector<Attribute>>;

// By the numbers of folds; the same is said once, however often a morphism occurs.
static void collect(NetworkOp network, Decisions &decisions) {
  network.walk([&](FoldOp fold) {
    auto number = fold.getLoc()->findInstanceOf<Number>();
    if (!number || !fold.getSchedule())
      return;
    ScheduleAttr said = fold.getSchedule()->of(fold.getGraded().value_or(""));
    SmallVector<Attribute> &all = decisions[number.getMetadata().getInt()];
    if (!llvm::is_contained(all, said))
      all.push_back(said);
  });
}

// The morphisms that an entry reaches, by their names.
static void reach(ModuleOp program, StringRef symbol, llvm::StringSet<> &reached) {
  auto morphism = program.lookupSymbol<MorphismOp>(symbol);
  if (!morphism || !reached.insert(symbol).second)
    return;
  morphism.walk([&](Operation *op) {
    if (auto callee = op->getAttrOfType<FlatSymbolRefAttr>("callee"))
      reach(program, callee.getValue(), reached);
  });
}

static double countFolds(ModuleOp program, StringRef symbol, llvm::StringMap<double> &known) {
  auto morphism = program.lookupSymbol<MorphismOp>(symbol);
  if (auto it = known.find(symbol); it != known.end() || !morphism)
    return morphism ? it->second : 0;
  double count = 0;
  morphism.walk([&](Operation *op) {
    count += isa<FoldOp>(op);
    if (auto callee = op->getAttrOfType<FlatSymbolRefAttr>("callee"))
      count += countFolds(program, callee.getValue(), known);
  });
  return known[symbol] = count;
}

double countFolds(ModuleOp program, MorphismOp morphism) {
  llvm::StringMap<double> known;
  return countFolds(program, morphism.getSymName(), known);
}

void decideFolds(Compilation &c, ArrayRef<MorphismOp> entries) {
  OwningOpRef<ModuleOp> network = std::move(c.network);
  Decisions decisions;
  llvm::StringSet<> reached;
  for (MorphismOp entry : entries) {
    c.network = network->clone();
    (*c.network)->setAttr("weft.entry", FlatSymbolRefAttr::get(entry.getSymNameAttr()));
    numberFolds(*c.network);
    if (writeCode(c))
      collect(c.entryNetwork(), decisions);
    reach(*network, entry.getSymName(), reached);
  }
  c.network = std::move(network);
  int64_t number = 0;
  c.network->walk([&](FoldOp fold) {
    SmallVector<Attribute> &all = decisions[number++];
    auto morphism = fold->getParentOfType<MorphismOp>();
    if (!morphism || !reached.contains(morphism.getSymName()))
      return;
    auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
    fold.setLawsAttr(monoid.getLaws());
    fold.setSchedulesAttr(ArrayAttr::get(fold.getContext(), all));
  });
}

} // namespace weft
