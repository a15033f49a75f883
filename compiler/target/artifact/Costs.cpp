#include "compiler/target/artifact/Costs.h"
#include "dialects/weft/FlopCounter.h"

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

Costs costsOf(const NetworkDescription &network) {
  Costs costs;
  costs.parameters = Size(0);
  for (const EdgeTensor &weight : network.weights)
    costs.parameters = sum(costs.parameters, network.axes.count(weight.type));
  costs.parametersWithoutTies = costs.parameters;
  if (TiesOp ties = network.ties) {
    costs.parametersWithoutTies = Size(0);
    for (TieOp tie : ties.ties())
      costs.parametersWithoutTies =
          sum(costs.parametersWithoutTies, network.axes.count(cast<ObjectType>(tie.getWire().getType())));
  }
  costs.weightBytes = totalBytes(network, network.weights);
  costs.inputBytes = totalBytes(network, network.inputs);
  costs.outputBytes = totalBytes(network, network.outputs);
  ModuleOp program = network.program;
  if (auto entry = program.lookupSymbol<NetworkOp>(network.name))
    costs.flops = countFlops(entry, network.axes);
  return costs;
}

} // namespace weft
