#include "compiler/normalize/TieChoices.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

void recordTieChoices(NetworkOp network, ArrayRef<TieChoice> choices) {
  Builder builder(network.getContext());
  llvm::SetVector<Attribute> recorded;
  for (const TieChoice &choice : choices) {
    auto cost = [&](const ProductCost &taken) {
      return builder.getDenseI64ArrayAttr(
          {static_cast<int64_t>(taken.flops), static_cast<int64_t>(taken.bytes)});
    };
    SmallVector<Attribute> weights(choice.weights.begin(), choice.weights.end());
    recorded.insert(builder.getDictionaryAttr({
        builder.getNamedAttr("weights", builder.getArrayAttr(weights)),
        builder.getNamedAttr("wire", choice.wire),
        builder.getNamedAttr("chosen", builder.getStringAttr(choice.inStructure ? "structure" : "expanded")),
        builder.getNamedAttr("structure", cost(choice.structure)),
        builder.getNamedAttr("expanded", cost(choice.expanded)),
    }));
  }
  if (!recorded.empty())
    network->setAttr(tieChoicesAttribute, builder.getArrayAttr(recorded.getArrayRef()));
}

} // namespace weft
