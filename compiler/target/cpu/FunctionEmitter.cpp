#include "compiler/target/cpu/FunctionEmitter.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace weft {

WrittenCode::WrittenCode(OpBuilder &builder) : builder(builder), block(builder.getInsertionBlock()) {
  bool isFirst = builder.getInsertionPoint() == block->begin();
  before = isFirst ? nullptr : &*std::prev(builder.getInsertionPoint());
}

void WrittenCode::setInsertionPointBefore() {
  if (before)
    builder.setInsertionPointAfter(before);
  else
    builder.setInsertionPointToStart(block);
}

void WrittenCode::erase() {
  auto first = before ? std::next(before->getIterator()) : block->begin();
  SmallVector<Operation *> written;
  for (Operation &op : llvm::make_range(first, builder.getInsertionPoint()))
    written.push_back(&op);
  for (Operation *op : llvm::reverse(written))
    op->erase();
}

FunctionEmitter::FunctionEmitter(ModuleOp output, const AxisTable &axes, const CpuTarget &target,
                                 bool realIsDouble, bool unchecked, std::vector<ErrorSite> &sites)
    : output(output), axes(axes), target(target), realIsDouble(realIsDouble), unchecked(unchecked),
      builder(output.getContext()), location(output.getLoc()), sites(sites) {}

static LLVM::LLVMFuncOp createFunction(OpBuilder &builder, ModuleOp output, StringRef name, Type result,
                                       ArrayRef<Type> arguments, Location location) {
  builder.setInsertionPointToEnd(output.getBody());
  return LLVM::LLVMFuncOp::create(builder, location, name, LLVM::LLVMFunctionType::get(result, arguments));
}

void FunctionEmitter::begin(StringRef name, Location where) {
  location = where;
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  function = createFunction(builder, output, name, builder.getI32Type(), {pointer}, where);
  Block *entry = function.addEntryBlock(builder);
  builder.setInsertionPointToStart(entry);
  frame = entry->getArgument(0);
  sizes.clear();
  Value table = frameField(sizesField);
  for (auto [i, axis] : llvm::enumerate(axes.openAxes()))
    sizes[axis] = LLVM::LoadOp::create(builder, location, builder.getI64Type(),
                                       address(table, constant(i), builder.getI64Type()));
}

void FunctionEmitter::beginSizeFunction(StringRef name, Location where) {
  location = where;
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  function =
      createFunction(builder, output, name, builder.getI64Type(), {pointer, builder.getI64Type()}, where);
  Block *entry = function.addEntryBlock(builder);
  builder.setInsertionPointToStart(entry);
  sizes.clear();
  for (auto [i, axis] : llvm::enumerate(axes.openAxes()))
    sizes[axis] = LLVM::LoadOp::create(builder, location, builder.getI64Type(),
                                       address(entry->getArgument(0), constant(i), builder.getI64Type()));
}

void FunctionEmitter::end(Value result) {
  LLVM::ReturnOp::create(builder, location, result);
  SplitContext context{frame, threadMemoryBegin, threadMemoryBytes};
  SmallVector<StepFunction> written = outlineSteps(function, context, limits.mostSteps);
  written.push_back({function, context});
  for (const StepFunction &each : written)
    outlineSplits(each);
  threadMemoryBegin = threadMemoryBytes = nullptr;
}

Value FunctionEmitter::argument(unsigned i) { return function.getArgument(i); }

// Types.

Type FunctionEmitter::storageType(ObjectType type) {
  MLIRContext *context = builder.getContext();
  StringRef element = type.getElement();
  if (element == "real")
    return realIsDouble ? Type(Float64Type::get(context)) : Type(Float32Type::get(context));
  return llvm::StringSwitch<Type>(element)
      .Case("f64", Float64Type::get(context))
      .Case("f32", Float32Type::get(context))
      .Case("f16", Float16Type::get(context))
      .Case("bf16", BFloat16Type::get(context))
      .Case("i32", IntegerType::get(context, 32))
      .Case("i16", IntegerType::get(context, 16))
      .Cases({"i8", "u8", "bool"}, IntegerType::get(context, 8))
      .Default(IntegerType::get(context, 64));
}

Type FunctionEmitter::computeType(ObjectType type) {
  if (type.isBool())
    return builder.getI1Type();
  if (!type.isReal())
    return builder.getI64Type();
  Type storage = storageType(type);
  return storage.getIntOrFloatBitWidth() == 16 ? Type(builder.getF32Type()) : storage;
}

int64_t FunctionEmitter::elementBytes(ObjectType type) {
  return storageType(type).getIntOrFloatBitWidth() / 8;
}

IntegerRange FunctionEmitter::rangeOf(ObjectType type) {
  if (type.isIndex())
    return {0, maximalAxisSize};
  return llvm::StringSwitch<IntegerRange>(type.getElement())
      .Case("i32", IntegerRange::ofBits(32, true))
      .Case("i16", IntegerRange::ofBits(16, true))
      .Case("i8", IntegerRange::ofBits(8, true))
      .Case("u8", IntegerRange::ofBits(8, false))
      .Default(IntegerRange::i64());
}

IntegerRange FunctionEmitter::rangeOfIndex(ObjectType type) {
  std::optional<int64_t> size = axes.size(type.getElement()).constant();
  return {0, size ? std::max<int64_t>(*size - 1, 0) : maximalAxisSize};
}

// Integers.

Value FunctionEmitter::constant(int64_t value) {
  return arith::ConstantOp::create(builder, location, builder.getI64IntegerAttr(value));
}

Value FunctionEmitter::truth(bool value) {
  return arith::ConstantOp::create(builder, location, builder.getBoolAttr(value));
}

Value FunctionEmitter::real(double value, Type type) {
  APFloat number(value);
  bool inexact;
  number.convert(cast<FloatType>(type).getFloatSemantics(), APFloat::rmNearestTiesToEven, &inexact);
  return arith::ConstantOp::create(builder, location, builder.getFloatAttr(type, number));
}

Value FunctionEmitter::splat(Value value, unsigned lanes) {
  auto type = VectorType::get({lanes}, value.getType());
  Value undefined = LLVM::UndefOp::create(builder, location, type);
  Value first = LLVM::InsertElementOp::create(builder, location, undefined, value, constant(0));
  SmallVector<int32_t> zeros(lanes, 0);
  return LLVM::ShuffleVectorOp::create(builder, location, first, undefined, zeros);
}

std::optional<int64_t> FunctionEmitter::constantOf(Value value) {
  auto op = value.getDefiningOp<arith::ConstantOp>();
  auto number = op ? dyn_cast<IntegerAttr>(op.getValue()) : IntegerAttr();
  return number ? std::optional(number.getInt()) : std::nullopt;
}

Value FunctionEmitter::add(Value a, Value b) {
  std::optional<int64_t> left = constantOf(a), right = constantOf(b);
  if (left && right)
    return constant(*left + *right);
  if (left == 0)
    return b;
  if (right == 0)
    return a;
  return arith::AddIOp::create(builder, location, a, b, arith::IntegerOverflowFlags::nsw);
}

Value FunctionEmitter::subtract(Value a, Value b) {
  std::optional<int64_t> left = constantOf(a), right = constantOf(b);
  if (left && right)
    return constant(*left - *right);
  if (right == 0)
    return a;
  // The length of a window that was made so long.
  if (auto sum = a.getDefiningOp<arith::AddIOp>(); sum && sum.getLhs() == b && constantOf(sum.getRhs()))
    return sum.getRhs();
  return arith::SubIOp::create(builder, location, a, b, arith::IntegerOverflowFlags::nsw);
}

Value FunctionEmitter::multiply(Value a, Value b) {
  std::optional<int64_t> left = constantOf(a), right = constantOf(b);
  if (left && right)
    return constant(*left * *right);
  if (left == 1 || right == 0)
    return b;
  if (right == 1 || left == 0)
    return a;
  return arith::MulIOp::create(builder, location, a, b, arith::IntegerOverflowFlags::nsw);
}

Value FunctionEmitter::minimum(Value a, Value b) {
  std::optional<int64_t> left = constantOf(a), right = constantOf(b);
  if (left && right)
    return constant(std::min(*left, *right));
  return arith::MinSIOp::create(builder, location, a, b);
}

Value FunctionEmitter::maximum(Value a, Value b) {
  std::optional<int64_t> left = constantOf(a), right = constantOf(b);
  if (left && right)
    return constant(std::max(*left, *right));
  return arith::MaxSIOp::create(builder, location, a, b);
}

Value FunctionEmitter::combine(const AffinePosition &position, llvm::function_ref<Value(Value)> valueOf) {
  Value total = constant(position.constant);
  for (auto [index, coefficient] : position.terms)
    total = add(total, multiply(valueOf(index), constant(coefficient)));
  return total;
}

Value FunctionEmitter::wholeMultiple(Value count, int64_t unit) {
  if (std::optional<int64_t> known = constantOf(count))
    return constant(std::max<int64_t>(*known, 0) / unit * unit);
  Value some = arith::MaxSIOp::create(builder, location, count, constant(0));
  return arith::AndIOp::create(builder, location, some, constant(-unit));
}

// Rounds down; the divisor is positive.
Value FunctionEmitter::floorDivide(Value dividend, int64_t divisor) {
  Value by = constant(divisor);
  Value quotient = arith::DivSIOp::create(builder, location, dividend, by);
  Value rest = arith::RemSIOp::create(builder, location, dividend, by);
  Value negative = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::slt, rest, constant(0));
  return arith::SelectOp::create(builder, location, negative, subtract(quotient, constant(1)), quotient);
}

// Sizes.

Value FunctionEmitter::emitSize(const Size &size) {
  Value total = constant(0);
  for (const auto &[monomial, coefficient] : size.terms()) {
    Value term = constant(coefficient);
    for (const auto &[atom, power] : monomial) {
      Value value =
          atom.dividend ? floorDivide(emitSize(*atom.dividend), atom.divisor) : sizes.lookup(atom.axis);
      for (unsigned i = 0; i < power; ++i)
        term = multiply(term, value);
    }
    total = add(total, term);
  }
  return total;
}

Value FunctionEmitter::sizeOf(StringRef axis) { return emitSize(axes.size(axis)); }

IndexWindow FunctionEmitter::windowOf(Value index, const IndexWindows &windows) {
  auto window = windows.find(index);
  if (window != windows.end())
    return window->second;
  return {constant(0), sizeOf(cast<ObjectType>(index.getType()).getElement())};
}

// Control.

SmallVector<Value> FunctionEmitter::loop(Value low, Value high, int64_t step, ValueRange initial, Body body) {
  auto op = scf::ForOp::create(builder, location, low, high, constant(step), initial);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(op.getBody());
  SmallVector<Value> next = body(op.getInductionVar(), op.getRegionIterArgs());
  // A loop without carried values has its terminator already.
  if (initial.empty())
    return {};
  scf::YieldOp::create(builder, location, next);
  return op.getResults();
}

void FunctionEmitter::loop(Value low, Value high, llvm::function_ref<void(Value)> body) {
  loop(low, high, 1, {}, [&](Value i, ValueRange) -> SmallVector<Value> {
    body(i);
    return {};
  });
}

void FunctionEmitter::when(Value condition, llvm::function_ref<void()> body) {
  auto op = scf::IfOp::create(builder, location, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&op.getThenRegion().front());
  body();
}

void FunctionEmitter::step(llvm::function_ref<void()> body) {
  auto op = scf::ExecuteRegionOp::create(builder, location, TypeRange());
  op->setAttr(stepMark, builder.getUnitAttr());
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&op.getRegion());
  body();
  scf::YieldOp::create(builder, location);
}

// Errors.

unsigned FunctionEmitter::site(StringRef name, const Twine &message, Location where) {
  for (auto [i, known] : llvm::enumerate(sites))
    if (known.location == where && known.name == name && known.message == message.str())
      return i;
  sites.push_back({name.str(), message.str(), where});
  return sites.size() - 1;
}

// `void weft_fail(ptr frame, i32 site, i64 × 8 values)`: keeps the first error. Written once a module.
LLVM::LLVMFuncOp FunctionEmitter::failFunction() {
  if (auto known = output.lookupSymbol<LLVM::LLVMFuncOp>("weft_fail"))
    return known;
  OpBuilder::InsertionGuard guard(builder);
  MLIRContext *context = builder.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context), i32 = builder.getI32Type(), i64 = builder.getI64Type();
  SmallVector<Type> arguments{pointer, i32};
  arguments.append(8, i64);
  auto fail =
      createFunction(builder, output, "weft_fail", LLVM::LLVMVoidType::get(context), arguments, location);
  fail.setLinkage(LLVM::Linkage::Internal);
  fail.setPassthroughAttr(builder.getStrArrayAttr({"cold", "noinline"}));
  Block *entry = fail.addEntryBlock(builder);
  Block *store = builder.createBlock(&fail.getBody());
  Block *done = builder.createBlock(&fail.getBody());
  builder.setInsertionPointToStart(entry);
  Value error = pointerIn(entry->getArgument(0), errorField);
  Value code = LLVM::LoadOp::create(builder, location, i32, error);
  Value zero = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(0));
  Value first = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq, code, zero);
  LLVM::CondBrOp::create(builder, location, first, store, done);
  builder.setInsertionPointToStart(store);
  Value one = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(1));
  LLVM::StoreOp::create(builder, location, one, error);
  LLVM::StoreOp::create(builder, location, entry->getArgument(1), address(error, constant(1), i32));
  for (unsigned i = 0; i < 8; ++i)
    LLVM::StoreOp::create(builder, location, entry->getArgument(2 + i), address(error, constant(1 + i), i64));
  LLVM::BrOp::create(builder, location, ValueRange{}, done);
  builder.setInsertionPointToStart(done);
  LLVM::ReturnOp::create(builder, location, ValueRange{});
  return fail;
}

void FunctionEmitter::failWhen(Value condition, unsigned site, ArrayRef<Value> values) {
  LLVM::LLVMFuncOp fail = failFunction();
  when(condition, [&] {
    SmallVector<Value> arguments{
        frame, arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(site))};
    for (unsigned i = 0; i < 8; ++i) {
      Value value = i < values.size() ? values[i] : constant(0);
      if (value.getType().getIntOrFloatBitWidth() > 64)
        value = arith::TruncIOp::create(builder, location, builder.getI64Type(), value);
      arguments.push_back(value);
    }
    LLVM::CallOp::create(builder, location, fail, arguments);
  });
}

void FunctionEmitter::leaveWhenFailed() {
  Type i32 = builder.getI32Type();
  Value code = LLVM::LoadOp::create(builder, location, i32, frameField(errorField));
  Value none = arith::ConstantOp::create(builder, location, builder.getI32IntegerAttr(0));
  Value failed = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, code, none);
  Block *here = builder.getInsertionBlock();
  Block *leave = builder.createBlock(&function.getBody(), function.getBody().end());
  LLVM::ReturnOp::create(builder, location, code);
  Block *rest = builder.createBlock(&function.getBody(), function.getBody().end());
  builder.setInsertionPointToEnd(here);
  LLVM::CondBrOp::create(builder, location, failed, leave, rest);
  builder.setInsertionPointToStart(rest);
}

} // namespace weft
