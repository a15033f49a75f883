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

BoxOp boxOfCell(MorphismOp cell) {
  for (BoxOp box : cell.block().getOps<BoxOp>())
    if (!box.getTied().empty())
      return box;
  return {};
}

bool isCell(MorphismOp morphism) { return static_cast<bool>(boxOfCell(morphism)); }

namespace {

// Walks a diagram in order; a frame with weights of its own at every position puts its axis in front.
class Collector {
public:
  Collector(bool throughCells, std::vector<OccurrenceWeight> &weights, StoredWeightTable *table = nullptr)
      : throughCells(throughCells), weights(weights), table(table) {}

  void morphism(MorphismOp morphism, StringRef path, ArrayRef<StringAttr> axes) {
    bool isTied = throughCells && isCell(morphism);
    for (unsigned i = 0; i < morphism.weightCount() && !isTied; ++i) {
      BlockArgument weight = morphism.weight(i);
      auto type = cast<ObjectType>(weight.getType());
      SmallVector<StringAttr> all(axes);
      llvm::append_range(all, type.getAxes());
      StringRef name = cast<StringAttr>(morphism.getWeightNames()[i]).getValue();
      weights.push_back({joinPath(path, name), type.over(all), morphism.getInits()[i], weight.getLoc()});
    }
    block(morphism.block(), path, axes);
  }

  void block(Block &block, StringRef path, ArrayRef<StringAttr> axes) {
    for (Operation &op : block)
      operation(op, path, axes);
  }

private:
  void callee(Operation &op, FlatSymbolRefAttr symbol, StringRef path, ArrayRef<StringAttr> axes) {
    MorphismOp inner = lookup(op, symbol);
    if (inner && table)
      for (const OccurrenceWeight &weight : table->of(inner)) {
        SmallVector<StringAttr> all(axes);
        llvm::append_range(all, weight.type.getAxes());
        weights.push_back({joinPath(path, weight.path), weight.type.over(all), weight.init, weight.location});
      }
    else if (inner)
      morphism(inner, path, axes);
  }

  // Symbols of one module. A table of them is worth its making from a few look-ups on.
  MorphismOp lookup(Operation &op, FlatSymbolRefAttr symbol) {
    if (MorphismOp known = table ? table->find(symbol.getAttr()) : MorphismOp())
      return known;
    if (++lookups < 4)
      return SymbolTable::lookupNearestSymbolFrom<MorphismOp>(&op, symbol);
    if (morphisms.empty())
      if (Operation *table = SymbolTable::getNearestSymbolTable(&op))
        for (auto each : table->getRegion(0).getOps<MorphismOp>())
          morphisms[each.getSymNameAttr()] = each;
    return morphisms.lookup(symbol.getAttr());
  }

  void box(BoxOp box, StringRef path, ArrayRef<StringAttr> axes) {
    size_t first = weights.size();
    std::string inside = joinPath(path, box.getName());
    callee(*box, box.getCalleeAttr(), inside, axes);
    if (throughCells || box.getTied().empty())
      return;
    llvm::StringSet<> tied;
    for (StringRef inner : box.tiedPaths())
      tied.insert(joinPath(inside, inner));
    auto isTied = [&](const OccurrenceWeight &weight) { return tied.contains(weight.path); };
    weights.erase(std::remove_if(weights.begin() + first, weights.end(), isTied), weights.end());
  }

  template <typename Frame> void frame(Frame inner, bool indexed, StringRef path, ArrayRef<StringAttr> axes) {
    SmallVector<StringAttr> all(axes);
    if (indexed)
      all.push_back(inner.getAxisAttr());
    block(inner.block(), joinPath(path, inner.getName().value_or("")), all);
  }

  void operation(Operation &op, StringRef path, ArrayRef<StringAttr> axes) {
    TypeSwitch<Operation *>(&op)
        .Case([&](BoxOp inner) { box(inner, path, axes); })
        .Case([&](CallOp call) { callee(op, call.getCalleeAttr(), joinPath(path, call.getName()), axes); })
        .Case([&](GroupOp group) { block(group.getBody().front(), joinPath(path, group.getName()), axes); })
        .Case([&](IterateOp loop) { block(loop.block(), joinPath(path, loop.getName().value_or("")), axes); })
        .Case<MapOp, ScanOp, FoldlOp, UnfoldOp>([&](auto inner) { frame(inner, false, path, axes); })
        .Case<EachOp, ChainOp>([&](auto inner) { frame(inner, true, path, axes); })
        .Default([&](Operation *other) {
          // Scalar calls stand anywhere inside equations and contracts.
          for (Region &region : other->getRegions())
            for (Block &nested : region)
              block(nested, path, axes);
        });
  }

  bool throughCells;
  std::vector<OccurrenceWeight> &weights;
  StoredWeightTable *table; // of what the callees store, if there is one
  unsigned lookups = 0;
  llvm::DenseMap<StringAttr, MorphismOp> morphisms;
};

} // namespace

ArrayRef<OccurrenceWeight> StoredWeightTable::of(MorphismOp morphism) {
  if (auto found = known.find(morphism); found != known.end())
    return *found->second;
  auto weights = std::make_unique<std::vector<OccurrenceWeight>>();
  Collector(false, *weights, this).morphism(morphism, "", {});
  return *(known[morphism] = std::move(weights));
}

namespace {

// Goes to where a path leads, and nowhere else.
class StoredWeightFinder {
public:
  explicit StoredWeightFinder(SymbolTableCollection &symbols) : symbols(symbols) {}

  std::optional<ObjectType> find(MorphismOp morphism, StringRef path, ArrayRef<StringAttr> axes) {
    for (unsigned i = 0; i < morphism.weightCount(); ++i)
      if (cast<StringAttr>(morphism.getWeightNames()[i]).getValue() == path) {
        auto type = cast<ObjectType>(morphism.weight(i).getType());
        SmallVector<StringAttr> all(axes);
        llvm::append_range(all, type.getAxes());
        return type.over(all);
      }
    return inside(morphism.block(), path, axes);
  }

private:
  static bool consume(StringRef &path, StringRef name) {
    return name.empty() || (path.consume_front(name) && path.consume_front("."));
  }

  std::optional<ObjectType> callee(Operation &op, FlatSymbolRefAttr symbol, StringRef path,
                                   ArrayRef<StringAttr> axes) {
    auto inner = symbols.lookupNearestSymbolFrom<MorphismOp>(&op, symbol);
    return inner ? find(inner, path, axes) : std::nullopt;
  }

  std::optional<ObjectType> inside(Block &block, StringRef path, ArrayRef<StringAttr> axes) {
    for (Operation &op : block)
      if (std::optional<ObjectType> found = operation(op, path, axes))
        return found;
    return std::nullopt;
  }

  template <typename Frame>
  std::optional<ObjectType> frame(Frame inner, bool indexed, StringRef path, ArrayRef<StringAttr> axes) {
    SmallVector<StringAttr> all(axes);
    if (indexed)
      all.push_back(inner.getAxisAttr());
    return consume(path, inner.getName().value_or("")) ? this->inside(inner.block(), path, all)
                                                       : std::nullopt;
  }

  std::optional<ObjectType> operation(Operation &op, StringRef path, ArrayRef<StringAttr> axes) {
    using Found = std::optional<ObjectType>;
    return TypeSwitch<Operation *, Found>(&op)
        .Case([&](BoxOp box) -> Found {
          bool leads = consume(path, box.getName()) && !llvm::is_contained(box.tiedPaths(), path);
          return leads ? callee(op, box.getCalleeAttr(), path, axes) : std::nullopt;
        })
        .Case([&](CallOp call) -> Found {
          return consume(path, call.getName()) ? callee(op, call.getCalleeAttr(), path, axes) : std::nullopt;
        })
        .Case([&](GroupOp group) -> Found {
          return consume(path, group.getName()) ? inside(group.getBody().front(), path, axes) : std::nullopt;
        })
        .Case([&](IterateOp loop) -> Found {
          return consume(path, loop.getName().value_or("")) ? inside(loop.block(), path, axes) : std::nullopt;
        })
        .Case<MapOp, ScanOp, FoldlOp, UnfoldOp>([&](auto inner) { return frame(inner, false, path, axes); })
        .Case<EachOp, ChainOp>([&](auto inner) { return frame(inner, true, path, axes); })
        .Default([&](Operation *other) -> Found {
          for (Region &region : other->getRegions())
            for (Block &nested : region)
              if (Found found = inside(nested, path, axes))
                return found;
          return std::nullopt;
        });
  }

  SymbolTableCollection &symbols;
};

} // namespace

std::optional<ObjectType> storedType(MorphismOp morphism, StringRef path, SymbolTableCollection &symbols) {
  return StoredWeightFinder(symbols).find(morphism, path, {});
}

void collectWeights(MorphismOp morphism, StringRef path, ArrayRef<StringAttr> axes,
                    std::vector<OccurrenceWeight> &weights) {
  Collector(false, weights).morphism(morphism, path, axes);
}

void collectWeights(Block &block, StringRef path, ArrayRef<StringAttr> axes,
                    std::vector<OccurrenceWeight> &weights) {
  Collector(false, weights).block(block, path, axes);
}

std::vector<OccurrenceWeight> weightsOf(MorphismOp morphism) {
  std::vector<OccurrenceWeight> weights;
  collectWeights(morphism, "", {}, weights);
  return weights;
}

void collectOccurrences(Block &block, StringRef path, ArrayRef<StringAttr> axes,
                        std::vector<OccurrenceWeight> &weights) {
  Collector(true, weights).block(block, path, axes);
}

std::vector<OccurrenceWeight> occurrencesOf(MorphismOp morphism) {
  std::vector<OccurrenceWeight> weights;
  Collector(true, weights).morphism(morphism, "", {});
  return weights;
}

} // namespace weft
