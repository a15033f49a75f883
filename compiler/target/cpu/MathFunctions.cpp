// The polynomials are those of the Cephes library (exp, log, tanh) and of N. Juffa's published erff, with
// reductions in fused multiply-adds.
#include "compiler/target/cpu/MathFunctions.h"

using namespace mlir;

namespace weft {

namespace {

// Arithmetic on floats of one shape.
struct Floats {
  FunctionEmitter &emitter;
  Type type;

  Location location() const { return emitter.location; }
  OpBuilder &builder() const { return emitter.builder; }
  Type elementType() const { return getElementTypeOrSelf(type); }
  Type like(Type element) const {
    auto vector = dyn_cast<VectorType>(type);
    return vector ? Type(VectorType::get(vector.getShape(), element)) : element;
  }
  Value splat(double value) const {
    APFloat number(value);
    bool inexact;
    number.convert(cast<FloatType>(elementType()).getFloatSemantics(), APFloat::rmNearestTiesToEven,
                   &inexact);
    TypedAttr attribute = builder().getFloatAttr(elementType(), number);
    if (auto vector = dyn_cast<VectorType>(type))
      attribute = DenseElementsAttr::get(vector, attribute);
    return arith::ConstantOp::create(builder(), location(), attribute);
  }
  Value integer(int32_t value) const {
    TypedAttr attribute = builder().getI32IntegerAttr(value);
    if (auto vector = dyn_cast<VectorType>(like(builder().getI32Type())))
      attribute = DenseElementsAttr::get(vector, attribute);
    return arith::ConstantOp::create(builder(), location(), attribute);
  }
  Value add(Value a, Value b) const { return arith::AddFOp::create(builder(), location(), a, b); }
  Value sub(Value a, Value b) const { return arith::SubFOp::create(builder(), location(), a, b); }
  Value mul(Value a, Value b) const { return arith::MulFOp::create(builder(), location(), a, b); }
  Value div(Value a, Value b) const { return arith::DivFOp::create(builder(), location(), a, b); }
  Value fma(Value a, Value b, Value c) const { return LLVM::FMAOp::create(builder(), location(), a, b, c); }
  Value abs(Value a) const { return LLVM::FAbsOp::create(builder(), location(), a); }
  Value copySign(Value a, Value sign) const {
    return LLVM::CopySignOp::create(builder(), location(), a, sign);
  }
  Value select(Value condition, Value a, Value b) const {
    return arith::SelectOp::create(builder(), location(), condition, a, b);
  }
  Value compare(arith::CmpFPredicate predicate, Value a, Value b) const {
    return arith::CmpFOp::create(builder(), location(), predicate, a, b);
  }
  Value bits(Value a) const {
    return arith::BitcastOp::create(builder(), location(), like(builder().getI32Type()), a);
  }
  Value fromBits(Value a) const { return arith::BitcastOp::create(builder(), location(), type, a); }
  /// c[0]·x^n + … + c[n]
  Value polynomial(Value x, ArrayRef<double> coefficients) const {
    Value result = splat(coefficients.front());
    for (double coefficient : coefficients.drop_front())
      result = fma(result, x, splat(coefficient));
    return result;
  }
};

// 2^(n/2) twice, so that results in the subnormal range and near the largest number come out right.
Value scaleByPowerOfTwo(const Floats &f, Value x, Value n) {
  auto power = [&](Value exponent) {
    Value biased = arith::AddIOp::create(f.builder(), f.location(), exponent, f.integer(127));
    return f.fromBits(arith::ShLIOp::create(f.builder(), f.location(), biased, f.integer(23)));
  };
  Value half = arith::ShRSIOp::create(f.builder(), f.location(), n, f.integer(1));
  Value rest = arith::SubIOp::create(f.builder(), f.location(), n, half);
  return f.mul(f.mul(x, power(half)), power(rest));
}

// Whether numbers are scaled by powers of two in one instruction.
bool scalesByPowers(const Floats &f) {
  auto vector = dyn_cast<VectorType>(f.type);
  return f.emitter.target.vectorBytes == 64 && vector && vector.getNumElements() == 16;
}

// x · 2^n in the lanes of `where`, and 0 in others. `n` is a whole number as a float.
Value scaleWhere(const Floats &f, Value x, Value n, Value where) {
  Value lanes = LLVM::BitcastOp::create(f.builder(), f.location(), f.builder().getI16Type(), where);
  Value asTheModeSays =
      arith::ConstantOp::create(f.builder(), f.location(), f.builder().getI32IntegerAttr(4));
  return LLVM::CallIntrinsicOp::create(f.builder(), f.location(), f.type,
                                       f.builder().getStringAttr("llvm.x86.avx512.mask.scalef.ps.512"),
                                       ValueRange{x, n, f.splat(0), lanes, asTheModeSays})
      .getResults();
}

// e^x = 2^n · e^r
struct ReducedExponent {
  Value shifted; // a number whose low bits are those of n and what was added to it
  Value n;       // as a float
  Value r;
};

// Adding 1.5·2^23 rounds to an integer, which stands in the low bits.
constexpr double roundingTerm = 12582912.0;
constexpr int32_t roundingBits = 0x4B400000;

ReducedExponent reduceExponent(const Floats &f, Value x, int32_t added = 0) {
  Value shifted = f.fma(x, f.splat(1.44269504088896341), f.splat(roundingTerm + added));
  Value n = f.sub(shifted, f.splat(roundingTerm + added));
  Value r = f.fma(n, f.splat(-0.693359375), x);
  return {shifted, n, f.fma(n, f.splat(2.12194440e-4), r)};
}

// (e^r - 1 - r) / r²
constexpr double exponentialTail[] = {1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3,
                                      4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1};

// A processor takes a hundred times as long for products with numbers below the least normal one, and for
// those that come out as 0: lanes where that may be are left out.
Value exponential(const Floats &f, Value x) {
  using Predicate = arith::CmpFPredicate;
  constexpr double logarithmOfNothing = -104;
  // Comparisons with NaN are false: it passes through.
  x = f.select(f.compare(Predicate::OGT, x, f.splat(90)), f.splat(90), x);
  Value counts = f.compare(Predicate::UGE, x, f.splat(logarithmOfNothing));
  ReducedExponent e = reduceExponent(f, x);
  Value p = f.fma(f.fma(f.polynomial(e.r, exponentialTail), e.r, f.splat(1)), e.r, f.splat(1));
  if (scalesByPowers(f))
    return scaleWhere(f, p, e.n, counts);
  Value n = arith::SubIOp::create(f.builder(), f.location(), f.bits(e.shifted), f.integer(roundingBits));
  Value none = f.splat(0);
  return f.select(counts, scaleByPowerOfTwo(f, p, f.select(counts, n, f.bits(none))), none);
}

// The same, but that 0 stands for what is less than 2^-125.5: few steps, most of which do not wait for each
// other.
Value exponentialOrZero(const Floats &f, Value x) {
  using Predicate = arith::CmpFPredicate;
  // Its exponential is infinite, and n is 128, the most that has a power in the form below.
  constexpr double surelyTooLarge = 89;
  x = f.select(f.compare(Predicate::OGT, x, f.splat(surelyTooLarge)), f.splat(surelyTooLarge), x);
  if (scalesByPowers(f)) {
    constexpr double logarithmOfLeast = -86.98997;
    Value counts = f.compare(Predicate::UGE, x, f.splat(logarithmOfLeast));
    ReducedExponent e = reduceExponent(f, x);
    Value p = f.fma(f.fma(f.polynomial(e.r, exponentialTail), e.r, f.splat(1)), e.r, f.splat(1));
    return scaleWhere(f, p, e.n, counts);
  }
  // 2·e^r, with coefficients that are twice as large, times 2^(n - 1): up to infinity. The exponent's bits
  // are those of n + 126; where these are 0, the power is.
  constexpr int32_t mantissaBits = 23, added = 126;
  Value least = f.splat(-added * 0.69314718055994531);
  x = f.select(f.compare(Predicate::OLT, x, least), least, x);
  ReducedExponent e = reduceExponent(f, x, added);
  auto pair = [&](unsigned i) {
    return f.fma(f.splat(2 * exponentialTail[i]), e.r, f.splat(2 * exponentialTail[i + 1]));
  };
  Value square = f.mul(e.r, e.r);
  Value tail = f.fma(f.fma(pair(0), square, pair(2)), square, pair(4));
  Value twice = f.fma(f.fma(tail, e.r, f.splat(2)), e.r, f.splat(2));
  Value power = arith::ShLIOp::create(f.builder(), f.location(), f.bits(e.shifted), f.integer(mantissaBits));
  return f.mul(twice, f.fromBits(power));
}

Value logarithm(const Floats &f, Value x) {
  using Predicate = arith::CmpFPredicate;
  Value subnormal = f.compare(Predicate::OLT, x, f.splat(1.17549435e-38));
  Value scaled = f.select(subnormal, f.mul(x, f.splat(8388608.0)), x);
  // x = 2^e · m with m in [√½, √2)
  Value bits = arith::SubIOp::create(f.builder(), f.location(), f.bits(scaled), f.integer(0x3f3504f3));
  Value exponent = arith::ShRSIOp::create(f.builder(), f.location(), bits, f.integer(23));
  Value mantissa = f.fromBits(arith::AddIOp::create(
      f.builder(), f.location(),
      arith::AndIOp::create(f.builder(), f.location(), bits, f.integer(0x007fffff)), f.integer(0x3f3504f3)));
  Value e = arith::SIToFPOp::create(f.builder(), f.location(), f.type, exponent);
  e = f.sub(e, f.select(subnormal, f.splat(23), f.splat(0)));
  Value r = f.sub(mantissa, f.splat(1));
  Value square = f.mul(r, r);
  Value p =
      f.polynomial(r, {7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
                       -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1});
  Value y = f.mul(f.mul(p, r), square);
  y = f.fma(e, f.splat(-2.12194440e-4), y);
  y = f.fma(square, f.splat(-0.5), y);
  Value result = f.fma(e, f.splat(0.693359375), f.add(r, y));
  double infinity = std::numeric_limits<double>::infinity();
  result = f.select(f.compare(Predicate::OEQ, x, f.splat(infinity)), x, result);
  result = f.select(f.compare(Predicate::OEQ, x, f.splat(0)), f.splat(-infinity), result);
  Value undefined = f.compare(Predicate::ULT, x, f.splat(0));
  return f.select(undefined, f.splat(std::numeric_limits<double>::quiet_NaN()), result);
}

Value hyperbolicTangent(const Floats &f, Value x) {
  Value magnitude = f.abs(x);
  Value square = f.mul(x, x);
  Value p = f.polynomial(
      square, {-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1});
  Value small = f.fma(f.mul(p, square), x, x);
  Value e = exponentialOrZero(f, f.add(magnitude, magnitude));
  Value large = f.sub(f.splat(1), f.div(f.splat(2), f.add(e, f.splat(1))));
  Value isSmall = f.compare(arith::CmpFPredicate::OLT, magnitude, f.splat(0.625));
  return f.select(isSmall, small, f.copySign(large, x));
}

Value errorFunction(const Floats &f, Value x) {
  Value magnitude = f.abs(x), square = f.mul(x, x);
  Value high = f.fma(f.splat(-1.72853470e-5), magnitude, f.splat(3.83197126e-4));
  Value low = f.fma(f.splat(-3.88396438e-3), magnitude, f.splat(2.42546219e-2));
  Value r = f.fma(high, square, low);
  for (double coefficient : {-1.06777877e-1, -6.34846687e-1, -1.28717512e-1})
    r = f.fma(r, magnitude, f.splat(coefficient));
  r = f.fma(r, magnitude, f.sub(f.splat(0), magnitude));
  // Far out the polynomial turns back; erf is 1 there long before.
  r = f.select(f.compare(arith::CmpFPredicate::OGT, magnitude, f.splat(4)), f.splat(-105), r);
  Value large = f.copySign(f.sub(f.splat(1), exponentialOrZero(f, r)), x);
  Value p = f.polynomial(
      square, {-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1});
  Value small = f.fma(p, x, x);
  Value isLarge = f.compare(arith::CmpFPredicate::OGT, magnitude, f.splat(0.927734375));
  return f.select(isLarge, large, small);
}

const char *libraryName(Function function) {
  switch (function) {
  case Function::exp:
    return "exp";
  case Function::log:
    return "log";
  case Function::sin:
    return "sin";
  case Function::cos:
    return "cos";
  case Function::tan:
    return "tan";
  case Function::asin:
    return "asin";
  case Function::acos:
    return "acos";
  case Function::atan:
    return "atan";
  case Function::atan2:
    return "atan2";
  case Function::tanh:
    return "tanh";
  case Function::erf:
    return "erf";
  case Function::pow:
    return "pow";
  default:
    return nullptr;
  }
}

Value callLibrary(const Floats &f, StringRef name, ValueRange arguments) {
  FunctionEmitter &emitter = f.emitter;
  Type element = f.elementType();
  std::string symbol = (name + (element.isF64() ? "" : "f")).str();
  auto function = emitter.output.lookupSymbol<LLVM::LLVMFuncOp>(symbol);
  if (!function) {
    OpBuilder::InsertionGuard guard(f.builder());
    f.builder().setInsertionPointToStart(emitter.output.getBody());
    SmallVector<Type> types(arguments.size(), element);
    function = LLVM::LLVMFuncOp::create(f.builder(), f.location(), symbol,
                                        LLVM::LLVMFunctionType::get(element, types));
  }
  auto vector = dyn_cast<VectorType>(f.type);
  if (!vector)
    return LLVM::CallOp::create(f.builder(), f.location(), function, arguments).getResult();
  Value result = f.splat(0);
  for (int64_t lane = 0; lane < vector.getNumElements(); ++lane) {
    Value index = emitter.constant(lane);
    SmallVector<Value> scalars;
    for (Value argument : arguments)
      scalars.push_back(LLVM::ExtractElementOp::create(f.builder(), f.location(), argument, index));
    Value value = LLVM::CallOp::create(f.builder(), f.location(), function, scalars).getResult();
    result = LLVM::InsertElementOp::create(f.builder(), f.location(), result, value, index);
  }
  return result;
}

} // namespace

Value emitExpdiff(FunctionEmitter &emitter, Value a, Value b) {
  // What `a` is equal to where both are −inf; to nothing, when b is not.
  Floats f{emitter, b.getType()};
  Value low = f.splat(-std::numeric_limits<double>::infinity());
  Value both = f.select(f.compare(arith::CmpFPredicate::OEQ, b, low), low,
                        f.splat(std::numeric_limits<double>::quiet_NaN()));
  Floats g{emitter, a.getType()};
  if (auto vector = dyn_cast<VectorType>(g.type); vector && !isa<VectorType>(f.type)) {
    both = emitter.splat(both, vector.getNumElements());
    b = emitter.splat(b, vector.getNumElements());
  }
  Value difference = g.select(g.compare(arith::CmpFPredicate::OEQ, a, both), g.splat(0), g.sub(a, b));
  return g.elementType().isF32() ? exponentialOrZero(g, difference)
                                 : emitMath(emitter, Function::exp, difference);
}

Value emitMath(FunctionEmitter &emitter, Function function, ValueRange arguments) {
  Floats f{emitter, arguments[0].getType()};
  Value x = arguments[0];
  SmallVector<Value> values(arguments);
  bool single = f.elementType().isF32();
  switch (function) {
  case Function::exp:
    if (single)
      return exponential(f, x);
    break;
  case Function::log:
    if (single)
      return logarithm(f, x);
    break;
  case Function::tanh:
    if (single)
      return hyperbolicTangent(f, x);
    break;
  case Function::erf:
    if (single)
      return errorFunction(f, x);
    break;
  default:
    break;
  }
  return callLibrary(f, libraryName(function), values);
}

} // namespace weft
