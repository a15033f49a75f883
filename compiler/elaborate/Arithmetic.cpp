// Signs of scalar expressions: both sides have one type; indices are integers among numbers.
#include "compiler/elaborate/Expressions.h"
#include "compiler/elaborate/Functions.h"

using namespace mlir;

namespace weft {

Value Expressions::mixed(const ast::Expr &e, Value a, Value b) {
  if (!a || !b)
    return {};
  auto left = cast<ObjectType>(a.getType()), right = cast<ObjectType>(b.getType());
  bool indices = left.isIndex() && right.isIndex() && left != right;
  Diagnostic &error = state.error(indices ? "index.axis" : "type.element", e.operatorRange,
                                  std::string("`") + ast::spelling(e.op) + "` between " +
                                      (left.isIndex() ? "an index of `" : "`") + text(left) + "` and " +
                                      (right.isIndex() ? "an index of `" : "`") + text(right) + "`");
  if (indices)
    error.note("two indices compare only on the same axis");
  else if (left.isBool() || right.isBool())
    error.note("a truth value becomes a number by a choice: `if x then 1 else 0`");
  else
    error.note("nothing converts by itself: write `real(…)` or another type's name around one side");
  return {};
}

Value Expressions::emitUnary(const ast::Expr &e, ObjectType want) {
  const ast::Expr &operand = *e.children[0];
  if (e.op == ast::Operator::logicalNot) {
    Value value = emit(operand, scalar("bool"));
    return value ? ApplyOp::create(builder, at(e.range), value.getType(), Function::not_, value).getResult()
                 : Value();
  }
  if (operand.kind == ast::Expr::Kind::number)
    return emitNumber(operand, want, true);
  if (operand.kind == ast::Expr::Kind::infinity && (!want || want.isReal()))
    return constant(want ? want : scalar("real"), -std::numeric_limits<double>::infinity(), 0, e.range);
  Inferred inner = infer(operand).asNumber();
  ObjectType type = want && inner.accepts(want) ? want : inner.defaultType(state.context);
  if (type && type.isBool()) {
    state.error("type.element", e.operatorRange, "`-` of a truth value");
    return {};
  }
  Value value = emit(operand, type);
  return value && type ? ApplyOp::create(builder, at(e.range), type, Function::neg, value).getResult()
                       : Value();
}

Value Expressions::emitLogical(const ast::Expr &e) {
  Value left = emit(*e.children[0], scalar("bool"));
  bool isAnd = e.op == ast::Operator::logicalAnd;
  // Only what is needed is evaluated: `a and b` is `if a then b else false`.
  IfOp branch = left ? IfOp::create(builder, at(e.range), scalar("bool"), left) : IfOp();
  OpBuilder::InsertionGuard guard(builder);
  Region unused;
  Region &needed = branch ? branch->getRegion(isAnd ? 0 : 1) : unused;
  builder.createBlock(&needed);
  Value right = emit(*e.children[1], scalar("bool"));
  if (!branch)
    return {};
  if (!right) {
    branch.erase();
    return {};
  }
  YieldOp::create(builder, at(e.range), right);
  builder.createBlock(&branch->getRegion(isAnd ? 1 : 0));
  YieldOp::create(builder, at(e.range), constant(scalar("bool"), 0, !isAnd, e.range));
  return branch.getResult();
}

// A pair has a type only beside an index of a product axis.
static bool isPair(const ast::Expr &e) { return e.kind == ast::Expr::Kind::pair; }

Value Expressions::emitComparison(const ast::Expr &e) {
  const ast::Expr &left = *e.children[0], &right = *e.children[1];
  Inferred a = infer(left), b = infer(right);
  if (isPair(left) && b.isExact())
    a = b;
  if (isPair(right) && a.isExact())
    b = a;
  bool sameExact = a.isExact() && b.isExact() && a.type == b.type;
  bool bothIndices = a.isExact() && b.isExact() && a.type.isIndex() && b.type.isIndex();
  ObjectType type;
  if (sameExact)
    type = a.type;
  else if (!bothIndices)
    type = combine(a.asNumber(), b.asNumber()).defaultType(state.context);
  Value x = emit(left, type), y = emit(right, type);
  if (!type)
    return mixed(e, x, y);
  bool order = e.op != ast::Operator::equal && e.op != ast::Operator::notEqual;
  if (type.isBool() && order) {
    state.error("type.element", e.operatorRange, "truth values have no order");
    return {};
  }
  if (!x || !y)
    return {};
  return ApplyOp::create(builder, at(e.range), scalar("bool"), functionOf(e.op), ValueRange{x, y});
}

Value Expressions::emitBinary(const ast::Expr &e, ObjectType want) {
  if (isComparison(e.op))
    return emitComparison(e);
  if (e.op == ast::Operator::logicalAnd || e.op == ast::Operator::logicalOr)
    return emitLogical(e);
  Inferred both = combine(infer(*e.children[0]).asNumber(), infer(*e.children[1]).asNumber());
  if (both.sort == Inferred::Sort::unknown)
    return mixed(e, emit(*e.children[0]), emit(*e.children[1]));
  Inferred result = infer(e);
  ObjectType type = want && result.accepts(want) ? want : result.defaultType(state.context);
  bool whole = e.op == ast::Operator::div || e.op == ast::Operator::mod;
  const char *why = type.isBool()                ? "truth values have no arithmetic"
                    : whole && !type.isInteger() ? "`div` and `mod` are for integers"
                    : e.op == ast::Operator::divide && type.isInteger()
                        ? "`/` on integers; `div` rounds down, `real(…)` converts"
                        : nullptr;
  if (why) {
    state.error("type.element", e.operatorRange, why);
    return {};
  }
  Value a = emit(*e.children[0], type), b = emit(*e.children[1], type);
  if (!a || !b)
    return {};
  return ApplyOp::create(builder, at(e.range), type, functionOf(e.op), ValueRange{a, b});
}

} // namespace weft
