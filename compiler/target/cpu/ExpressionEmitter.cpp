#include "compiler/target/cpu/ExpressionEmitter.h"
#include "compiler/target/cpu/MathFunctions.h"
#include "dialects/weft/Totality.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

bool isCheap(Region &region) {
  bool cheap = isTotal(region);
  region.walk([&](Operation *op) {
    auto read = dyn_cast<ReadOp>(op);
    cheap &= !isa<FoldOp>(op) && !(read && !read.getOtherwise().empty());
  });
  return cheap;
}

ExpressionEmitter ExpressionEmitter::withLanes(unsigned count) const {
  ExpressionEmitter other(emitter, count);
  other.values = values;
  other.wires = wires;
  other.elements = elements;
  return other;
}

ExpressionEmitter ExpressionEmitter::atFirstLane() const {
  ExpressionEmitter other(emitter, 1);
  for (auto [name, value] : values)
    if (!value.varying || value.affine)
      other.values[name] = {value.value, false, false, 0, value.range};
  other.wires = wires;
  for (auto &[name, buffer] : other.wires)
    buffer.isUnchecked = false;
  return other;
}

// Lanes.

Scalar ExpressionEmitter::laneIndex(Value first) {
  if (lanes == 1)
    return uniformIndex(first);
  return {first, true, true, 1, {0, maximalAxisSize}};
}

Value ExpressionEmitter::broadcast(Value value) {
  return lanes == 1 || isa<VectorType>(value.getType()) ? value : emitter.splat(value, lanes);
}

Value ExpressionEmitter::laneNumbers() {
  SmallVector<int64_t> numbers;
  for (unsigned lane = 0; lane < lanes; ++lane)
    numbers.push_back(lane);
  auto type = VectorType::get({lanes}, emitter.builder.getI64Type());
  return arith::ConstantOp::create(emitter.builder, emitter.location,
                                   DenseElementsAttr::get(type, ArrayRef(numbers)));
}

Value ExpressionEmitter::truthsOfLanes() {
  SmallVector<bool> truths(lanes, false);
  truths[1] = true;
  auto type = VectorType::get({lanes}, emitter.builder.getI1Type());
  return arith::ConstantOp::create(emitter.builder, emitter.location,
                                   DenseElementsAttr::get(type, ArrayRef<bool>(truths)));
}

void ExpressionEmitter::limitLanes(Value count) {
  activeLanes = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::slt,
                                      laneNumbers(), broadcast(count));
  activeCount = FunctionEmitter::constantOf(count);
}

Value ExpressionEmitter::materialize(Scalar scalar, ObjectType type) {
  if (lanes == 1)
    return scalar.value;
  Value vector = broadcast(scalar.value);
  if (!scalar.affine)
    return vector;
  Value steps = arith::MulIOp::create(emitter.builder, emitter.location, laneNumbers(),
                                      broadcast(emitter.constant(scalar.step)));
  return arith::AddIOp::create(emitter.builder, emitter.location, vector, steps);
}

// 64 or 128 bits of an integer; a vector when it varies.
Value ExpressionEmitter::asWide(Scalar scalar, bool wide) {
  Value value = scalar.varying && scalar.affine ? materialize(scalar, nullptr) : scalar.value;
  unsigned width = getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
  if (wide == (width > 64))
    return value;
  if (lanes > 1 && scalar.varying)
    fail();
  Type type = emitter.builder.getIntegerType(wide ? 128 : 64);
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    type = VectorType::get(vector.getShape(), type);
  if (wide)
    return arith::ExtSIOp::create(emitter.builder, emitter.location, type, value);
  return arith::TruncIOp::create(emitter.builder, emitter.location, type, value);
}

// Operations.

void ExpressionEmitter::emitOperations(Block &block) {
  for (Operation &op : block.without_terminator())
    if (!values.contains(op.getResult(0)))
      emitOperation(op);
}

void ExpressionEmitter::emitOperationsBefore(Operation *op) {
  for (Operation &before : llvm::make_range(op->getBlock()->begin(), op->getIterator()))
    if (!values.contains(before.getResult(0)))
      emitOperation(before);
}

SmallVector<Scalar> ExpressionEmitter::emitRegion(Region &region, ArrayRef<Scalar> arguments) {
  Block &block = region.front();
  for (auto [name, value] : llvm::zip(block.getArguments(), arguments))
    bind(name, value);
  for (Operation &op : block.without_terminator())
    emitOperation(op);
  return llvm::map_to_vector(block.getTerminator()->getOperands(), [&](Value value) { return get(value); });
}

void ExpressionEmitter::emitOperation(Operation &op) {
  Scalar result = TypeSwitch<Operation *, Scalar>(&op)
                      .Case([&](ReadOp read) {
                        return read.getOtherwise().empty() ? emitRead(read) : emitReadOrElse(read);
                      })
                      .Case([&](ConstantOp constant) { return emitConstant(constant); })
                      .Case([&](SizeOp size) {
                        Value value = emitter.sizeOf(size.getAxis());
                        ObjectType type = objectOf(size.getResult());
                        if (!type.isReal())
                          return uniformIndex(value);
                        return uniform(arith::SIToFPOp::create(emitter.builder, emitter.location,
                                                               emitter.computeType(type), value));
                      })
                      .Case([&](ApplyOp apply) { return emitApply(apply); })
                      .Case([&](ConvertOp convert) { return emitConvert(convert); })
                      .Case([&](IndexOp index) { return emitIndex(index); })
                      .Case([&](PairOp pair) { return emitPair(pair); })
                      .Case([&](InjectOp inject) { return emitInject(inject); })
                      .Case([&](IfOp choice) { return emitIf(choice); })
                      .Case([&](CheckOp check) { return emitCheck(check); })
                      .Case([&](FoldOp fold) { return emitFold(fold); });
  bind(op.getResult(0), result);
}

Scalar ExpressionEmitter::emitConstant(ConstantOp constant) {
  ObjectType type = objectOf(constant.getResult());
  if (auto number = dyn_cast<FloatAttr>(constant.getValue()))
    return uniform(emitter.real(number.getValueAsDouble(), emitter.computeType(type)));
  int64_t number = cast<IntegerAttr>(constant.getValue()).getInt();
  if (type.isBool())
    return uniform(emitter.truth(number != 0));
  return uniform(emitter.constant(number), {number, number});
}

Scalar ExpressionEmitter::emitPair(PairOp pair) {
  Scalar total = uniformIndex(emitter.constant(0));
  for (Value part : pair.getParts()) {
    Value size = emitter.sizeOf(objectOf(part).getElement());
    Scalar next = get(part);
    std::optional<int64_t> known = FunctionEmitter::constantOf(size);
    bool affine = (!total.varying || (total.affine && known)) && (!next.varying || next.affine);
    if (!affine && lanes > 1) {
      Value scaled = arith::MulIOp::create(emitter.builder, emitter.location, materialize(total, nullptr),
                                           broadcast(size));
      Value sum =
          arith::AddIOp::create(emitter.builder, emitter.location, scaled, materialize(next, nullptr));
      total = {sum, true, false, 0, total.range};
      continue;
    }
    int64_t step = (total.varying ? total.step * *known : 0) + (next.varying ? next.step : 0);
    Value base = emitter.add(emitter.multiply(total.value, size), next.value);
    total = {base, step != 0, step != 0, step, total.range};
  }
  return total;
}

Scalar ExpressionEmitter::emitInject(InjectOp inject) {
  Scalar part = get(inject.getPart());
  const AxisTable::Axis &sum = emitter.axes.get(objectOf(inject.getResult()).getElement().getValue());
  Value offset = emitter.constant(0);
  for (const std::string &name : sum.parts) {
    if (name == objectOf(inject.getPart()).getElement().getValue())
      break;
    offset = emitter.add(offset, emitter.sizeOf(name));
  }
  if (part.varying && !part.affine)
    part.value = arith::AddIOp::create(emitter.builder, emitter.location, part.value, broadcast(offset));
  else
    part.value = emitter.add(part.value, offset);
  part.range = {0, maximalAxisSize};
  return part;
}

Scalar ExpressionEmitter::select(Value condition, bool varying, Scalar a, Scalar b, ObjectType type) {
  bool vector = lanes > 1 && (varying || a.varying || b.varying);
  bool wide = !type.isReal() && !type.isBool() && (!a.range.fits64() || !b.range.fits64());
  auto operand = [&](Scalar side) {
    Value value = type.isReal() || type.isBool() ? side.value : asWide(side, wide);
    return vector ? broadcast(value) : value;
  };
  if (vector && !varying)
    condition = broadcast(condition);
  Value value = arith::SelectOp::create(emitter.builder, emitter.location, condition, operand(a), operand(b));
  return {value, vector, false, 0, unite(a.range, b.range)};
}

Scalar ExpressionEmitter::emitIf(IfOp choice) {
  Scalar condition = get(choice.getCondition());
  if (std::optional<int64_t> known = FunctionEmitter::constantOf(condition.value))
    return emitRegion(*known ? choice.getThenRegion() : choice.getElseRegion(), {}).front();
  ObjectType type = objectOf(choice.getResult());
  bool cheap = isCheap(choice.getThenRegion()) && isCheap(choice.getElseRegion());
  if (cheap || condition.varying) {
    if (!cheap)
      fail();
    Scalar a = emitRegion(choice.getThenRegion(), {}).front(),
           b = emitRegion(choice.getElseRegion(), {}).front();
    return select(condition.value, condition.varying, a, b, type);
  }
  // The width of an integer is not known before the branches are written: they give 128 bits.
  bool integer = !type.isReal() && !type.isBool();
  if (integer && lanes > 1)
    fail();
  Type compute = integer ? Type(emitter.builder.getIntegerType(128)) : emitter.computeType(type);
  if (lanes > 1)
    compute = VectorType::get({lanes}, compute);
  auto op = scf::IfOp::create(emitter.builder, emitter.location, TypeRange(compute), condition.value, true);
  OpBuilder::InsertionGuard guard(emitter.builder);
  IntegerRange range{0, 0};
  auto branch = [&](Block *block, Region &region, bool first) {
    emitter.builder.setInsertionPointToStart(block);
    Scalar value = emitRegion(region, {}).front();
    range = first ? value.range : unite(range, value.range);
    Value result = integer ? asWide(value, true) : materialize(value, type);
    scf::YieldOp::create(emitter.builder, emitter.location, result);
  };
  branch(op.thenBlock(), choice.getThenRegion(), true);
  branch(op.elseBlock(), choice.getElseRegion(), false);
  emitter.builder.setInsertionPointAfter(op);
  Scalar result{op.getResult(0), lanes > 1, false, 0, range};
  if (integer && range.fits64())
    result.value = asWide(result, false);
  return result;
}

Scalar ExpressionEmitter::emitCheck(CheckOp check) {
  Scalar condition = get(check.getCondition());
  if (emitter.unchecked)
    return get(check.getValue());
  if (condition.varying) {
    fail();
    return get(check.getValue());
  }
  StringRef name = check.getKind() == ContractKind::requires_ ? "contract.requires" : "contract.ensures";
  unsigned site = emitter.site(name, "`" + check.getText() + "` does not hold", check.getLoc());
  Value broken =
      arith::XOrIOp::create(emitter.builder, emitter.location, condition.value, emitter.truth(true));
  emitter.failWhen(broken, site, {});
  return get(check.getValue());
}

} // namespace weft
