// What a loop carries, takes and gives without need is taken out of it:
//
//   (s, y) = scan over A states(s0) elements(x, z) { … }   where nothing needs s after or inside, nor z
//     ⟹  y = scan over A elements(x) { … }
//
// An element that is the same at every position, by cases, is none: it is read where it is computed.
//
// The law: what nothing needs is not evaluated, so it raises no errors either.
#include "compiler/normalize/Passes.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace weft {

#define GEN_PASS_DEF_PRUNELOOPS
#include "compiler/normalize/Passes.h.inc"

static void pruneBlock(Block &block);

// The values that the body needs to yield the wires that are `needed`, and for its contracts.
static llvm::DenseSet<Value> valuesNeeded(Block &body, const llvm::BitVector &needed) {
  llvm::DenseSet<Value> values;
  for (auto [i, operand] : llvm::enumerate(body.getTerminator()->getOperands()))
    if (needed[i])
      values.insert(operand);
  for (Operation &op : llvm::reverse(body.without_terminator())) {
    bool isNeeded = !isOpTriviallyDead(&op) && !isMemoryEffectFree(&op);
    for (Value result : op.getResults())
      isNeeded |= values.contains(result);
    if (!isNeeded)
      continue;
    op.walk([&](Operation *inside) { values.insert(inside->operand_begin(), inside->operand_end()); });
  }
  return values;
}

// States are needed when a result is, or when the next round is.
static llvm::BitVector yieldsNeeded(Operation *loop, Block &body, unsigned states) {
  llvm::BitVector needed(body.getTerminator()->getNumOperands());
  for (unsigned i = 0; i < needed.size(); ++i)
    needed[i] = !loop->getResult(i).use_empty();
  for (bool grew = true; grew;) {
    grew = false;
    llvm::DenseSet<Value> values = valuesNeeded(body, needed);
    for (unsigned i = 0; i < states; ++i)
      if (!needed[i] && values.contains(body.getArgument(i)))
        needed[i] = grew = true;
  }
  return needed;
}

// An equation by cases without an index that none of them looks at; null when there is none at this depth.
static EquationOp withoutIndex(EquationOp equation, unsigned depth) {
  for (unsigned clause = 0; clause < equation.getClauses().size(); ++clause) {
    auto index = dyn_cast<BlockArgument>(equation.define(clause).getPositions()[depth]);
    if (!index || !index.hasOneUse())
      return {};
  }
  OpBuilder builder(equation);
  auto same = cast<EquationOp>(builder.clone(*equation));
  for (unsigned clause = 0; clause < same.getClauses().size(); ++clause) {
    DefineOp define = same.define(clause);
    unsigned number = cast<BlockArgument>(define.getPositions()[depth]).getArgNumber();
    define.getPositionsMutable().erase(depth);
    same.getClauses()[clause].front().eraseArgument(number);
  }
  auto type = cast<ObjectType>(same.getResult().getType());
  SmallVector<StringAttr> axes(type.getAxes());
  axes.erase(axes.begin() + depth);
  same.getResult().setType(type.over(axes));
  same.removeIndexNamesAttr();
  return same;
}

static void readOutside(ScanOp scan) {
  for (auto [i, element] : llvm::enumerate(scan.getElements())) {
    auto equation = element.getDefiningOp<EquationOp>();
    if (!equation || equation.getClauses().size() == 1)
      continue;
    if (EquationOp same = withoutIndex(equation, scan.elementDepth(i)))
      scan.block().getArgument(scan.getStates().size() + i).replaceAllUsesWith(same.getResult());
  }
}

static void pruneScan(ScanOp scan) {
  readOutside(scan);
  Block &body = scan.block();
  unsigned states = scan.getStates().size(), elements = scan.getElements().size();
  llvm::BitVector needed = yieldsNeeded(scan, body, states);
  llvm::BitVector unneeded(needed);
  unneeded.flip();
  body.getTerminator()->eraseOperands(unneeded);
  pruneBlock(body);

  SmallVector<Value> keptStates, keptElements;
  SmallVector<Type> types;
  SmallVector<int64_t> depths;
  llvm::BitVector droppedArguments(body.getNumArguments());
  for (unsigned i = 0; i < states; ++i)
    if (needed[i])
      keptStates.push_back(scan.getStates()[i]);
    else
      droppedArguments.set(i);
  for (unsigned i = 0; i < elements; ++i) {
    if (body.getArgument(states + i).use_empty()) {
      droppedArguments.set(states + i);
      continue;
    }
    keptElements.push_back(scan.getElements()[i]);
    depths.push_back(scan.elementDepth(i));
  }
  for (unsigned i = 0; i < needed.size(); ++i) {
    if (!needed[i])
      continue;
    types.push_back(scan.getResult(i).getType());
    if (i >= states)
      depths.push_back(scan.outputDepth(i - states));
  }
  if (needed.all() && droppedArguments.none())
    return;
  body.eraseArguments(droppedArguments);
  OpBuilder builder(scan);
  auto pruned = ScanOp::create(builder, scan.getLoc(), types, nullptr, scan.getAxisAttr(),
                               builder.getDenseI64ArrayAttr(depths), keptStates, keptElements, ValueRange{});
  pruned.getBody().takeBody(scan.getBody());
  unsigned next = 0;
  for (unsigned i = 0; i < needed.size(); ++i)
    if (needed[i])
      scan.getResult(i).replaceAllUsesWith(pruned.getResult(next++));
  scan.erase();
}

static void pruneBlock(Block &block) {
  // Users come first, so that what they no longer need is seen.
  for (Operation *op = block.getTerminator()->getPrevNode(); op;) {
    Operation *previous = op->getPrevNode();
    if (isOpTriviallyDead(op))
      op->erase();
    else if (auto scan = dyn_cast<ScanOp>(op))
      pruneScan(scan);
    else if (auto loop = dyn_cast<IterateOp>(op))
      pruneBlock(loop.block());
    op = previous;
  }
}

namespace {
struct PruneLoops : impl::PruneLoopsBase<PruneLoops> {
  void runOnOperation() override {
    for (NetworkOp network : getOperation().getOps<NetworkOp>())
      pruneBlock(network.block());
  }
};
} // namespace

} // namespace weft
