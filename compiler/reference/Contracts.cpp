// Conditions on wires: a violation names the condition and the first index where it fails.
#include "compiler/reference/Evaluation.h"
#include <fmt/format.h>

using namespace mlir;

namespace weft::reference {

// A condition `all[e](…)` fails first where its argument does.
std::string Evaluation::firstFailing(FoldOp fold) {
  std::string where;
  auto visit = [&](ArrayRef<Scalar> at) -> LogicalResult {
    if (!fold.getMask().empty()) {
      FailureOr<Scalars> mask = yieldOf(fold.getMask().front(), at);
      if (failed(mask) || !mask->front().isTrue())
        return mask;
    }
    FailureOr<Scalars> holds = yieldOf(fold.getArguments().front(), at);
    if (failed(holds) || holds->front().isTrue())
      return holds;
    where = indicesInForce();
    return mlir::failure();
  };
  (void)forEachIndex(fold.indices(), fold.getIndexNames().value_or(ArrayAttr()), visit);
  return where;
}

LogicalResult Evaluation::runContract(ContractOp contract) {
  if (!call.checkContracts)
    return success();
  Block &block = contract.getCondition().front();
  size_t over = contract.getOver() ? contract.getOver()->size() : 0;
  for (auto [i, wire] : llvm::enumerate(contract.getWires()))
    wires[block.getArgument(over + i)] = Wire(wires[wire]);
  auto visit = [&](ArrayRef<Scalar> at) -> LogicalResult {
    FailureOr<Scalars> holds = yieldOf(block, at);
    if (failed(holds) || holds->front().isTrue())
      return holds;
    std::string where;
    auto fold = block.getTerminator()->getOperand(0).getDefiningOp<FoldOp>();
    if (fold && llvm::all_of(fold.getArguments().front().getTerminator()->getOperandTypes(),
                             [](Type type) { return cast<ObjectType>(type).isBool(); }))
      where = firstFailing(fold);
    (void)fail(contract.getKind() == ContractKind::ensures ? "contract.ensures" : "contract.requires",
               fmt::format("`{}` does not hold", contract.getText().str()), contract.getLoc());
    if (!where.empty())
      failure->message = fmt::format("`{}` does not hold{}", contract.getText().str(), where);
    return mlir::failure();
  };
  return forEachIndex(block.getArguments().take_front(over), contract.getOver().value_or(ArrayAttr()), visit);
}

} // namespace weft::reference
