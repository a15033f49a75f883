// Outputs are followed back to weights through the network with its boxes opened; a weight that is not met is
// followed forward to the place where it dies.
#include "compiler/prove/UnusedWeights.h"
#include "compiler/elaborate/Places.h"
#include "compiler/normalize/Passes.h"
#include "compiler/prove/DataFlow.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace weft {

namespace {

class NetworkFlow {
public:
  explicit NetworkFlow(NetworkOp network) : network(network) {
    llvm::DenseMap<Value, double> known;
    network->walk<WalkOrder::PreOrder>([&](EquationOp equation) {
      EquationFlow flow = flowOf(equation, known);
      if (flow.value.number)
        known[equation.getResult()] = *flow.value.number;
      flows.insert({equation, std::move(flow)});
    });
    live.insert(network.block().getTerminator()->operand_begin(),
                network.block().getTerminator()->operand_end());
    mark(network.block());
  }

  bool reachesOutput(Value wire) const { return live.contains(wire); }
  FlowDeath deathOf(Value wire) const;

private:
  void mark(Block &block);
  void markScan(ScanOp scan);
  bool isNeeded(Operation &op) const {
    return llvm::any_of(op.getResults(), [&](Value result) { return live.contains(result); });
  }

  NetworkOp network;
  llvm::DenseMap<Operation *, EquationFlow> flows;
  llvm::DenseSet<Value> live;
};

} // namespace

void NetworkFlow::mark(Block &block) {
  for (Operation &op : llvm::reverse(block)) {
    if (auto equation = dyn_cast<EquationOp>(op)) {
      if (isNeeded(op))
        for (unsigned wire : flows.find(&op)->second.value.wires.set_bits())
          live.insert(equation.getWires()[wire]);
    } else if (auto scan = dyn_cast<ScanOp>(op)) {
      markScan(scan);
    } else if (auto loop = dyn_cast<IterateOp>(op)) {
      // When it stops depends on all states.
      live.insert(loop.block().getTerminator()->operand_begin(), loop.block().getTerminator()->operand_end());
      mark(loop.block());
      live.insert(loop->operand_begin(), loop->operand_end());
    } else if (isa<ContractOp>(op)) {
      live.insert(op.operand_begin(), op.operand_end());
    }
  }
}

// A state that the body takes is needed at the next position too.
void NetworkFlow::markScan(ScanOp scan) {
  size_t states = scan.getStates().size(), before;
  Operation *yield = scan.block().getTerminator();
  for (auto [i, result] : llvm::enumerate(scan.getResults()))
    if (live.contains(result))
      live.insert(yield->getOperand(i));
  do {
    before = live.size();
    mark(scan.block());
    for (size_t i = 0; i < states; ++i)
      if (live.contains(scan.block().getArgument(i)))
        live.insert(yield->getOperand(i));
  } while (live.size() != before);
  for (auto [i, operand] : llvm::enumerate(scan->getOperands()))
    if (live.contains(scan.block().getArgument(i)))
      live.insert(operand);
}

// The first place on the way forward where nothing depends on the wire any more.
FlowDeath NetworkFlow::deathOf(Value wire) const {
  SmallVector<Value> todo{wire};
  llvm::DenseSet<Value> seen;
  Location last = wire.getLoc();
  while (!todo.empty()) {
    Value next = todo.pop_back_val();
    if (!seen.insert(next).second)
      continue;
    for (OpOperand &use : next.getUses()) {
      Operation *user = use.getOwner();
      last = user->getLoc();
      if (auto flow = flows.find(user); flow != flows.end()) {
        unsigned number = use.getOperandNumber();
        if (!flow->second.value.wires.test(number) && flow->second.deaths[number])
          return *flow->second.deaths[number];
        todo.push_back(user->getResult(0));
      } else if (auto scan = dyn_cast<ScanOp>(user)) {
        todo.push_back(scan.block().getArgument(use.getOperandNumber()));
      } else if (auto yield = dyn_cast<YieldOp>(user)) {
        Operation *outer = yield->getParentOp();
        if (use.getOperandNumber() < outer->getNumResults())
          todo.push_back(outer->getResult(use.getOperandNumber()));
      }
    }
  }
  return {last, "dropped"};
}

void reportUnusedWeights(ModuleOp module, Sources &sources, Diagnostics &diagnostics) {
  auto symbol = module->getAttrOfType<FlatSymbolRefAttr>("weft.entry");
  if (!symbol || !module.lookupSymbol<MorphismOp>(symbol.getValue()))
    return;
  OwningOpRef<ModuleOp> copy = module.clone();
  PassManager passes(module.getContext());
  passes.addPass(createInlineDiagrams());
  if (failed(passes.run(*copy)))
    return;
  auto network = copy->lookupSymbol<NetworkOp>(symbol.getValue());
  if (!network || !network.weightCount())
    return;
  NetworkFlow flow(network);
  for (unsigned i = 0; i < network.weightCount(); ++i) {
    BlockArgument weight = network.weight(i);
    if (flow.reachesOutput(weight))
      continue;
    FlowDeath death = flow.deathOf(weight);
    diagnostics
        .error("weights.unused", rangeOf(weight.getLoc(), sources),
               "weight `" + cast<StringAttr>(network.getWeightNames()[i]).str() + "` reaches no output")
        .note(rangeOf(death.location, sources), "it is " + death.why + " here")
        .note("no output depends on it; it would be stored and trained for nothing");
  }
}

} // namespace weft
