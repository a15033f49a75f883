#include "compiler/reference/Needs.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft::reference {

// An operation with a body of wires is needed for its results, and for the contracts inside.
void Needs::addOperands(Operation &op, Block &body, const std::vector<bool> &results, OfBlock &needs) {
  const OfBlock &inner = of(body, results);
  if (inner.operations.empty() &&
      llvm::none_of(op.getResults(), [&](Value v) { return needs.wires.count(v); }))
    return;
  needs.operations.insert(&op);
  for (auto [operand, argument] : llvm::zip(op.getOperands(), body.getArguments()))
    if (inner.wires.count(argument))
      needs.wires.insert(operand);
}

std::vector<bool> Needs::yielded(Block &body, size_t states, std::vector<bool> results) {
  bool grew = true;
  while (grew) {
    grew = false;
    const OfBlock &inner = of(body, results);
    for (size_t i = 0; i < states; ++i)
      if (!results[i] && inner.wires.count(body.getArgument(i)))
        results[i] = grew = true;
  }
  return results;
}

void Needs::visit(Operation &op, OfBlock &needs) {
  std::vector<bool> results;
  for (Value result : op.getResults())
    results.push_back(needs.wires.count(result));
  bool isNeeded = llvm::is_contained(results, true) || isa<ContractOp>(op);
  auto frame = [&](auto inner) {
    std::vector<bool> inside = yielded(inner.block(), inner.getStates().size(), results);
    addOperands(op, inner.block(), inside, needs);
    for (auto [i, state] : llvm::enumerate(inner.getStates()))
      if (inside[i])
        needs.wires.insert(state);
  };
  llvm::TypeSwitch<Operation *>(&op)
      .Case([&](BoxOp box) {
        addOperands(op, symbols.lookup<MorphismOp>(box.getCallee()).block(), results, needs);
        // Ties stand beside the wires that the callee's arguments take.
        for (Value tied : box.getTied())
          needs.wires.erase(tied);
        if (throughTies && needs.operations.count(&op))
          needs.wires.insert(box.getTied().begin(), box.getTied().end());
      })
      .Case([&](GroupOp group) { addOperands(op, group.getBody().front(), results, needs); })
      .Case<MapOp, EachOp, ChainOp, ScanOp, FoldlOp, UnfoldOp>(frame)
      .Case([&](IterateOp loop) {
        // Whether anything changes depends on all states, and so does whether a contract inside is met.
        std::vector<bool> none(loop.getStates().size(), false), all(loop.getStates().size(), true);
        if (!isNeeded && of(loop.block(), none).operations.empty())
          return;
        addOperands(op, loop.block(), all, needs);
        needs.wires.insert(loop.getStates().begin(), loop.getStates().end());
      })
      .Case([&](EquationOp equation) {
        for (auto [i, wire] : llvm::enumerate(equation.getWires()))
          for (unsigned clause = 0; isNeeded && clause < equation.getClauses().size(); ++clause)
            if (!equation.wireArgument(clause, i).use_empty())
              needs.wires.insert(wire);
      })
      .Default([&](Operation *other) {
        if (isNeeded)
          needs.wires.insert(other->getOperands().begin(), other->getOperands().end());
      });
  if (isNeeded)
    needs.operations.insert(&op);
}

const Needs::OfBlock &Needs::of(Block &block, const std::vector<bool> &results) {
  auto [found, isNew] = known.try_emplace({&block, results});
  OfBlock &needs = found->second;
  if (!isNew)
    return needs;
  for (auto [i, operand] : llvm::enumerate(block.getTerminator()->getOperands()))
    if (results[i])
      needs.wires.insert(operand);
  for (Operation &op : llvm::reverse(block.without_terminator()))
    visit(op, needs);
  return needs;
}

} // namespace weft::reference
