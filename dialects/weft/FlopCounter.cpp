#include "dialects/weft/FlopCounter.h"
#include "dialects/weft/IndexBounds.h"
#include "dialects/weft/PrefixFold.h"

using namespace mlir;

namespace weft {

using MaybeSize = std::optional<Size>;

static MaybeSize sum(const MaybeSize &a, const MaybeSize &b) { return a && b ? add(*a, *b) : std::nullopt; }
static MaybeSize product(const MaybeSize &a, const MaybeSize &b) {
  return a && b ? multiply(*a, *b) : std::nullopt;
}

static bool isReal(Type type) {
  auto object = dyn_cast<ObjectType>(type);
  return object && object.isReal();
}

namespace {

class FlopCounter {
public:
  explicit FlopCounter(const AxisTable &axes) : axes(axes) {}
  FlopCounter(NetworkOp network, const AxisTable &axes) : axes(axes) {
    for (unsigned i = 0; i < network.weightCount(); ++i)
      ofWeights.insert(network.weight(i));
    for (EquationOp equation : network.block().getOps<EquationOp>())
      if (llvm::all_of(equation.getWires(), [&](Value wire) { return ofWeights.contains(wire); }))
        ofWeights.insert(equation.getResult());
  }

  MaybeSize countRegion(Region &region) {
    MaybeSize total = Size(0);
    for (Block &block : region)
      for (Operation &op : block)
        total = sum(total, countOperation(op));
    return total;
  }

  MaybeSize countOperation(Operation &op) {
    if (auto apply = dyn_cast<ApplyOp>(op)) {
      bool onReals = isReal(apply.getResult().getType()) || llvm::any_of(apply->getOperandTypes(), isReal);
      return Size(onReals && apply.getFunction() != Function::select);
    }
    if (auto equation = dyn_cast<EquationOp>(op); equation && ofWeights.contains(equation.getResult()))
      return Size(0);
    MaybeSize inside = Size(0);
    for (Region &region : op.getRegions())
      inside = sum(inside, countRegion(region));
    if (auto fold = dyn_cast<FoldOp>(op))
      return countFold(fold, inside);
    if (auto equation = dyn_cast<EquationOp>(op)) {
      inside = product(inside, axes.count(cast<ObjectType>(equation.getResult().getType())));
      return sum(inside, std::exchange(overKeys, Size(0)));
    }
    if (auto scan = dyn_cast<ScanOp>(op))
      return product(inside, axes.size(scan.getAxis()));
    if (auto loop = dyn_cast<IterateOp>(op))
      return product(inside, Size::parse(loop.getBound().str()));
    return isa<ContractOp>(op) ? Size(0) : inside;
  }

private:
  MaybeSize countFold(FoldOp fold, MaybeSize inside) {
    auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
    if (monoid)
      inside = sum(inside, sum(countRegion(monoid.getLift()), countRegion(monoid.getCombine())));
    MaybeSize lower = monoid ? countRegion(monoid.getLower()) : Size(0);
    for (BlockArgument index : fold.indices().drop_front(isRunning(fold) ? 1 : 0))
      inside = product(inside, termsAlong(index, fold));
    auto equation = dyn_cast<EquationOp>(fold->getParentOp());
    BlockArgument key = equation ? keyOf(fold, equation) : BlockArgument();
    if (!key)
      return sum(inside, lower);
    // Each element has one key at the most: they are counted once for all keys.
    for (BlockArgument index : equation.indices(fold->getParentRegion()->getRegionNumber()))
      if (index != key)
        inside = product(inside, axes.size(cast<ObjectType>(index.getType()).getElement()));
    overKeys = sum(overKeys, inside);
    return lower;
  }

  bool isRunning(FoldOp fold) {
    if (fold.getSchedule())
      return fold.algorithm() == FoldAlgorithm::scan || fold.algorithm() == FoldAlgorithm::chunked_scan;
    std::optional<PrefixFold> prefix = findPrefix(fold, axes);
    return prefix && whyNotRunning(fold, *prefix).empty();
  }

  // The index of the equation whose elements a fold runs over, where these were sorted by their keys.
  static BlockArgument keyOf(FoldOp fold, EquationOp equation) {
    unsigned clause = fold->getParentRegion()->getRegionNumber();
    auto bound = fold.isRanged() ? fold.getRange()[0].getDefiningOp<ReadOp>() : ReadOp();
    auto wire = bound ? dyn_cast<BlockArgument>(bound.getWire()) : BlockArgument();
    ArrayRef<BlockArgument> indices = equation.indices(clause);
    if (!wire || wire.getOwner() != &equation.getClauses()[clause].front() ||
        wire.getArgNumber() < indices.size())
      return {};
    Value given = equation.getWires()[wire.getArgNumber() - indices.size()];
    auto key = dyn_cast<BlockArgument>(bound.getPositions().back());
    return given.getDefiningOp<SegmentsOp>() && key && llvm::is_contained(indices, key) ? key
                                                                                        : BlockArgument();
  }

  // Of a sum that leaves out what a read has outside of its axis: at most as many as the axis has.
  MaybeSize termsAlong(BlockArgument index, FoldOp fold) {
    MaybeSize all = axes.size(cast<ObjectType>(index.getType()).getElement());
    std::optional<int64_t> least = all->constant();
    if (!fold.getSkipsZeros() || !least)
      return all;
    fold.getArguments().walk([&](ReadOp read) {
      if (read.getOtherwise().empty())
        return;
      auto type = cast<ObjectType>(read.getWire().getType());
      for (auto [position, axis] : llvm::zip(read.getPositions(), type.getAxes())) {
        AffinePosition affine;
        std::optional<int64_t> size = axes.size(axis.getValue()).constant();
        if (!size || !readAffine(position, 1, axes, affine))
          continue;
        for (auto &[other, step] : affine.terms)
          if (other == index && std::abs(step) == 1)
            least = std::min(*least, *size);
      }
    });
    return Size(*least);
  }

  const AxisTable &axes;
  llvm::DenseSet<Value> ofWeights;
  MaybeSize overKeys = Size(0); // of the equation, beside what is counted for each of its positions
};

} // namespace

std::optional<Size> countFlops(NetworkOp network, const AxisTable &axes) {
  return FlopCounter(network, axes).countRegion(network.getBody());
}

std::optional<Size> countFlops(EquationOp equation, const AxisTable &axes) {
  return FlopCounter(axes).countOperation(*equation);
}

} // namespace weft
