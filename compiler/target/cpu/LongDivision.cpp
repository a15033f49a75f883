// Division of more than 64 bits, which the machine has not: a bit at a time where the dividend needs them.
#include "compiler/target/cpu/ExpressionEmitter.h"

using namespace mlir;

namespace weft {

namespace {

class LongDivision {
public:
  LongDivision(FunctionEmitter &emitter, Value dividend, Value divisor)
      : emitter(emitter), builder(emitter.builder), location(emitter.location),
        wide(emitter.builder.getIntegerType(128)), narrow(emitter.builder.getI64Type()), dividend(dividend),
        divisor(divisor) {}

  /// The quotient, rounded down, and what is left, of a positive divisor; in 128 bits.
  SmallVector<Value> write() {
    Value isShort = both(fits(dividend), fits(divisor));
    auto choice = scf::IfOp::create(builder, location, TypeRange{wide, wide}, isShort, true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(choice.thenBlock());
    scf::YieldOp::create(builder, location, inMachineWords());
    builder.setInsertionPointToStart(choice.elseBlock());
    scf::YieldOp::create(builder, location, bitByBit());
    return choice.getResults();
  }

private:
  Value constant(int64_t value) { return widened(emitter.constant(value)); }
  Value compare(arith::CmpIPredicate predicate, Value a, Value b) {
    return arith::CmpIOp::create(builder, location, predicate, a, b);
  }
  Value select(Value condition, Value a, Value b) {
    return arith::SelectOp::create(builder, location, condition, a, b);
  }
  Value both(Value a, Value b) { return arith::AndIOp::create(builder, location, a, b); }
  Value widened(Value value) { return arith::ExtSIOp::create(builder, location, wide, value); }
  Value narrowed(Value value) { return arith::TruncIOp::create(builder, location, narrow, value); }
  Value fits(Value value) { return compare(arith::CmpIPredicate::eq, widened(narrowed(value)), value); }

  SmallVector<Value> inMachineWords() {
    Value x = narrowed(dividend), d = narrowed(divisor), zero = emitter.constant(0);
    Value quotient = arith::DivSIOp::create(builder, location, x, d);
    Value rest = arith::RemSIOp::create(builder, location, x, d);
    Value isBelow = compare(arith::CmpIPredicate::slt, rest, zero);
    Value lower = arith::SubIOp::create(builder, location, quotient, emitter.constant(1));
    Value shifted = arith::AddIOp::create(builder, location, rest, d);
    return {widened(select(isBelow, lower, quotient)), widened(select(isBelow, shifted, rest))};
  }

  // Of −1 − x where x is negative: ⌊x / d⌋ = −1 − ⌊(−1 − x) / d⌋, and what is left is d − 1 less what is
  // there.
  SmallVector<Value> bitByBit() {
    Value zero = constant(0), one = constant(1), ones = constant(-1);
    Value isNegative = compare(arith::CmpIPredicate::slt, dividend, zero);
    Value flipped = arith::XOrIOp::create(builder, location, dividend, ones);
    SmallVector<Value> initial{zero, zero, select(isNegative, flipped, dividend)};
    SmallVector<Value> done =
        emitter.loop(emitter.constant(0), emitter.constant(128), 1, initial, [&](Value, ValueRange carried) {
          Value top = arith::ShRUIOp::create(builder, location, carried[2], constant(127));
          Value twice = arith::ShLIOp::create(builder, location, carried[0], one);
          Value rest = arith::OrIOp::create(builder, location, twice, top);
          Value holds = compare(arith::CmpIPredicate::uge, rest, divisor);
          Value less = arith::SubIOp::create(builder, location, rest, divisor);
          Value quotient = arith::ShLIOp::create(builder, location, carried[1], one);
          Value more = arith::OrIOp::create(builder, location, quotient, one);
          Value next = arith::ShLIOp::create(builder, location, carried[2], one);
          return SmallVector<Value>{select(holds, less, rest), select(holds, more, quotient), next};
        });
    Value last = arith::SubIOp::create(builder, location, divisor, one);
    Value left = arith::SubIOp::create(builder, location, last, done[0]);
    Value below = arith::XOrIOp::create(builder, location, done[1], ones);
    return {select(isNegative, below, done[1]), select(isNegative, left, done[0])};
  }

  FunctionEmitter &emitter;
  OpBuilder &builder;
  Location location;
  Type wide, narrow;
  Value dividend, divisor;
};

} // namespace

// By a negative divisor both are turned around: ⌊a / b⌋ = ⌊−a / −b⌋, and a mod b = −(−a mod −b).
Scalar ExpressionEmitter::emitLongDivision(ApplyOp apply, Scalar a, Scalar b) {
  OpBuilder &builder = emitter.builder;
  Location location = emitter.location;
  if (lanes > 1 && (a.varying || b.varying)) {
    fail();
    return a;
  }
  auto constant = [&](int64_t value) { return asWide(uniform(emitter.constant(value)), true); };
  Value x = asWide(a, true), y = asWide(b, true), zero = constant(0);
  if (b.range.low <= 0 && b.range.high >= 0) {
    Value isZero = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq, y, zero);
    emitter.failWhen(isZero, emitter.site("number.divide", "an integer is divided by zero", apply.getLoc()),
                     {});
    y = arith::SelectOp::create(builder, location, isZero, constant(1), y);
  }
  Value isNegative = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::slt, y, zero);
  auto turned = [&](Value value) -> Value {
    Value negative = arith::SubIOp::create(builder, location, zero, value);
    return arith::SelectOp::create(builder, location, isNegative, negative, value);
  };
  SmallVector<Value> parts = LongDivision(emitter, turned(x), turned(y)).write();
  if (apply.getFunction() == Function::div) {
    IntegerRange range{std::min(a.range.low, -a.range.high), std::max(a.range.high, -a.range.low)};
    return uniform(parts[0], range);
  }
  IntegerRange range{std::min<Wide>(b.range.low + 1, 0), std::max<Wide>(b.range.high - 1, 0)};
  return uniform(asWide(uniform(turned(parts[1]), range), false), range);
}

} // namespace weft
