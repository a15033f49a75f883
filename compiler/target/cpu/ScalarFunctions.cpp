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
  case Function::expdiff:
    return result(emitExpdiff(emitter, v[0], operands[1].varying ? v[1] : operands[1].value));
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

} // namespace weft
