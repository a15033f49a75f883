#include "compiler/draw/Flops.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft {

std::optional<Size> Flops::times(std::optional<Size> cost, StringRef axis) {
  return cost ? multiply(*cost, axes.size(axis)) : std::nullopt;
}

std::optional<Size> Flops::ofBlock(Block &block) {
  std::optional<Size> total = Size(0);
  for (Operation &op : block) {
    std::optional<Size> cost = of(&op);
    total = total && cost ? add(*total, *cost) : std::nullopt;
  }
  return total;
}

std::optional<Size> Flops::ofMorphism(Operation *user, FlatSymbolRefAttr symbol) {
  Operation *callee = SymbolTable::lookupNearestSymbolFrom(user, symbol);
  if (!callee || callee->getNumRegions() == 0)
    return Size(0);
  if (auto it = known.find(callee); it != known.end())
    return it->second;
  std::optional<Size> cost = Size(0);
  if (auto morphism = dyn_cast<MorphismOp>(callee))
    cost = ofBlock(morphism.block());
  else if (auto monoid = dyn_cast<MonoidOp>(callee))
    cost = ofBlock(monoid.getCombine().front());
  return known[callee] = cost;
}

std::optional<Size> Flops::of(Operation *op) {
  auto regions = [&](Operation *any) {
    std::optional<Size> total = Size(0);
    for (Region &region : any->getRegions())
      for (Block &block : region) {
        std::optional<Size> cost = ofBlock(block);
        total = total && cost ? add(*total, *cost) : std::nullopt;
      }
    return total;
  };
  return llvm::TypeSwitch<Operation *, std::optional<Size>>(op)
      .Case([&](ApplyOp) { return Size(1); })
      .Case([&](BoxOp box) { return ofMorphism(box, box.getCalleeAttr()); })
      .Case([&](CallOp call) { return ofMorphism(call, call.getCalleeAttr()); })
      .Case([&](FoldOp fold) {
        std::optional<Size> each = regions(fold), combine = ofMorphism(fold, fold.getMonoidAttr());
        std::optional<Size> total = each && combine ? add(*each, *combine) : std::nullopt;
        for (BlockArgument index : fold.indices())
          total = times(total, cast<ObjectType>(index.getType()).getElement().getValue());
        return total;
      })
      .Case([&](EquationOp equation) {
        std::optional<Size> total = Size(0);
        for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause) {
          std::optional<Size> cost = ofBlock(equation.getClauses()[clause].front());
          for (BlockArgument index : equation.indices(clause))
            cost = times(cost, cast<ObjectType>(index.getType()).getElement().getValue());
          total = total && cost ? add(*total, *cost) : std::nullopt;
        }
        return total;
      })
      .Case<MapOp, EachOp, ChainOp, ScanOp, FoldlOp, UnfoldOp>(
          [&](auto frame) { return times(ofBlock(frame.block()), frame.getAxis()); })
      .Case([&](IterateOp loop) {
        std::optional<Size> bound = Size::parse(loop.getBound()), body = ofBlock(loop.block());
        return bound && body ? multiply(*bound, *body) : std::nullopt;
      })
      .Default([&](Operation *other) { return regions(other); });
}

} // namespace weft
