#include "dialects/weft/WeightPaths.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft {

std::string joinPath(StringRef base, StringRef name) {
  if (base.empty() || name.empty())
    return (base + name).str();
  return (base + "." + name).str();
}

void collectWeights(MorphismOp morphism, StringRef path, ArrayRef<StringAttr> axes,
                    std::vector<OccurrenceWeight> &weights) {
  for (unsigned i = 0; i < morphism.weightCount(); ++i) {
    BlockArgument weight = morphism.weight(i);
    auto type = cast<ObjectType>(weight.getType());
    SmallVector<StringAttr> all(axes);
    llvm::append_range(all, type.getAxes());
    StringRef name = cast<StringAttr>(morphism.getWeightNames()[i]).getValue();
    weights.push_back({joinPath(path, name), type.over(all), morphism.getInits()[i], weight.getLoc()});
  }
  collectWeights(morphism.block(), path, axes, weights);
}

static void collectFrom(Operation &op, StringRef path, ArrayRef<StringAttr> axes,
                        std::vector<OccurrenceWeight> &weights) {
  auto callee = [&](StringRef name, FlatSymbolRefAttr symbol) {
    if (auto morphism = SymbolTable::lookupNearestSymbolFrom<MorphismOp>(&op, symbol))
      collectWeights(morphism, joinPath(path, name), axes, weights);
  };
  auto frame = [&](auto inner, bool indexed) {
    SmallVector<StringAttr> all(axes);
    if (indexed)
      all.push_back(inner.getAxisAttr());
    collectWeights(inner.block(), joinPath(path, inner.getName().value_or("")), all, weights);
  };
  TypeSwitch<Operation *>(&op)
      .Case([&](BoxOp box) {
        size_t first = weights.size();
        callee(box.getName(), box.getCalleeAttr());
        llvm::StringSet<> tied;
        for (StringRef inner : box.tiedPaths())
          tied.insert(joinPath(joinPath(path, box.getName()), inner));
        auto isTied = [&](const OccurrenceWeight &weight) { return tied.contains(weight.path); };
        weights.erase(std::remove_if(weights.begin() + first, weights.end(), isTied), weights.end());
      })
      .Case([&](CallOp call) { callee(call.getName(), call.getCalleeAttr()); })
      .Case([&](GroupOp group) {
        collectWeights(group.getBody().front(), joinPath(path, group.getName()), axes, weights);
      })
      .Case([&](IterateOp loop) {
        collectWeights(loop.block(), joinPath(path, loop.getName().value_or("")), axes, weights);
      })
      .Case<MapOp, ScanOp, FoldlOp, UnfoldOp>([&](auto inner) { frame(inner, false); })
      .Case<EachOp, ChainOp>([&](auto inner) { frame(inner, true); })
      .Default([&](Operation *other) {
        // Scalar calls stand anywhere inside equations and contracts.
        for (Region &region : other->getRegions())
          for (Block &block : region)
            collectWeights(block, path, axes, weights);
      });
}

void collectWeights(Block &block, StringRef path, ArrayRef<StringAttr> axes,
                    std::vector<OccurrenceWeight> &weights) {
  for (Operation &op : block)
    collectFrom(op, path, axes, weights);
}

std::vector<OccurrenceWeight> weightsOf(MorphismOp morphism) {
  std::vector<OccurrenceWeight> weights;
  collectWeights(morphism, "", {}, weights);
  return weights;
}

} // namespace weft
