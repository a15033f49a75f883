// Functions of scalars: reals in IEEE arithmetic, integers as if exact.
#include "compiler/target/cpu/ExpressionEmitter.h"
#include "compiler/target/cpu/MathFunctions.h"

using namespace mlir;

namespace weft {

static ObjectType objectOf(Value value) { return cast<ObjectType>(value.getType()); }

static bool isComparison(Function function) { return function >= Function::eq && function <= Function::ge; }

Scalar ExpressionEmitter::emitApply(ApplyOp apply) {
  Function function = apply.getFunction();
  ObjectType type = objectOf(apply.getValues().back());
  if (isComparison(function))
    return emitComparison(apply);
  if (function == Function::select) {
    Scalar condition = get(apply.getValues()[0]);
    return select(condition.value, condition.varying, get(apply.getValues()[1]), get(apply.getValues()[2]),
                  type);
  }
  if (!type.isBool())
    return type.isReal() ? emitRealApply(apply) : emitIntegerApply(apply);
  SmallVector<Scalar> operands = llvm::map_to_vector(apply.getValues(), [&](Value v) { return get(v); });
  bool varying = llvm::any_of(operands, [](const Scalar &s) { return s.varying; });
  auto operand = [&](unsigned i) { return varying ? broadcast(operands[i].value) : operands[i].value; };
  OpBuilder &builder = emitter.builder;
  Value result;
  if (function == Function::and_)
    result = arith::AndIOp::create(builder, emitter.location, operand(0), operand(1));
  else if (function == Function::or_)
    result = arith::OrIOp::create(builder, emitter.location, operand(0), operand(1));
  else
    result = arith::XOrIOp::create(builder, emitter.location, operand(0),
                                   varying ? broadcast(emitter.truth(true)) : emitter.truth(true));
  return {result, varying, false, 0, {0, 0}};
}

Scalar ExpressionEmitter::emitRealApply(ApplyOp apply) {
  OpBuilder &builder = emitter.builder;
  Location location = emitter.location;
  SmallVector<Scalar> operands = llvm::map_to_vector(apply.getValues(), [&](Value v) { return get(v); });
  bool varying = llvm::any_of(operands, [](const Scalar &s) { return s.varying; });
  SmallVector<Value> v;
  for (const Scalar &operand : operands)
    v.push_back(varying ? broadcast(operand.value) : operand.value);
  auto result = [&](Value value) { return Scalar{value, varying, false, 0, {0, 0}}; };
  // Of 0 and −0 either may be the smaller.
  auto anyZero = arith::FastMathFlags::nsz;
  switch (apply.getFunction()) {
  case Function::add:
    return result(arith::AddFOp::create(builder, location, v[0], v[1]));
  case Function::sub:
    return result(arith::SubFOp::create(builder, location, v[0], v[1]));
  case Function::mul:
    return result(arith::MulFOp::create(builder, location, v[0], v[1]));
  case Function::divide:
    return result(arith::DivFOp::create(builder, location, v[0], v[1]));
  case Function::neg:
    return result(arith::NegFOp::create(builder, location, v[0]));
  case Function::abs:
    return result(LLVM::FAbsOp::create(builder, location, v[0]));
  case Function::floor:
    return result(LLVM::FFloorOp::create(builder, location, v[0]));
  case Function::min:
    return result(withoutNan ? orderedExtreme(arith::CmpFPredicate::OLT, v)
                             : arith::MinimumFOp::create(builder, location, v[0], v[1], anyZero));
  case Function::max:
    return result(withoutNan ? orderedExtreme(arith::CmpFPredicate::OGT, v)
                             : arith::MaximumFOp::create(builder, location, v[0], v[1], anyZero));
  case Function::sqrt:
    return result(LLVM::SqrtOp::create(builder, location, v[0]));
  case Function::rsqrt: {
    Value one = emitter.real(1, getElementTypeOrSelf(v[0].getType()));
    Value root = LLVM::SqrtOp::create(builder, location, v[0]);
    return result(arith::DivFOp::create(builder, location, varying ? broadcast(one) : one, root));
  }
  default:
    return result(emitMath(emitter, apply.getFunction(), v));
  }
}

// The processor's own minimum or maximum: the second operand where the comparison fails.
Value ExpressionEmitter::orderedExtreme(arith::CmpFPredicate predicate, ArrayRef<Value> v) {
  Value first = arith::CmpFOp::create(emitter.builder, emitter.location, predicate, v[0], v[1]);
  return arith::SelectOp::create(emitter.builder, emitter.location, first, v[0], v[1]);
}

static arith::CmpIPredicate integerPredicate(Function function) {
  switch (function) {
  case Function::eq:
    return arith::CmpIPredicate::eq;
  case Function::ne:
    return arith::CmpIPredicate::ne;
  case Function::lt:
    return arith::CmpIPredicate::slt;
  case Function::le:
    return arith::CmpIPredicate::sle;
  case Function::gt:
    return arith::CmpIPredicate::sgt;
  default:
    return arith::CmpIPredicate::sge;
  }
}

static arith::CmpFPredicate realPredicate(Function function) {
  switch (function) {
  case Function::eq:
    return arith::CmpFPredicate::OEQ;
  case Function::ne:
    return arith::CmpFPredicate::UNE;
  case Function::lt:
    return arith::CmpFPredicate::OLT;
  case Function::le:
    return arith::CmpFPredicate::OLE;
  case Function::gt:
    return arith::CmpFPredicate::OGT;
  default:
    return arith::CmpFPredicate::OGE;
  }
}

Scalar ExpressionEmitter::emitComparison(ApplyOp apply) {
  Scalar a = get(apply.getValues()[0]), b = get(apply.getValues()[1]);
  ObjectType type = objectOf(apply.getValues()[0]);
  bool varying = a.varying || b.varying;
  bool integer = !type.isReal() && !type.isBool();
  bool wide = integer && (!a.range.fits64() || !b.range.fits64());
  auto operand = [&](Scalar side) {
    Value value = integer ? asWide(side, wide) : side.value;
    return varying ? broadcast(value) : value;
  };
  Value left = operand(a), right = operand(b);
  Value result = type.isReal()
                     ? Value(arith::CmpFOp::create(emitter.builder, emitter.location,
                                                   realPredicate(apply.getFunction()), left, right))
                     : Value(arith::CmpIOp::create(emitter.builder, emitter.location,
                                                   integerPredicate(apply.getFunction()), left, right));
  return {result, varying, false, 0, {0, 0}};
}

// Integers: the range of the result decides how wide it is computed.

static bool isZeroStep(const Scalar &scalar) { return !scalar.varying || scalar.affine; }

Scalar ExpressionEmitter::emitIntegerApply(ApplyOp apply) {
  OpBuilder &builder = emitter.builder;
  Location location = emitter.location;
  Function function = apply.getFunction();
  Scalar a = get(apply.getValues()[0]);
  Scalar zero = uniform(emitter.constant(0));
  if (function == Function::neg || function == Function::abs) {
    Scalar negative = zero;
    negative.range = zero.range - a.range;
    bool wide = !negative.range.fits64() || !a.range.fits64();
    Value x = asWide(a, wide);
    Value none = asWide(zero, wide);
    negative.value = arith::SubIOp::create(builder, location, a.varying ? broadcast(none) : none, x);
    negative.varying = a.varying;
    if (function == Function::neg)
      return negative;
    Value value = arith::MaxSIOp::create(builder, location, x, negative.value);
    return {value, a.varying, false, 0, {0, std::max(a.range.high, negative.range.high)}};
  }
  Scalar b = get(apply.getValues()[1]);
  if (function == Function::div || function == Function::mod)
    return emitDivision(apply, a, b);
  bool isMultiply = function == Function::mul;
  // A product needs both factors in 64 bits, so that it fits 128.
  auto fitted = [&](Scalar side) {
    if (isMultiply ? side.range.fits64() : side.range.fits128())
      return side;
    return held(side, ObjectType::get(builder.getContext(), "i64"), apply.getLoc());
  };
  a = fitted(a);
  b = fitted(b);
  IntegerRange range;
  switch (function) {
  case Function::add:
    range = a.range + b.range;
    break;
  case Function::sub:
    range = a.range - b.range;
    break;
  case Function::mul:
    range = a.range * b.range;
    break;
  case Function::min:
    range = {std::min(a.range.low, b.range.low), std::min(a.range.high, b.range.high)};
    break;
  default:
    range = {std::max(a.range.low, b.range.low), std::max(a.range.high, b.range.high)};
    break;
  }
  // A sum of indices, or an index times a constant, stays a position and a step.
  if (lanes > 1 && (a.varying || b.varying) && range.fits64() && isZeroStep(a) && isZeroStep(b)) {
    int64_t left = a.varying ? a.step : 0, right = b.varying ? b.step : 0;
    std::optional<int64_t> factor = FunctionEmitter::constantOf(a.varying ? b.value : a.value);
    if (function == Function::add)
      return {emitter.add(a.value, b.value), true, true, left + right, range};
    if (function == Function::sub)
      return {emitter.subtract(a.value, b.value), true, true, left - right, range};
    if (isMultiply && a.varying != b.varying && factor)
      return {emitter.multiply(a.value, b.value), true, true, (left + right) * *factor, range};
  }
  bool varying = a.varying || b.varying;
  bool wide = !range.fits64() || !a.range.fits64() || !b.range.fits64();
  auto operand = [&](Scalar side) {
    Value value = asWide(side, wide);
    return varying ? broadcast(value) : value;
  };
  Value x = operand(a), y = operand(b), value;
  if (function == Function::add)
    value = varying || wide ? Value(arith::AddIOp::create(builder, location, x, y)) : emitter.add(x, y);
  else if (function == Function::sub)
    value = varying || wide ? Value(arith::SubIOp::create(builder, location, x, y)) : emitter.subtract(x, y);
  else if (isMultiply)
    value = varying || wide ? Value(arith::MulIOp::create(builder, location, x, y)) : emitter.multiply(x, y);
  else if (function == Function::min)
    value = arith::MinSIOp::create(builder, location, x, y);
  else
    value = arith::MaxSIOp::create(builder, location, x, y);
  if (wide && varying)
    fail();
  return {value, varying, false, 0, range};
}

// Rounds down; the divisor's sign decides that of `mod`. Division by zero is an error; the smallest integer
// by −1 is done as a negation, since the machine's division traps.
Scalar ExpressionEmitter::emitDivision(ApplyOp apply, Scalar a, Scalar b) {
  OpBuilder &builder = emitter.builder;
  Location location = emitter.location;
  ObjectType i64 = ObjectType::get(builder.getContext(), "i64");
  a = held(a, i64, apply.getLoc());
  b = held(b, i64, apply.getLoc());
  bool isMod = apply.getFunction() == Function::mod;
  bool varying = a.varying || b.varying;
  IntegerRange range =
      isMod ? IntegerRange{std::min<Wide>(b.range.low + 1, 0), std::max<Wide>(b.range.high - 1, 0)}
            : IntegerRange{std::min(a.range.low, -a.range.high), std::max(a.range.high, -a.range.low)};
  bool mayBeZero = b.range.low <= 0 && b.range.high >= 0;
  bool mayBeMinusOne = b.range.low <= -1 && b.range.high >= -1;
  if (varying && (mayBeZero || mayBeMinusOne)) {
    fail();
    return a;
  }
  auto operand = [&](Scalar side) {
    Value value = asWide(side, false);
    return varying ? broadcast(value) : value;
  };
  Value x = operand(a), y = operand(b);
  // A sum of two remainders needs no division.
  if (b.range.low == b.range.high && b.range.low > 0 && a.range.low >= 0 && a.range.high < 2 * b.range.low) {
    Value isOnce = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::sge, x, y);
    Value zero = operand(uniform(emitter.constant(0))), one = operand(uniform(emitter.constant(1)));
    Value rest = arith::SubIOp::create(builder, location, x, y);
    Value value = isMod ? arith::SelectOp::create(builder, location, isOnce, rest, x)
                        : arith::SelectOp::create(builder, location, isOnce, one, zero);
    return {value, varying, false, 0, isMod ? range : IntegerRange{0, 1}};
  }
  if (mayBeZero) {
    Value isZero = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq, y, emitter.constant(0));
    emitter.failWhen(isZero, emitter.site("number.divide", "an integer is divided by zero", apply.getLoc()),
                     {});
    y = arith::SelectOp::create(builder, location, isZero, emitter.constant(1), y);
  }
  Value minusOne;
  Value divisor = y;
  if (mayBeMinusOne) {
    minusOne = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq, y, emitter.constant(-1));
    divisor = arith::SelectOp::create(builder, location, minusOne, emitter.constant(1), y);
  }
  Value zero = varying ? broadcast(emitter.constant(0)) : emitter.constant(0);
  Value quotient = arith::DivSIOp::create(builder, location, x, divisor);
  Value remainder = arith::RemSIOp::create(builder, location, x, divisor);
  Value wrongSign = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::slt,
                                          arith::XOrIOp::create(builder, location, remainder, divisor), zero);
  Value inexact = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, remainder, zero);
  Value adjust = arith::AndIOp::create(builder, location, wrongSign, inexact);
  if (isMod) {
    Value shifted = arith::AddIOp::create(builder, location, remainder, divisor);
    return {arith::SelectOp::create(builder, location, adjust, shifted, remainder), varying, false, 0, range};
  }
  Value one = varying ? broadcast(emitter.constant(1)) : emitter.constant(1);
  Value lower = arith::SubIOp::create(builder, location, quotient, one);
  quotient = arith::SelectOp::create(builder, location, adjust, lower, quotient);
  Scalar result{quotient, varying, false, 0, range};
  if (!mayBeMinusOne)
    return result;
  result.value = asWide({quotient, false, false, 0, IntegerRange::i64()}, true);
  Value negative =
      arith::SubIOp::create(builder, location, asWide(uniform(emitter.constant(0)), true), asWide(a, true));
  result.value = arith::SelectOp::create(builder, location, minusOne, negative, result.value);
  return range.fits64() ? uniform(asWide(result, false), range) : result;
}

// Conversions.

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
