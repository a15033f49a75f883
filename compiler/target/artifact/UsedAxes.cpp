#include "compiler/target/artifact/UsedAxes.h"

using namespace mlir;

namespace weft {

static void addType(Type type, llvm::StringSet<> &names) {
  if (auto tuple = dyn_cast<TupleType>(type))
    for (Type part : tuple)
      addType(part, names);
  auto object = dyn_cast<ObjectType>(type);
  if (!object)
    return;
  if (object.isIndex())
    names.insert(object.getElement());
  for (StringAttr axis : object.getAxes())
    names.insert(axis.getValue());
}

static void addAttributes(Operation *op, llvm::StringSet<> &names) {
  if (auto scan = dyn_cast<ScanOp>(op))
    names.insert(scan.getAxis());
  if (auto size = dyn_cast<SizeOp>(op))
    names.insert(size.getAxis());
  if (auto loop = dyn_cast<IterateOp>(op))
    for (const std::string &axis : Size::parse(loop.getBound().str()).value_or(Size(0)).openAxes())
      names.insert(axis);
}

static void addOperations(Operation *root, llvm::StringSet<> &names) {
  llvm::StringSet<> monoids;
  root->walk([&](Operation *op) {
    addAttributes(op, names);
    for (Type type : op->getOperandTypes())
      addType(type, names);
    for (Type type : op->getResultTypes())
      addType(type, names);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (Type type : block.getArgumentTypes())
          addType(type, names);
    auto fold = dyn_cast<FoldOp>(op);
    if (fold && monoids.insert(fold.getMonoid()).second)
      if (auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr()))
        addOperations(monoid, names);
  });
}

llvm::StringSet<> axesOf(NetworkOp network) {
  llvm::StringSet<> names;
  addOperations(network, names);
  return names;
}

std::vector<Size> wireCountsOf(NetworkOp network, const AxisTable &axes) {
  std::vector<Size> counts;
  auto add = [&](Type type) {
    auto object = dyn_cast<ObjectType>(type);
    std::optional<Size> count = object && !object.isScalar() ? axes.count(object) : std::nullopt;
    if (count && !count->constant() && !llvm::is_contained(counts, *count))
      counts.push_back(*count);
  };
  for (Type type : network.block().getArgumentTypes())
    add(type);
  network->walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      add(type);
  });
  return counts;
}

} // namespace weft
