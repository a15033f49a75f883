#include "compiler/target/cpu/StepFunctions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

static bool isAddress(Operation &op) { return isa<LLVM::LLVMPointerType>(op.getResult(0).getType()); }

// The frame and its tables of addresses stay what they are during a call.
static bool isMovable(Operation &op) {
  if (op.getNumResults() != 1 || op.getNumRegions() != 0)
    return false;
  return isa<LLVM::GEPOp>(op) || isPure(&op) || (isa<LLVM::LoadOp>(op) && isAddress(op));
}

// Puts addresses, which tell steps apart, before the step, and what is used behind it. Whether nothing else
// of the step is used behind it.
static bool hoist(scf::ExecuteRegionOp step) {
  Block &block = step.getRegion().front();
  auto isOutside = [&](Operation *user) { return !step->isAncestor(user); };
  llvm::SmallPtrSet<Operation *, 16> movable, wanted;
  for (Operation &op : block) {
    bool stays = llvm::any_of(op.getOperands(), [&](Value operand) {
      Operation *source = operand.getDefiningOp();
      return source && source->getBlock() == &block && !movable.contains(source);
    });
    if (isMovable(op) && !stays)
      movable.insert(&op);
    else if (llvm::any_of(op.getUsers(), isOutside))
      return false;
  }
  for (Operation &op : llvm::reverse(block)) {
    auto isWanted = [&](Operation *user) { return wanted.contains(user) || isOutside(user); };
    if (movable.contains(&op) && (isAddress(op) || llvm::any_of(op.getUsers(), isWanted)))
      wanted.insert(&op);
  }
  for (Operation &op : llvm::make_early_inc_range(block))
    if (wanted.contains(&op))
      op.moveBefore(step);
  return true;
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
    if (isa_and_nonnull<arith::ConstantOp>(op) || isOwn)
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
    if (steps.size() > mostSteps && hoist(step))
      outliner.outline(step);
    else
      putInPlace(step);
  return std::move(outliner.written);
}

} // namespace weft
