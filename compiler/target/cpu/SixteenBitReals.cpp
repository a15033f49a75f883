#include "compiler/target/cpu/SixteenBitReals.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace weft {

namespace {

/// The bits of f32 that an f16 does not have.
constexpr int64_t lostBits = 13;

/// One conversion, of a number or of a vector of them.
class Conversion {
public:
  explicit Conversion(Operation *op)
      : op(op), builder(op), location(op->getLoc()), from(op->getOperand(0).getType()),
        to(op->getResult(0).getType()), value(op->getOperand(0)) {}

  /// Also between f64 and 16 bits, by way of f32.
  void splitDouble();
  void expandHalf();

private:
  Type like(Type element) {
    auto vector = dyn_cast<VectorType>(from);
    return vector ? Type(VectorType::get(vector.getShape(), element)) : element;
  }
  Type bits(unsigned width) { return like(builder.getIntegerType(width)); }
  Type single() { return like(builder.getF32Type()); }
  Value number(int64_t value, unsigned width = 32) {
    Type type = bits(width);
    Attribute one = builder.getIntegerAttr(builder.getIntegerType(width), value);
    auto vector = dyn_cast<VectorType>(type);
    TypedAttr all = vector ? TypedAttr(DenseElementsAttr::get(vector, one)) : cast<TypedAttr>(one);
    return arith::ConstantOp::create(builder, location, all);
  }
  template <typename Op> Value make(Value a, Value b) { return Op::create(builder, location, a, b); }
  Value bitcast(Type type, Value a) { return arith::BitcastOp::create(builder, location, type, a); }
  Value select(Value condition, Value a, Value b) {
    return arith::SelectOp::create(builder, location, condition, a, b);
  }
  Value compare(arith::CmpIPredicate predicate, Value a, Value b) {
    return arith::CmpIOp::create(builder, location, predicate, a, b);
  }
  Value compare(arith::CmpFPredicate predicate, Value a, Value b) {
    return arith::CmpFOp::create(builder, location, predicate, a, b);
  }
  Value toOdd();
  Value toHalf();
  Value fromHalf();
  void become(Value result) {
    op->getResult(0).replaceAllUsesWith(result);
    op->erase();
  }

  Operation *op;
  OpBuilder builder;
  Location location;
  Type from, to;
  Value value;
};

// f64 to f32, and where that is not exact, to the one of the two neighbours whose last bit is set: rounding
// once more, to fewer bits, then gives what rounding once would.
Value Conversion::toOdd() {
  Value near = arith::TruncFOp::create(builder, location, single(), value);
  Value back = arith::ExtFOp::create(builder, location, from, near);
  auto magnitude = [&](Value real) {
    return make<arith::AndIOp>(bitcast(bits(64), real), number(std::numeric_limits<int64_t>::max(), 64));
  };
  Value isAbove = compare(arith::CmpIPredicate::ugt, magnitude(back), magnitude(value));
  Value nearBits = bitcast(bits(32), near);
  Value below = select(isAbove, make<arith::SubIOp>(nearBits, number(1)), nearBits);
  Value odd = make<arith::OrIOp>(below, number(1));
  // NaN is equal to nothing, but differs from nothing either.
  return bitcast(single(), select(compare(arith::CmpFPredicate::ONE, back, value), odd, nearBits));
}

void Conversion::splitDouble() {
  if (getElementTypeOrSelf(from).isF64())
    return become(arith::TruncFOp::create(builder, location, to, toOdd()));
  Value wide = arith::ExtFOp::create(builder, location, single(), value);
  become(arith::ExtFOp::create(builder, location, to, wide));
}

// Numbers that f16 has without leading zeros are rounded as integers; smaller ones by an addition that leaves
// their last bit where f16 has its last.
Value Conversion::toHalf() {
  constexpr int64_t infinity = 0x7f800000, tooLarge = 0x47800000, leastNormal = 0x38800000,
                    aligned = 0x3f000000;
  constexpr int64_t rebias = (int64_t(15) - 127) << 23;
  Value all = bitcast(bits(32), value);
  Value magnitude = make<arith::AndIOp>(all, number(0x7fffffff));
  Value sign = make<arith::ShRUIOp>(make<arith::XOrIOp>(all, magnitude), number(16));
  Value isOdd = make<arith::AndIOp>(make<arith::ShRUIOp>(magnitude, number(lostBits)), number(1));
  Value rounded = make<arith::AddIOp>(make<arith::AddIOp>(magnitude, number(rebias + 0xfff)), isOdd);
  Value normal = make<arith::ShRUIOp>(rounded, number(lostBits));
  Value sum = make<arith::AddFOp>(bitcast(single(), magnitude), bitcast(single(), number(aligned)));
  Value small = make<arith::SubIOp>(bitcast(bits(32), sum), number(aligned));
  // The first bits of what NaN holds stay, and it stays quiet.
  Value payload = make<arith::AndIOp>(make<arith::ShRUIOp>(magnitude, number(lostBits)), number(0x3ff));
  Value nan = make<arith::OrIOp>(payload, number(0x7e00));
  Value large = select(compare(arith::CmpIPredicate::ugt, magnitude, number(infinity)), nan, number(0x7c00));
  Value result = select(compare(arith::CmpIPredicate::ult, magnitude, number(leastNormal)), small, normal);
  result = select(compare(arith::CmpIPredicate::uge, magnitude, number(tooLarge)), large, result);
  result = make<arith::OrIOp>(result, sign);
  return bitcast(to, arith::TruncIOp::create(builder, location, bits(16), result));
}

Value Conversion::fromHalf() {
  constexpr int64_t exponent = int64_t(0x7c00) << lostBits, rebias = (int64_t(127) - 15) << 23;
  constexpr int64_t leastNormal = 0x38800000;
  Value all = arith::ExtUIOp::create(builder, location, bits(32), bitcast(bits(16), value));
  Value sign = make<arith::ShLIOp>(make<arith::AndIOp>(all, number(0x8000)), number(16));
  Value magnitude = make<arith::ShLIOp>(make<arith::AndIOp>(all, number(0x7fff)), number(lostBits));
  Value grade = make<arith::AndIOp>(magnitude, number(exponent));
  Value normal = make<arith::AddIOp>(magnitude, number(rebias));
  // Infinity and NaN have the greatest exponent in both.
  Value greatest = make<arith::AddIOp>(normal, number(rebias));
  Value isNan = compare(arith::CmpIPredicate::ugt, magnitude, number(exponent));
  greatest = select(isNan, make<arith::OrIOp>(greatest, number(0x400000)), greatest);
  // Without a leading one: that of the least normal number is put there and taken away.
  Value shifted = bitcast(single(), make<arith::AddIOp>(magnitude, number(leastNormal)));
  Value small = bitcast(bits(32), make<arith::SubFOp>(shifted, bitcast(single(), number(leastNormal))));
  Value result = select(compare(arith::CmpIPredicate::eq, grade, number(exponent)), greatest, normal);
  result = select(compare(arith::CmpIPredicate::eq, grade, number(0)), small, result);
  return bitcast(single(), make<arith::OrIOp>(result, sign));
}

void Conversion::expandHalf() { become(isa<arith::TruncFOp>(op) ? toHalf() : fromHalf()); }

bool converts(Operation *op, llvm::function_ref<bool(Type, Type)> between) {
  return isa<arith::ExtFOp, arith::TruncFOp>(op) && between(getElementTypeOrSelf(op->getOperand(0).getType()),
                                                            getElementTypeOrSelf(op->getResult(0).getType()));
}

SmallVector<Operation *> conversions(ModuleOp module, llvm::function_ref<bool(Type, Type)> between) {
  SmallVector<Operation *> found;
  module.walk([&](Operation *op) {
    if (converts(op, between))
      found.push_back(op);
  });
  return found;
}

} // namespace

LogicalResult expandSixteenBitReals(ModuleOp module, const CpuTarget &target) {
  auto isShort = [](Type type) { return type.isF16() || type.isBF16(); };
  for (Operation *op : conversions(
           module, [&](Type a, Type b) { return (a.isF64() && isShort(b)) || (b.isF64() && isShort(a)); }))
    Conversion(op).splitDouble();
  if (!target.convertsHalf)
    for (Operation *op : conversions(module, [](Type a, Type b) { return a.isF16() || b.isF16(); }))
      Conversion(op).expandHalf();
  // Everywhere: AVX-512's own instruction flushes denormal numbers.
  SmallVector<Operation *> brain =
      conversions(module, [](Type a, Type b) { return a.isBF16() || b.isBF16(); });
  if (brain.empty())
    return success();
  RewritePatternSet patterns(module.getContext());
  arith::populateExpandBFloat16Patterns(patterns);
  return applyOpPatternsGreedily(brain, std::move(patterns));
}

} // namespace weft
