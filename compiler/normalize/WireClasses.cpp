#include "compiler/normalize/WireClasses.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

void WireClasses::add(Operation *op) {
  if (auto equation = dyn_cast<EquationOp>(op))
    return addEquation(equation);
  if (auto scan = dyn_cast<ScanOp>(op))
    return addLoop(scan, scan.block(), scan.getStates());
  if (auto loop = dyn_cast<IterateOp>(op))
    return addLoop(loop, loop.block(), loop.getStates());
  // Inside of equations are scalars. What yields belongs to a loop.
  if (op->getParentOfType<EquationOp>() || isa<YieldOp>(op))
    return;
  for (Value operand : op->getOperands())
    fix(operand);
  for (Value result : op->getResults())
    fix(result);
}

void WireClasses::addLoop(Operation *op, Block &body, ValueRange states) {
  Operation *yield = body.getTerminator();
  for (auto [i, state] : llvm::enumerate(states)) {
    unite(state, body.getArgument(i));
    unite(state, yield->getOperand(i));
    unite(state, op->getResult(i));
  }
  auto fixRest = [&](auto &&wires) {
    for (Value wire : llvm::drop_begin(wires, states.size()))
      fix(wire);
  };
  fixRest(op->getOperands());
  fixRest(op->getResults());
  fixRest(body.getArguments());
  fixRest(yield->getOperands());
}

// Elements are read one by one.
void WireClasses::addEquation(EquationOp equation) {
  classes.insert(key(equation.getResult()));
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause)
    for (auto [i, wire] : llvm::enumerate(equation.getWires())) {
      BlockArgument argument = equation.wireArgument(clause, i);
      bool isRead = llvm::all_of(argument.getUses(), [&](OpOperand &use) {
        auto read = dyn_cast<ReadOp>(use.getOwner());
        return read && use.getOperandNumber() == 0 && read.getPositions().size() == objectOf(wire).rank();
      });
      if (!isRead)
        fix(wire);
    }
}

} // namespace weft
