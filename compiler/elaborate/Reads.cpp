// Reads of wires, and what may stand in an index position.
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Expressions.h"
#include "compiler/elaborate/Ranges.h"

using namespace mlir;

namespace weft {

// Whether what is written here is evaluated at every position of the equation and of the folds around it.
bool Expressions::alwaysEvaluated() {
  for (Operation *op = builder.getInsertionBlock()->getParentOp(); op; op = op->getParentOp()) {
    if (isa<EquationOp>(op))
      return true;
    auto fold = dyn_cast<FoldOp>(op);
    if (!fold || !fold.getMask().empty())
      return false;
  }
  return false;
}

Value Expressions::indexFromInteger(const ast::Expr &e, Value number, StringRef axis, Range range) {
  switch (inRange(state, number, axis)) {
  case InRange::refuted: {
    state
        .error("index.range", range,
               "this is outside of axis `" + axis.str() + "`, whose size is " + state.axis(axis).size.text())
        .note(state.axis(axis).range, "`" + axis.str() + "` is declared here");
    return {};
  }
  case InRange::proved:
    if (auto constant = number.getDefiningOp<ConstantOp>()) {
      int64_t value = cast<IntegerAttr>(constant.getValue()).getInt();
      constant.erase();
      return this->constant(scalar(axis), 0, value, range);
    }
    return IndexOp::create(builder, at(range), scalar(axis), number, builder.getUnitAttr());
  case InRange::unknown:
    break;
  }
  if (std::optional<Reach> reach = alwaysEvaluated() ? reachOutside(state, number, axis) : std::nullopt) {
    state
        .error("index.range", range,
               "this reaches " + reach->found + ", and axis `" + axis.str() + "` " + reach->end)
        .note("say what stands outside, `(x[i + 1] else 0)`, or leave it out by `where`")
        .note(state.axis(axis).range, "`" + axis.str() + "` is declared here");
    return {};
  }
  return IndexOp::create(builder, at(range), scalar(axis), number, UnitAttr());
}

Value Expressions::emitTuplePosition(const ast::Expr &e, StringRef axis, bool mayMiss) {
  const AxisInfo &info = state.axis(axis);
  if (info.kind != AxisKind::product || info.parts.size() != e.children.size()) {
    Diagnostic &error =
        state.error("index.axis", e.range,
                    info.kind == AxisKind::product
                        ? "axis `" + axis.str() + "` is a product of " + std::to_string(info.parts.size()) +
                              ", and this has " + std::to_string(e.children.size()) + " parts"
                        : "axis `" + axis.str() + "` is no product");
    error.note(info.range, "`" + axis.str() + "` is declared here");
    return {};
  }
  SmallVector<Value> parts;
  Value inside;
  for (auto [child, part] : llvm::zip(e.children, info.parts)) {
    Value value = emitPosition(*child, part, mayMiss);
    if (!value)
      return {};
    if (cast<ObjectType>(value.getType()).isInteger())
      value = partOrFirst(value, part, e.range, inside);
    parts.push_back(value);
  }
  Value pair = PairOp::create(builder, at(e.range), scalar(axis), parts);
  if (!inside)
    return pair;
  Value number = ConvertOp::create(builder, at(e.range), scalar("i64"), pair);
  return ApplyOp::create(builder, at(e.range), scalar("i64"), Function::select,
                         ValueRange{inside, number, constant(scalar("i64"), 0, -1, e.range)});
}

// Of a pair that may lie outside: the element at a number of one part, the first where that has none;
// `inside` says so too.
Value Expressions::partOrFirst(Value number, StringRef axis, Range range, Value &inside) {
  auto apply = [&](ObjectType type, Function function, ValueRange values) -> Value {
    return ApplyOp::create(builder, at(range), type, function, values);
  };
  if (number.getType() != scalar("i64"))
    number = ConvertOp::create(builder, at(range), scalar("i64"), number);
  Value zero = constant(scalar("i64"), 0, 0, range);
  Value size = SizeOp::create(builder, at(range), scalar("i64"), axis);
  Value isPart = apply(scalar("bool"), Function::and_,
                       {apply(scalar("bool"), Function::ge, {number, zero}),
                        apply(scalar("bool"), Function::lt, {number, size})});
  inside = inside ? apply(scalar("bool"), Function::and_, {inside, isPart}) : isPart;
  Value place = apply(scalar("i64"), Function::select, {isPart, number, zero});
  return IndexOp::create(builder, at(range), scalar(axis), place, builder.getUnitAttr());
}

Value Expressions::emitSummandPosition(const ast::Item &item, StringRef axis) {
  std::string summand = resolveAxis(state, item.name, environment);
  if (summand.empty())
    return {};
  const AxisInfo &info = state.axis(axis);
  if (info.kind != AxisKind::sum || !llvm::is_contained(info.parts, summand)) {
    state
        .error("index.axis", item.name.range,
               "`" + item.name.text + "` is no summand of axis `" + axis.str() + "`")
        .note(info.range, "`" + axis.str() + "` is declared here");
    return {};
  }
  Value part = emitPosition(*item.value, summand, false);
  return part ? InjectOp::create(builder, at(item.range), scalar(axis), part).getResult() : Value();
}

Value Expressions::emitPosition(const ast::Item &item, StringRef axis, bool mayMiss) {
  if (item.kind == ast::Item::Kind::summand)
    return emitSummandPosition(item, axis);
  if (item.kind == ast::Item::Kind::expression)
    return emitPosition(*item.value, axis, mayMiss);
  state.error("syntax", item.range, "an index position holds an index, a pair, `Left i` or an integer");
  return {};
}

Value Expressions::emitPosition(const ast::Expr &e, StringRef axis, bool mayMiss) {
  if (e.kind == ast::Expr::Kind::pair)
    return emitTuplePosition(e, axis, mayMiss);
  if (e.kind == ast::Expr::Kind::group)
    return emitPosition(*e.children[0], axis, mayMiss);
  bool isName = e.kind == ast::Expr::Kind::name;
  if (isName && !find(e.name.text) && !environment.binds(e.name.text) &&
      !state.scope.find(e.name.text, environment.standard)) {
    state.error("index.unbound", e.range, "no index `" + e.name.text + "` is in force here")
        .note("an index stands on the left of the equation, or is bound by a fold");
    return {};
  }
  Value value = emit(e);
  if (!value)
    return {};
  auto type = cast<ObjectType>(value.getType());
  if (type.isInteger())
    return mayMiss ? value : indexFromInteger(e, value, axis, e.range);
  if (type.isIndex() && type.getElement() == axis)
    return value;
  if (type.isIndex()) {
    state
        .error("index.axis", e.range,
               "this is an index of `" + text(type) + "`, but the position is of axis `" + axis.str() + "`")
        .note(state.axis(axis).range, "`" + axis.str() + "` is declared here");
    return {};
  }
  state
      .error("type.element", e.range,
             "this is `" + text(type) + "`, but an index of `" + axis.str() + "` is expected")
      .note("`" + axis.str() + "(…)` makes an index from an integer");
  return {};
}

// The read inside `(x[i] else 0)`, for which parentheses do not matter.
static const ast::Expr *inside(const ast::Expr *e) {
  while (e->kind == ast::Expr::Kind::group)
    e = e->children[0].get();
  return e;
}

// `[a, (b, c)]`: what a read of a wire looks like.
static std::string positionsOf(State &state, ObjectType type) {
  std::string result;
  char next = 'a';
  auto letter = [&] { return std::string(1, next < 'z' ? next++ : next); };
  for (StringAttr name : type.getAxes()) {
    const AxisInfo &axis = state.axis(name.getValue());
    result += result.empty() ? "[" : ", ";
    if (axis.kind != AxisKind::product) {
      result += letter();
      continue;
    }
    std::string parts;
    for (size_t i = 0; i < axis.parts.size(); ++i)
      parts += (i ? ", " : "(") + letter();
    result += parts + ")";
  }
  return result + "]";
}

Value Expressions::emitRead(const ast::Expr &e, const ast::Expr *otherwise) {
  const ast::Expr &read = *inside(&e);
  const ast::Expr *head = read.kind == ast::Expr::Kind::bracket ? read.children[0].get() : nullptr;
  if (!head || head->kind != ast::Expr::Kind::name) {
    state.error("syntax", e.range,
                otherwise ? "a default stands beside a read: `(x[i + 1] else 0)`"
                          : "only a wire is read with `[…]`");
    return {};
  }
  Local *local = find(head->name.text);
  if (!local || local->kind != Local::Kind::wire) {
    if (monoidNamed(head->name.text) && !local)
      state.error("call.arity", read.range, "the fold `" + head->name.text + "[…]` has no arguments")
          .note("write `" + head->name.text + "[…](…)`");
    else if (local)
      state.error("call.arity", read.range, "`" + head->name.text + "` is a scalar and has no elements");
    else
      unknownName(head->name);
    return {};
  }
  if (local->failed)
    return {};
  auto type = dyn_cast<ObjectType>(local->type);
  const std::vector<ast::Item> &items = read.brackets.items;
  if (!type || read.brackets.hasSemicolon || read.brackets.where || items.size() != type.rank()) {
    std::string message = "wire `" + local->name + "` is `" + text(local->type) + "`, ";
    message += type ? "and is read here with " + counted(items.size(), "position")
                    : "a packed product: unpack it first";
    Diagnostic &error = state.error("call.arity", read.range, message);
    if (type && type.rank())
      error.note("a position for each axis: `" + local->name + positionsOf(state, type) + "`");
    return {};
  }
  SmallVector<Value> positions;
  bool well = true;
  for (auto [item, axis] : llvm::zip(items, type.getAxes())) {
    positions.push_back(emitPosition(item, axis.getValue(), otherwise != nullptr));
    well &= bool(positions.back());
  }
  if (!well)
    return {};
  ReadOp op = ReadOp::create(builder, at(e.range), type.scalar(), local->value, positions);
  if (!otherwise)
    return op.getResult();
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&op.getOtherwise());
  if (Value value = emit(*otherwise, type.scalar())) {
    YieldOp::create(builder, at(otherwise->range), value);
    return op.getResult();
  }
  op.erase();
  return {};
}

} // namespace weft
