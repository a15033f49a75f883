#include "compiler/target/cpu/StepFunctions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

// Memory of the function's own, or of a thread: its address is not what the frame says.
static bool isOwnMemory(Value address, const SplitContext &context) {
  while (address != context.threadMemory)
    if (auto element = address.getDefiningOp<LLVM::GEPOp>())
      address = element.getBase();
    else
      return bool(address.getDefiningOp<LLVM::AllocaOp>());
  return true;
}

// The frame and its tables of addresses stay what they are during a call.
static bool isAddress(Operation *op, const SplitContext &context) {
  return isa<LLVM::GEPOp, LLVM::LoadOp>(op) && isa<LLVM::LLVMPointerType>(op->getResult(0).getType()) &&
         !isOwnMemory(op->getOperand(0), context);
}

static bool isMovable(Operation *op, const SplitContext &context) {
  return op->getNumResults() == 1 && op->getNumRegions() == 0 && (isAddress(op, context) || isPure(op));
}

// Puts addresses, which tell steps apart, before the step, and what is used behind it. Whether nothing else
// of the step is used behind it.
static bool hoist(scf::ExecuteRegionOp step, const SplitContext &context) {
  SmallVector<Operation *> inside;
  llvm::SmallPtrSet<Operation *, 16> movable, wanted;
  auto isOutside = [&](Operation *user) { return !step->isAncestor(user); };
  auto stays = [&](Value operand) {
    if (Operation *source = operand.getDefiningOp())
      return !isOutside(source) && !movable.contains(source);
    return !isOutside(operand.getParentBlock()->getParentOp());
  };
  bool isClosed = true;
  step->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (op == step)
      return;
    inside.push_back(op);
    if (isMovable(op, context) && llvm::none_of(op->getOperands(), stays))
      movable.insert(op);
    else
      isClosed &= llvm::none_of(op->getUsers(), isOutside);
  });
  for (Operation *op : llvm::reverse(inside)) {
    auto isWanted = [&](Operation *user) { return wanted.contains(user) || isOutside(user); };
    if (movable.contains(op) && (isAddress(op, context) || llvm::any_of(op->getUsers(), isWanted)))
      wanted.insert(op);
  }
  for (Operation *op : inside)
    if (isClosed && wanted.contains(op))
      op->moveBefore(step);
  return isClosed;
}

// The code of a step where it stands.
static void putInPlace(scf::ExecuteRegionOp step) {
  Block &block = step.getRegion().front();
  block.getTerminator()->erase();
  step->getBlock()->getOperations().splice(step->getIterator(), block.getOperations());
  step.erase();
}

namespace {

class StepOutliner {
public:
  StepOutliner(LLVM::LLVMFuncOp caller, const SplitContext &context) : caller(caller), context(context) {
    for (Value value : {context.frame, context.threadMemory, context.threadBytes})
      if (value)
        always.push_back(value);
  }

  void outline(scf::ExecuteRegionOp step);
  SmallVector<StepFunction> written;

private:
  SmallVector<Value> passedTo(scf::ExecuteRegionOp step, SmallVector<Operation *> &rewritten);
  LLVM::LLVMFuncOp write(scf::ExecuteRegionOp step, ArrayRef<Value> passed, ArrayRef<Operation *> rewritten);
  LLVM::LLVMFuncOp shared(LLVM::LLVMFuncOp function);

  LLVM::LLVMFuncOp caller;
  SplitContext context;
  SmallVector<Value> always; // what every step is passed
  llvm::DenseMap<size_t, SmallVector<LLVM::LLVMFuncOp, 1>> byHash;
};

} // namespace

SmallVector<Value> StepOutliner::passedTo(scf::ExecuteRegionOp step, SmallVector<Operation *> &rewritten) {
  llvm::SetVector<Value> used;
  used.insert(always.begin(), always.end());
  getUsedValuesDefinedAbove(step.getRegion(), used);
  SmallVector<Value> passed;
  for (Value value : used) {
    Operation *op = value.getDefiningOp();
    auto isInside = [&](Operation *user) { return step->isAncestor(user); };
    bool isOwn = isa_and_nonnull<LLVM::AllocaOp>(op) && llvm::all_of(op->getUsers(), isInside);
    if (!llvm::is_contained(always, value) && (isa_and_nonnull<arith::ConstantOp>(op) || isOwn))
      rewritten.push_back(op);
    else
      passed.push_back(value);
  }
  return passed;
}

LLVM::LLVMFuncOp StepOutliner::write(scf::ExecuteRegionOp step, ArrayRef<Value> passed,
                                     ArrayRef<Operation *> rewritten) {
  OpBuilder builder(step.getContext());
  builder.setInsertionPoint(caller);
  SmallVector<Type> types(ValueRange(passed).getTypes());
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(step.getContext()), types);
  std::string name = (caller.getName() + "_step_" + std::to_string(written.size())).str();
  auto function = LLVM::LLVMFuncOp::create(builder, step.getLoc(), name, type);
  function.setLinkage(LLVM::Linkage::Internal);
  function.setPassthroughAttr(builder.getStrArrayAttr({"noinline"}));
  Block *entry = function.addEntryBlock(builder);
  builder.setInsertionPointToStart(entry);
  for (Operation *op : rewritten) {
    IRMapping map;
    for (Value operand : op->getOperands())
      map.map(operand, builder.clone(*operand.getDefiningOp())->getResult(0));
    replaceAllUsesInRegionWith(op->getResult(0), builder.clone(*op, map)->getResult(0), step.getRegion());
  }
  for (auto [outside, inside] : llvm::zip_equal(passed, entry->getArguments()))
    replaceAllUsesInRegionWith(outside, inside, step.getRegion());
  Block &block = step.getRegion().front();
  block.getTerminator()->erase();
  entry->getOperations().splice(entry->end(), block.getOperations());
  LLVM::ReturnOp::create(builder, step.getLoc(), ValueRange{});
  return function;
}

static size_t hashOf(LLVM::LLVMFuncOp function) {
  llvm::hash_code hash = hash_value(Type(function.getFunctionType()));
  function.getBody().walk([&](Operation *op) {
    hash = llvm::hash_combine(
        hash, OperationEquivalence::computeHash(op, OperationEquivalence::ignoreHashValue,
                                                OperationEquivalence::ignoreHashValue,
                                                OperationEquivalence::Flags::IgnoreLocations));
  });
  return hash;
}

// A function written before that does the same, or this one.
LLVM::LLVMFuncOp StepOutliner::shared(LLVM::LLVMFuncOp function) {
  SmallVector<LLVM::LLVMFuncOp, 1> &alike = byHash[hashOf(function)];
  for (LLVM::LLVMFuncOp known : alike)
    if (OperationEquivalence::isRegionEquivalentTo(&known.getBody(), &function.getBody(),
                                                   OperationEquivalence::Flags::IgnoreLocations)) {
      function.erase();
      return known;
    }
  alike.push_back(function);
  auto arguments = function.getArguments().begin();
  auto own = [&](Value value) { return value ? Value(*arguments++) : Value(); };
  Value frame = own(context.frame), threadMemory = own(context.threadMemory);
  written.push_back({function, {frame, threadMemory, own(context.threadBytes)}});
  return function;
}

void StepOutliner::outline(scf::ExecuteRegionOp step) {
  SmallVector<Operation *> rewritten;
  SmallVector<Value> passed = passedTo(step, rewritten);
  LLVM::LLVMFuncOp function = shared(write(step, passed, rewritten));
  OpBuilder builder(step);
  LLVM::CallOp::create(builder, step.getLoc(), function, passed);
  step.erase();
}

SmallVector<StepFunction> outlineSteps(LLVM::LLVMFuncOp function, const SplitContext &context,
                                       size_t mostSteps) {
  SmallVector<scf::ExecuteRegionOp> steps;
  function.walk([&](scf::ExecuteRegionOp step) {
    if (step->hasAttr(stepMark))
      steps.push_back(step);
  });
  StepOutliner outliner(function, context);
  for (scf::ExecuteRegionOp step : steps)
    if (steps.size() > mostSteps && hoist(step, context))
      outliner.outline(step);
    else
      putInPlace(step);
  return std::move(outliner.written);
}

} // namespace weft
