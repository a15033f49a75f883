// Functions of integers, as if exact: the range of the result decides how wide it is computed.
#include "compiler/target/cpu/ExpressionEmitter.h"

using namespace mlir;

namespace weft {

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
  // A product needs both factors in 64 bits, so that it fits 128; a sum of two products may not.
  auto fitted = [&](Scalar side, unsigned bits) {
    if (isMultiply ? side.range.fits64() : side.range.fitsMagnitude(bits))
      return side;
    return held(side, ObjectType::get(builder.getContext(), "i64"), apply.getLoc());
  };
  a = fitted(a, 126);
  b = fitted(b, a.range.fitsMagnitude(125) ? 126 : 125);
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
  b = held(b, i64, apply.getLoc());
  if (!a.range.fits64())
    return emitLongDivision(apply, a, b);
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
} // namespace weft
