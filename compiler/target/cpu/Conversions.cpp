// From one element type to another, and what a type holds of a value.
#include "compiler/target/cpu/ExpressionEmitter.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

Scalar ExpressionEmitter::held(Scalar value, ObjectType type, Location where) {
  if (type.isReal()) {
    Type storage = emitter.storageType(type), compute = emitter.computeType(type);
    if (storage == compute)
      return value;
    auto like = [&](Type element) {
      auto vector = dyn_cast<VectorType>(value.value.getType());
      return vector ? Type(VectorType::get(vector.getShape(), element)) : element;
    };
    Value rounded = arith::TruncFOp::create(emitter.builder, emitter.location, like(storage), value.value);
    value.value = arith::ExtFOp::create(emitter.builder, emitter.location, like(compute), rounded);
    return value;
  }
  IntegerRange range = FunctionEmitter::rangeOf(type);
  if (!type.isInteger() || value.range.within(range))
    return value;
  if (value.varying) {
    fail();
    return value;
  }
  bool wide = !value.range.fits64();
  Value number = asWide(value, wide);
  if (!emitter.unchecked) {
    auto bound = [&](Wide limit) {
      return asWide(uniform(emitter.constant(static_cast<int64_t>(limit))), wide);
    };
    Value low = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::slt, number,
                                      bound(range.low));
    Value high = arith::CmpIOp::create(emitter.builder, emitter.location, arith::CmpIPredicate::sgt, number,
                                       bound(range.high));
    Value outside = arith::OrIOp::create(emitter.builder, emitter.location, low, high);
    unsigned site = emitter.site("number.overflow",
                                 "the value does not fit `" + type.getElement().getValue() + "`", where);
    emitter.failWhen(outside, site, {});
  }
  return uniform(asWide({number, false, false, 0, {0, 0}}, false), range);
}

Scalar ExpressionEmitter::emitConvert(ConvertOp convert) {
  OpBuilder &builder = emitter.builder;
  Scalar value = get(convert.getValue());
  ObjectType from = objectOf(convert.getValue()), to = objectOf(convert.getResult());
  auto like = [&](Type element) {
    auto vector = dyn_cast<VectorType>(value.value.getType());
    return vector ? Type(VectorType::get(vector.getShape(), element)) : element;
  };
  bool fromInteger = !from.isReal() && !from.isBool();
  if (to.isReal()) {
    Type compute = emitter.computeType(to), storage = emitter.storageType(to);
    bool isShort = storage != compute;
    // Sixteen bits are rounded to once, from as many as there are.
    auto rounded = [&](Value number) {
      value.value = arith::TruncFOp::create(builder, emitter.location, like(storage), number);
      value.value = arith::ExtFOp::create(builder, emitter.location, like(compute), value.value);
      return value;
    };
    if (from.isReal()) {
      unsigned before = getElementTypeOrSelf(value.value.getType()).getIntOrFloatBitWidth();
      if (isShort)
        return rounded(value.value);
      unsigned after = compute.getIntOrFloatBitWidth();
      if (before < after)
        value.value = arith::ExtFOp::create(builder, emitter.location, like(compute), value.value);
      else if (before > after)
        value.value = arith::TruncFOp::create(builder, emitter.location, like(compute), value.value);
      return value;
    }
    if (fromInteger)
      value.value = asWide(value, !value.range.fits64());
    bool vector = isa<VectorType>(value.value.getType());
    Type exact = like(isShort ? builder.getF64Type() : compute);
    Value number = from.isBool()
                       ? Value(arith::UIToFPOp::create(builder, emitter.location, exact, value.value))
                       : Value(arith::SIToFPOp::create(builder, emitter.location, exact, value.value));
    value = {number, vector, false, 0, {0, 0}};
    return isShort ? rounded(number) : value;
  }
  if (to.isBool())
    return value;
  if (from.isBool()) {
    value.value = arith::ExtUIOp::create(builder, emitter.location, like(builder.getI64Type()), value.value);
    value.range = {0, 1};
    return value;
  }
  if (fromInteger)
    return held(value, to, convert.getLoc());
  if (value.varying) {
    fail();
    return value;
  }
  // Towards zero. What lies outside 64 bits, or is no number, fits no integer type.
  IntegerRange range = FunctionEmitter::rangeOf(to);
  Type type = value.value.getType();
  Value low =
      arith::CmpFOp::create(builder, emitter.location, arith::CmpFPredicate::OGT, value.value,
                            emitter.real(static_cast<double>(range.low) -
                                             (range.fits64() && range.low > IntegerRange::i64().low ? 1 : 0),
                                         type));
  if (range.low == IntegerRange::i64().low)
    low = arith::CmpFOp::create(builder, emitter.location, arith::CmpFPredicate::OGE, value.value,
                                emitter.real(static_cast<double>(range.low), type));
  Value high = arith::CmpFOp::create(builder, emitter.location, arith::CmpFPredicate::OLT, value.value,
                                     emitter.real(static_cast<double>(range.high) + 1, type));
  Value inside = arith::AndIOp::create(builder, emitter.location, low, high);
  Value outside = arith::XOrIOp::create(builder, emitter.location, inside, emitter.truth(true));
  unsigned site = emitter.site(
      "number.overflow", "the value does not fit `" + to.getElement().getValue() + "`", convert.getLoc());
  emitter.failWhen(outside, site, {});
  Value safe = arith::SelectOp::create(builder, emitter.location, inside, value.value, emitter.real(0, type));
  return uniform(arith::FPToSIOp::create(builder, emitter.location, builder.getI64Type(), safe), range);
}

Scalar ExpressionEmitter::emitIndex(IndexOp index) {
  Scalar number = get(index.getNumber());
  ObjectType type = objectOf(index.getResult());
  if (index.getProved()) {
    bool wide = getElementTypeOrSelf(number.value.getType()).getIntOrFloatBitWidth() > 64;
    if (wide)
      number = uniform(asWide(number, false));
    number.range = emitter.rangeOfIndex(type);
    return number;
  }
  if (number.varying) {
    fail();
    return number;
  }
  OpBuilder &builder = emitter.builder;
  bool wide = number.value.getType().getIntOrFloatBitWidth() > 64;
  Value value = asWide(number, wide);
  Value size = emitter.sizeOf(type.getElement().getValue());
  Value low = arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::slt, value,
                                    asWide(uniform(emitter.constant(0)), wide));
  Value high = arith::CmpIOp::create(builder, emitter.location, arith::CmpIPredicate::sge, value,
                                     asWide(uniform(size), wide));
  Value outside = arith::OrIOp::create(builder, emitter.location, low, high);
  unsigned site =
      emitter.site("index.range", "{0} is no index of `" + type.getElement().getValue() + "`, which has {1}",
                   index.getLoc());
  emitter.failWhen(outside, site, {value, size});
  Value narrow = asWide({value, false, false, 0, {0, 0}}, false);
  return uniformIndex(
      arith::SelectOp::create(builder, emitter.location, outside, emitter.constant(0), narrow));
}
} // namespace weft
