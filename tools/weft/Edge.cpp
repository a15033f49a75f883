// The wires at a network's edge.
#include "dialects/weft/TieForms.h"
#include "tools/weft/Wires.h"

using namespace mlir;

namespace weft {

// The parts of a packed wire are wires of their own: `x.0`, `x.1`.
static void addWires(std::vector<EdgeWire> &wires, ArrayAttr names, ArrayAttr types) {
  for (auto [name, type] : llvm::zip(names.getAsRange<StringAttr>(), types.getAsRange<TypeAttr>())) {
    auto tuple = dyn_cast<TupleType>(type.getValue());
    if (!tuple) {
      wires.push_back({name.str(), cast<ObjectType>(type.getValue()), {}});
      continue;
    }
    SmallVector<Type> parts;
    tuple.getFlattenedTypes(parts);
    for (auto [i, part] : llvm::enumerate(parts))
      wires.push_back({name.str() + "." + std::to_string(i), cast<ObjectType>(part), {}});
  }
}

Edge edgeOf(MorphismOp entry) {
  Edge edge;
  addWires(edge.inputs, entry.getInputNames(), entry.getInputTypes());
  addWires(edge.outputs, entry.getOutputNames(), entry.getOutputTypes());
  if (TiesOp ties = tiesOf(entry->getParentOfType<ModuleOp>(), entry.getSymName()))
    for (auto [name, weight, init] : llvm::zip(ties.getWeightNames().getAsRange<StringAttr>(),
                                               ties.block().getArguments(), ties.getInits()))
      edge.weights.push_back({name.str(), cast<ObjectType>(weight.getType()), init});
  return edge;
}

MorphismOp entryOf(ModuleOp program) {
  auto symbol = program->getAttrOfType<FlatSymbolRefAttr>("weft.entry");
  return program.lookupSymbol<MorphismOp>(symbol.getValue());
}

} // namespace weft
