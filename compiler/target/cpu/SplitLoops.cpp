#include "compiler/target/cpu/SplitLoops.h"
#include "compiler/target/cpu/FunctionEmitter.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

Value FunctionEmitter::workOf(Value a, Value b) {
  std::optional<int64_t> left = constantOf(a), right = constantOf(b);
  if (left && right)
    return constant(std::min<uint64_t>(llvm::SaturatingMultiply<uint64_t>(*left, *right),
                                       std::numeric_limits<int64_t>::max()));
  if (left == 1)
    return b;
  if (right == 1)
    return a;
  // May wrap around: no more than the number of parts depends on it.
  return arith::MulIOp::create(builder, location, a, b);
}

bool FunctionEmitter::maySplit(Value work) {
  return !isInSplit && constantOf(work).value_or(limits.leastWhole) >= limits.leastWhole;
}

void FunctionEmitter::split(Value begin, Value end, int64_t unit, Value work,
                            llvm::function_ref<void(Value, Value)> body, bool joinsParts) {
  Value count = subtract(end, begin);
  unit = limits.keepsUnits ? unit : 1;
  if (!maySplit(work) || constantOf(count).value_or(unit + 1) <= unit)
    return body(begin, end);
  auto dividedBy = [&](Value a, Value b) -> Value {
    std::optional<int64_t> left = constantOf(a), right = constantOf(b);
    return left && right ? constant(*left / *right) : Value(arith::DivUIOp::create(builder, location, a, b));
  };
  // In 1 … mostParts, whatever `work` is; and none is empty.
  Value parts =
      maximum(minimum(dividedBy(work, constant(limits.leastPart)), constant(limits.mostParts)), constant(1));
  if (!constantOf(work)) {
    Value isLittle = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ult, work,
                                           constant(limits.leastWhole));
    parts = arith::SelectOp::create(builder, location, isLittle, constant(1), parts);
  }
  auto roundedUp = [&](Value a, Value b) { return dividedBy(subtract(add(a, b), constant(1)), b); };
  Value items = multiply(roundedUp(roundedUp(count, parts), constant(unit)), constant(unit));
  // An empty range has no part.
  items = maximum(items, constant(unit));
  parts = roundedUp(count, items);
  Value together = constant(1);
  if (joinsParts) // a value of its own, which stands for as many as a thread takes
    together = arith::AddIOp::create(builder, location, together, constant(0));
  auto loop = scf::ForOp::create(builder, location, constant(0), parts, together);
  loop->setAttr(splitLoopMark, builder.getUnitAttr());
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  isInSplit = true;
  Value first = add(begin, multiply(loop.getInductionVar(), items));
  std::optional<int64_t> all = constantOf(count), some = constantOf(items);
  Value last = add(first, joinsParts ? multiply(together, items) : items);
  checkingIndices([&] { body(first, all && some && *all % *some == 0 ? last : minimum(last, end)); });
  isInSplit = false;
}

void FunctionEmitter::forEachThread(llvm::function_ref<void(Value)> body) {
  if (isInSplit)
    return body(threadMemoryBegin);
  Value hook = frameField(parallelField);
  Value given = LLVM::ICmpOp::create(builder, location, LLVM::ICmpPredicate::ne, hook,
                                     LLVM::ZeroOp::create(builder, location, hook.getType()));
  auto choice = scf::IfOp::create(builder, location, TypeRange(builder.getI64Type()), given, true);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(choice.thenBlock());
    Value threads = LLVM::LoadOp::create(builder, location, builder.getI64Type(), hook);
    scf::YieldOp::create(builder, location, threads);
    builder.setInsertionPointToStart(choice.elseBlock());
    scf::YieldOp::create(builder, location, constant(1));
  }
  loop(constant(0), choice.getResult(0),
       [&](Value thread) { body(offsetBytes(threadMemoryBegin, multiply(thread, threadMemoryBytes))); });
}

void FunctionEmitter::onOneThread(llvm::function_ref<void()> body) {
  bool before = std::exchange(isInSplit, true);
  body();
  isInSplit = before;
}

void FunctionEmitter::setThreadMemory(Value begin, Value bytes) {
  // A value of its own, so that it can be told from the memory before it.
  threadMemoryBegin = LLVM::GEPOp::create(builder, location, begin.getType(), builder.getI8Type(), begin,
                                          ArrayRef<LLVM::GEPArg>{0}, LLVM::GEPNoWrapFlags::inbounds);
  threadMemoryBytes = bytes;
}

void FunctionEmitter::outlineSplits(StepFunction written) {
  SmallVector<scf::ForOp> loops;
  written.function.walk([&](scf::ForOp loop) {
    if (loop->hasAttr(splitLoopMark))
      loops.push_back(loop);
  });
  for (scf::ForOp loop : loops) {
    std::string name = (written.function.getName() + "_part_" + std::to_string(splitCount++)).str();
    outlineSplitLoop(loop, name, written.context);
  }
}

namespace {

// Needs no operand, or is stack memory of a constant size.
bool isRewritten(Operation *op) {
  return op && op->getNumResults() == 1 &&
         (isa<LLVM::AllocaOp>(op) || (op->getNumOperands() == 0 && op->getNumRegions() == 0));
}

class Outliner {
public:
  Outliner(scf::ForOp loop, StringRef name, const SplitContext &context)
      : loop(loop), name(name), context(context), caller(loop->getParentOfType<LLVM::LLVMFuncOp>()),
        builder(loop->getContext()), location(loop.getLoc()),
        pointer(LLVM::LLVMPointerType::get(loop->getContext())), i32(builder.getI32Type()),
        i64(builder.getI64Type()) {}

  void run() {
    collect();
    dataType = LLVM::LLVMStructType::getLiteral(loop->getContext(), fieldTypes());
    writePart();
    writeCall();
    loop.erase();
  }

private:
  void collect();
  SmallVector<Type> fieldTypes();
  void writePart();
  void writeCall();
  void rebuild(Value outside, Value inside) { replaceAllUsesInRegionWith(outside, inside, loop.getRegion()); }
  /// How many parts the body takes at once; null where it takes one.
  Value together() {
    Value step = loop.getStep();
    return isRewritten(step.getDefiningOp()) ? Value() : step;
  }
  Value localFrame(Value frame, Value direct);
  void noteFailure(Value part);

  Value number(int64_t value) {
    return arith::ConstantOp::create(builder, location, builder.getI64IntegerAttr(value));
  }
  Value field(Value base, Type structure, int32_t index) {
    return LLVM::GEPOp::create(builder, location, pointer, structure, base, ArrayRef<LLVM::GEPArg>{0, index},
                               LLVM::GEPNoWrapFlags::inbounds);
  }
  Value load(Value base, Type structure, int32_t index) {
    Type type = cast<LLVM::LLVMStructType>(structure).getBody()[index];
    return LLVM::LoadOp::create(builder, location, type, field(base, structure, index));
  }
  Value pointerField(Value frame, unsigned index) {
    return LLVM::GEPOp::create(builder, location, pointer, pointer, frame,
                               ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)},
                               LLVM::GEPNoWrapFlags::inbounds);
  }
  Value stack(Type type) { return LLVM::AllocaOp::create(builder, location, pointer, type, number(1), 64); }

  /// The first fields of `data`: the least part that failed, and whether errors go right where they belong.
  enum DataField { firstFailedField, directField, firstCaptured };

  scf::ForOp loop;
  StringRef name;
  SplitContext context;
  LLVM::LLVMFuncOp caller, part;
  OpBuilder builder;
  Location location;
  Type pointer, i32, i64, dataType;
  bool mayFail = false, usesThreadMemory = false;
  SmallVector<Value> rewritten; // constants and stack memory
  SmallVector<Value> captured;
  Value data, localError;
};

void Outliner::collect() {
  loop.getRegion().walk([&](LLVM::CallOp call) { mayFail |= call.getCallee() == StringRef("weft_fail"); });
  llvm::SetVector<Value> used;
  getUsedValuesDefinedAbove(loop.getRegion(), used);
  for (Value value : used) {
    if (value == context.threadMemory)
      usesThreadMemory = true;
    else if (value != together())
      (isRewritten(value.getDefiningOp()) ? rewritten : captured).push_back(value);
  }
  if (usesThreadMemory)
    captured.append({context.threadMemory, context.threadBytes});
  if (mayFail && !llvm::is_contained(captured, context.frame))
    captured.push_back(context.frame);
}

SmallVector<Type> Outliner::fieldTypes() {
  SmallVector<Type> types{i64, i64};
  for (Value value : captured)
    types.push_back(value.getType());
  return types;
}

// A copy of the frame whose error is this part's own, unless errors go right where they belong.
Value Outliner::localFrame(Value frame, Value direct) {
  localError = stack(LLVM::LLVMArrayType::get(i64, 9));
  LLVM::StoreOp::create(builder, location, number(0), localError);
  Value copy = stack(LLVM::LLVMArrayType::get(i64, frameBytes / 8));
  LLVM::MemcpyInlineOp::create(builder, location, copy, frame, builder.getI64IntegerAttr(frameBytes), false);
  Value shared = LLVM::LoadOp::create(builder, location, pointer, pointerField(frame, errorField));
  Value isDirect = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, direct, number(0));
  Value target = LLVM::SelectOp::create(builder, location, isDirect, shared, localError);
  LLVM::StoreOp::create(builder, location, target, pointerField(copy, errorField));
  return copy;
}

// The least part with an error: all parts before it have none.
void Outliner::noteFailure(Value number) {
  Value code = LLVM::LoadOp::create(builder, location, i32, localError);
  Value zero = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(0));
  Value failed = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, code, zero);
  auto choice = scf::IfOp::create(builder, location, failed, /*withElseRegion=*/false);
  builder.setInsertionPointToStart(&choice.getThenRegion().front());
  LLVM::AtomicRMWOp::create(builder, location, LLVM::AtomicBinOp::umin,
                            field(data, dataType, firstFailedField), number, LLVM::AtomicOrdering::monotonic);
}

void Outliner::writePart() {
  builder.setInsertionPointAfter(caller);
  auto type =
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(loop->getContext()), {pointer, i64, i64, i64});
  part = LLVM::LLVMFuncOp::create(builder, location, name, type);
  part.setLinkage(LLVM::Linkage::Internal);
  // The same code in sequence and on threads: the same bits, those of NaN as well.
  part.setPassthroughAttr(builder.getStrArrayAttr({"noinline"}));
  Block *entry = part.addEntryBlock(builder);
  builder.setInsertionPointToStart(entry);
  data = part.getArgument(0);
  for (Value value : rewritten) {
    IRMapping map;
    Operation *op = value.getDefiningOp();
    for (Value operand : op->getOperands())
      map.map(operand, builder.clone(*operand.getDefiningOp())->getResult(0));
    rebuild(value, builder.clone(*op, map)->getResult(0));
  }
  SmallVector<Value> inside;
  for (auto [i, value] : llvm::enumerate(captured))
    inside.push_back(load(data, dataType, firstCaptured + i));
  auto insideOf = [&](Value value) { return inside[llvm::find(captured, value) - captured.begin()]; };
  for (auto [value, here] : llvm::zip_equal(captured, inside))
    if (value != context.threadMemory && !(mayFail && value == context.frame))
      rebuild(value, here);
  if (usesThreadMemory) {
    Value distance =
        arith::MulIOp::create(builder, location, part.getArgument(1), insideOf(context.threadBytes));
    Value own =
        LLVM::GEPOp::create(builder, location, pointer, builder.getI8Type(), insideOf(context.threadMemory),
                            ArrayRef<LLVM::GEPArg>{distance}, LLVM::GEPNoWrapFlags::inbounds);
    rebuild(context.threadMemory, own);
  }
  if (mayFail)
    rebuild(context.frame, localFrame(insideOf(context.frame), load(data, dataType, directField)));
  Value begin = part.getArgument(2), end = part.getArgument(3), step = number(1);
  if (together() && !mayFail)
    step = arith::SubIOp::create(builder, location, end, begin);
  if (together())
    rebuild(together(), step);
  auto inner = scf::ForOp::create(builder, location, begin, end, step);
  inner.getRegion().takeBody(loop.getRegion());
  LLVM::ReturnOp::create(builder, location, ValueRange{});
  if (mayFail) {
    builder.setInsertionPoint(inner.getBody()->getTerminator());
    noteFailure(inner.getInductionVar());
  }
}

void Outliner::writeCall() {
  builder.setInsertionPointToStart(&caller.getBody().front());
  Value shared = stack(dataType);
  builder.setInsertionPoint(loop);
  for (auto [i, value] : llvm::enumerate(captured))
    LLVM::StoreOp::create(builder, location, value, field(shared, dataType, firstCaptured + i));
  Value parts = loop.getUpperBound();
  auto callPart = [&](Value begin, Value end, Value direct) {
    LLVM::StoreOp::create(builder, location, direct, field(shared, dataType, directField));
    LLVM::CallOp::create(builder, location, part, ValueRange{shared, number(0), begin, end});
  };
  Value hook = LLVM::LoadOp::create(builder, location, pointer, pointerField(context.frame, parallelField));
  Value none = LLVM::ZeroOp::create(builder, location, pointer);
  Value given = LLVM::ICmpOp::create(builder, location, LLVM::ICmpPredicate::ne, hook, none);
  Value several = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::sgt, parts, number(1));
  auto choice = scf::IfOp::create(builder, location, arith::AndIOp::create(builder, location, given, several),
                                  /*withElseRegion=*/true);
  builder.setInsertionPointToStart(choice.elseBlock());
  callPart(number(0), parts, number(1));
  builder.setInsertionPointToStart(choice.thenBlock());
  LLVM::StoreOp::create(builder, location, number(-1), field(shared, dataType, firstFailedField));
  LLVM::StoreOp::create(builder, location, number(0), field(shared, dataType, directField));
  Type hookType = LLVM::LLVMStructType::getLiteral(loop->getContext(), {i64, pointer, pointer});
  Value body = LLVM::AddressOfOp::create(builder, location, part);
  auto function = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(loop->getContext()),
                                              {pointer, i64, pointer, pointer});
  LLVM::CallOp::create(builder, location, function,
                       ValueRange{load(hook, hookType, 2), load(hook, hookType, 1), parts, body, shared});
  if (!mayFail)
    return;
  Value failed = load(shared, dataType, firstFailedField);
  Value some = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, failed, number(-1));
  auto again = scf::IfOp::create(builder, location, some, /*withElseRegion=*/false);
  builder.setInsertionPointToStart(&again.getThenRegion().front());
  callPart(failed, arith::AddIOp::create(builder, location, failed, number(1)), number(1));
}

} // namespace

void outlineSplitLoop(scf::ForOp loop, StringRef name, const SplitContext &context) {
  Outliner(loop, name, context).run();
}

} // namespace weft
