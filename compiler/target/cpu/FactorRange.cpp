#include "compiler/target/cpu/FactorRange.h"
#include "compiler/target/cpu/ExpressionEmitter.h"

using namespace mlir;

namespace weft {

namespace {

// Each step keeps the least and the greatest of what is no NaN, and whether something was.
struct Seen {
  Value low, high, nan;
  SmallVector<Value> values() const { return {low, high, nan}; }
};

class RangeReader {
public:
  RangeReader(FunctionEmitter &emitter, const Buffer &buffer)
      : emitter(emitter), buffer(buffer), element(emitter.storageType(buffer.type)),
        lanes(emitter.target.lanes(emitter.elementBytes(buffer.type))) {}

  FactorRange read() {
    Seen seen = nothing(1);
    if (emitter.isContiguous(buffer)) {
      Value count = emitter.constant(1);
      for (StringAttr axis : buffer.type.getAxes())
        count = emitter.multiply(count, emitter.sizeOf(axis.getValue()));
      seen = line(buffer.base, emitter.constant(1), count, seen);
    } else {
      seen = nest(0, emitter.constant(0), seen);
    }
    Value none = emitter.real(std::numeric_limits<double>::quiet_NaN(), element);
    return {select(seen.nan, none, seen.low), select(seen.nan, none, seen.high)};
  }

private:
  Value select(Value condition, Value a, Value b) {
    return arith::SelectOp::create(emitter.builder, emitter.location, condition, a, b);
  }
  Value compare(arith::CmpFPredicate predicate, Value a, Value b) {
    return arith::CmpFOp::create(emitter.builder, emitter.location, predicate, a, b);
  }

  Seen nothing(unsigned count) {
    ExpressionEmitter all(emitter, count);
    double infinity = std::numeric_limits<double>::infinity();
    return {all.materialize({emitter.real(infinity, element)}),
            all.materialize({emitter.real(-infinity, element)}), all.materialize({emitter.truth(false)})};
  }

  // Comparisons with NaN are false.
  Seen with(const Seen &seen, Value x) {
    return {select(compare(arith::CmpFPredicate::OLT, x, seen.low), x, seen.low),
            select(compare(arith::CmpFPredicate::OGT, x, seen.high), x, seen.high),
            arith::OrIOp::create(emitter.builder, emitter.location, seen.nan,
                                 compare(arith::CmpFPredicate::UNO, x, x))};
  }

  Seen nest(unsigned axis, Value offset, Seen seen) {
    Value size = emitter.sizeOf(buffer.type.getAxes()[axis].getValue()), stride = buffer.strides[axis];
    if (axis + 1 == buffer.type.rank())
      return line(emitter.address(buffer.base, offset, element), stride, size, seen);
    return carried(emitter.loop(emitter.constant(0), size, 1, seen.values(), [&](Value i, ValueRange inner) {
      return nest(axis + 1, emitter.add(offset, emitter.multiply(i, stride)), carried(inner)).values();
    }));
  }

  static Seen carried(ValueRange values) { return {values[0], values[1], values[2]}; }

  Value load(Value base, Value at, unsigned count) {
    Type type = count > 1 ? Type(VectorType::get({count}, element)) : element;
    return LLVM::LoadOp::create(emitter.builder, emitter.location, type, emitter.address(base, at, element),
                                emitter.elementBytes(buffer.type));
  }

  Seen line(Value base, Value stride, Value size, Seen seen) {
    Value done = emitter.constant(0);
    if (FunctionEmitter::constantOf(stride) == 1) {
      int64_t step = int64_t(lanes) * sets;
      Value rest = arith::RemUIOp::create(emitter.builder, emitter.location, size, emitter.constant(step));
      Value end = emitter.subtract(size, rest);
      SmallVector<Value> all;
      for (unsigned set = 0; set < sets; ++set)
        all.append(nothing(lanes).values());
      all = emitter.loop(done, end, step, all, [&](Value i, ValueRange inner) {
        SmallVector<Value> next;
        for (unsigned set = 0; set < sets; ++set) {
          Value x = load(base, emitter.add(i, emitter.constant(set * lanes)), lanes);
          next.append(with(carried(inner.slice(3 * set, 3)), x).values());
        }
        return next;
      });
      for (unsigned set = 0; set < sets; ++set)
        seen = joined(seen, carried(ValueRange(all).slice(3 * set, 3)));
      done = end;
    }
    return carried(emitter.loop(done, size, 1, seen.values(), [&](Value i, ValueRange inner) {
      return with(carried(inner), load(base, emitter.multiply(i, stride), 1)).values();
    }));
  }

  Seen joined(const Seen &seen, const Seen &vectors) {
    OpBuilder &builder = emitter.builder;
    Value low = LLVM::vector_reduce_fmin::create(builder, emitter.location, element, vectors.low),
          high = LLVM::vector_reduce_fmax::create(builder, emitter.location, element, vectors.high),
          nan = LLVM::vector_reduce_or::create(builder, emitter.location, builder.getI1Type(), vectors.nan);
    Seen both = with(with(seen, low), high);
    both.nan = arith::OrIOp::create(builder, emitter.location, both.nan, nan);
    return both;
  }

  static constexpr unsigned sets = 4; // so that none waits for another

  FunctionEmitter &emitter;
  const Buffer &buffer;
  Type element;
  unsigned lanes;
};

} // namespace

void FactorRange::store(FunctionEmitter &emitter, Value memory) const {
  LLVM::StoreOp::create(emitter.builder, emitter.location, low, memory);
  LLVM::StoreOp::create(emitter.builder, emitter.location, high,
                        emitter.address(memory, emitter.constant(1), high.getType()));
}

FactorRange FactorRange::load(FunctionEmitter &emitter, Value memory, Type element) {
  auto number = [&](int64_t i) -> Value {
    return LLVM::LoadOp::create(emitter.builder, emitter.location, element,
                                emitter.address(memory, emitter.constant(i), element));
  };
  return {number(0), number(1)};
}

FactorRange emitFactorRange(FunctionEmitter &emitter, const Buffer &buffer) {
  return RangeReader(emitter, buffer).read();
}

Value emitExcludesNan(FunctionEmitter &emitter, Function function, const FactorRange &a,
                      const FactorRange &b) {
  Type element = a.low.getType();
  Value zero = emitter.real(0, element),
        infinity = emitter.real(std::numeric_limits<double>::infinity(), element),
        negative = emitter.real(-std::numeric_limits<double>::infinity(), element);
  auto is = [&](arith::CmpFPredicate predicate, Value x, Value y) -> Value {
    return arith::CmpFOp::create(emitter.builder, emitter.location, predicate, x, y);
  };
  auto both = [&](Value x, Value y) -> Value {
    return arith::AndIOp::create(emitter.builder, emitter.location, x, y);
  };
  auto either = [&](Value x, Value y) -> Value {
    return arith::OrIOp::create(emitter.builder, emitter.location, x, y);
  };
  using Predicate = arith::CmpFPredicate;
  Value ordered = is(Predicate::ORD, a.low, b.low);
  Value bad;
  if (function == Function::add)
    bad = either(both(is(Predicate::OEQ, a.high, infinity), is(Predicate::OEQ, b.low, negative)),
                 both(is(Predicate::OEQ, a.low, negative), is(Predicate::OEQ, b.high, infinity)));
  else if (function == Function::sub)
    bad = either(both(is(Predicate::OEQ, a.high, infinity), is(Predicate::OEQ, b.high, infinity)),
                 both(is(Predicate::OEQ, a.low, negative), is(Predicate::OEQ, b.low, negative)));
  else if (function == Function::mul) {
    auto hasInfinity = [&](const FactorRange &r) {
      return either(is(Predicate::OEQ, r.high, infinity), is(Predicate::OEQ, r.low, negative));
    };
    auto mayHaveZero = [&](const FactorRange &r) {
      return both(is(Predicate::OLE, r.low, zero), is(Predicate::OGE, r.high, zero));
    };
    bad = either(both(hasInfinity(a), mayHaveZero(b)), both(hasInfinity(b), mayHaveZero(a)));
  } else {
    return ordered;
  }
  return both(ordered, arith::XOrIOp::create(emitter.builder, emitter.location, bad, emitter.truth(true)));
}

} // namespace weft
