#include "compiler/target/artifact/Costs.h"

using namespace mlir;

namespace weft {

using MaybeSize = std::optional<Size>;

static MaybeSize sum(const MaybeSize &a, const MaybeSize &b) { return a && b ? add(*a, *b) : std::nullopt; }
static MaybeSize product(const MaybeSize &a, const MaybeSize &b) {
  return a && b ? multiply(*a, *b) : std::nullopt;
}

static int64_t bytesOf(const NetworkDescription &network, ObjectType type) {
  llvm::StringRef stored = network.storedType(type);
  if (stored == "BOOL" || stored.ends_with("8"))
    return 1;
  return stored.ends_with("64") ? 8 : stored.ends_with("32") ? 4 : 2;
}

static MaybeSize totalBytes(const NetworkDescription &network, const std::vector<EdgeTensor> &tensors) {
  MaybeSize total = Size(0);
  for (const EdgeTensor &tensor : tensors)
    total = sum(total, product(network.axes.count(tensor.type), Size(bytesOf(network, tensor.type))));
  return total;
}

namespace {

class FlopCounter {
public:
  explicit FlopCounter(const AxisTable &axes) : axes(axes) {}

  MaybeSize countRegion(Region &region) {
    MaybeSize total = Size(0);
    for (Block &block : region)
      for (Operation &op : block)
        total = sum(total, countOperation(op));
    return total;
  }

private:
  MaybeSize countOperation(Operation &op) {
    if (auto apply = dyn_cast<ApplyOp>(op))
      return Size(isReal(apply.getResult().getType()) && apply.getFunction() != Function::select);
    MaybeSize inside = Size(0);
    for (Region &region : op.getRegions())
      inside = sum(inside, countRegion(region));
    if (auto fold = dyn_cast<FoldOp>(op))
      return countFold(fold, inside);
    if (auto equation = dyn_cast<EquationOp>(op))
      return product(inside, axes.count(cast<ObjectType>(equation.getResult().getType())));
    if (auto scan = dyn_cast<ScanOp>(op))
      return product(inside, axes.size(scan.getAxis()));
    if (auto loop = dyn_cast<IterateOp>(op))
      return product(inside, Size::parse(loop.getBound().str()));
    return isa<ContractOp>(op) ? Size(0) : inside;
  }

  MaybeSize countFold(FoldOp fold, MaybeSize inside) {
    auto monoid = SymbolTable::lookupNearestSymbolFrom<MonoidOp>(fold, fold.getMonoidAttr());
    if (monoid)
      inside = sum(inside, sum(countRegion(monoid.getLift()), countRegion(monoid.getCombine())));
    for (BlockArgument index : fold.indices())
      inside = product(inside, axes.size(cast<ObjectType>(index.getType()).getElement()));
    return monoid ? sum(inside, countRegion(monoid.getLower())) : inside;
  }

  static bool isReal(Type type) {
    auto object = dyn_cast<ObjectType>(type);
    return object && object.isReal();
  }

  const AxisTable &axes;
};

} // namespace

Costs costsOf(const NetworkDescription &network) {
  Costs costs;
  costs.parameters = Size(0);
  for (const EdgeTensor &weight : network.weights)
    costs.parameters = sum(costs.parameters, network.axes.count(weight.type));
  costs.weightBytes = totalBytes(network, network.weights);
  costs.inputBytes = totalBytes(network, network.inputs);
  costs.outputBytes = totalBytes(network, network.outputs);
  ModuleOp program = network.program;
  if (auto entry = program.lookupSymbol<NetworkOp>(network.name))
    costs.flops = FlopCounter(network.axes).countRegion(entry.getBody());
  return costs;
}

} // namespace weft
