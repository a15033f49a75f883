// Names, literals and branches: the leaves and the frame of scalar expressions.
#include "compiler/elaborate/Expressions.h"
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Constants.h"
#include "compiler/elaborate/NearNames.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

// Generated programs stay far below; a doubling chain of definitions does not.
static constexpr size_t mostOperations = 1'000'000;

Local *Expressions::find(StringRef name) {
  for (Local &local : llvm::reverse(locals))
    if (local.name == name)
      return &local;
  return nullptr;
}

IndexVariable &Expressions::variable(const void *binder, const ast::Name &name) {
  IndexVariable *&known = binders[binder];
  if (!known) {
    variables.push_back(std::make_unique<IndexVariable>());
    known = variables.back().get();
    known->name = name.text;
    known->range = name.range;
  }
  return *known;
}

bool Expressions::mayBind(const ast::Name &name) {
  auto refuse = [&](const std::string &what, Range where) {
    Diagnostic &error =
        state.error("index.shadows", name.range, "index `" + name.text + "` would hide " + what);
    if (where.file)
      error.note(where, "`" + name.text + "` is here; an index hides names of std only");
    return false;
  };
  if (Local *local = find(name.text))
    return refuse(local->kind == Local::Kind::index ? "the index of that name in force"
                                                    : "the wire of that name",
                  local->kind == Local::Kind::index ? local->index->range : Range());
  if (wireNames && wireNames->count(name.text))
    return refuse("the wire of that name", wireNames->lookup(name.text));
  if (environment.binds(name.text))
    return refuse("a generic", {});
  if (occurrences && occurrences->boxes.count(name.text))
    return refuse("a box", occurrences->boxes[name.text].name.range);
  const Entity *entity = state.scope.find(name.text, environment.standard);
  if (entity && (!entity->standard || entity->range.file == name.range.file))
    return refuse(describe(entity->kind), entity->range);
  return true;
}

void Expressions::pushIndex(IndexVariable &variable) {
  Local local;
  local.kind = Local::Kind::index;
  local.name = variable.name;
  local.index = &variable;
  locals.push_back(std::move(local));
}

bool Expressions::foldIndices(const ast::Brackets &brackets,
                              std::vector<std::pair<const ast::Item *, ast::Name>> &indices) {
  for (const ast::Item &item : brackets.items) {
    if (item.kind == ast::Item::Kind::index) {
      indices.emplace_back(&item, item.name);
    } else if (item.kind == ast::Item::Kind::expression && item.value->kind == ast::Expr::Kind::name) {
      indices.emplace_back(&item, item.value->name);
    } else {
      state.error("syntax", item.range, "a fold's index is a name, or a name and its axis: `i: Seq`");
      return false;
    }
  }
  return true;
}

std::optional<MonoidValue> Expressions::monoidNamed(StringRef name) {
  auto parameter = environment.monoids.find(std::string_view(name.data(), name.size()));
  if (parameter != environment.monoids.end())
    return parameter->second;
  const Entity *entity = state.scope.find(name, environment.standard);
  if (entity && entity->kind == EntityKind::monoid)
    return MonoidValue{entity, {}};
  return std::nullopt;
}

Value Expressions::constant(ObjectType type, double real, int64_t integer, Range range) {
  TypedAttr value = type.isReal() ? TypedAttr(builder.getF64FloatAttr(real))
                                  : TypedAttr(builder.getI64IntegerAttr(integer));
  return ConstantOp::create(builder, at(range), type, value);
}

Value Expressions::mismatch(const ast::Expr &e, ObjectType have, ObjectType want) {
  bool indices = have.isIndex() && want.isIndex();
  Diagnostic &error =
      state.error(indices ? "index.axis" : "type.element", e.range,
                  (have.isIndex() ? "this is an index of `" : "this is `") + text(have) + "`, but " +
                      (want.isIndex() ? "an index of `" : "`") + text(want) + "` is expected");
  if (want.isIndex() && !have.isIndex() && !have.isReal())
    error.note("`" + text(want) + "(…)` makes an index from an integer");
  else if (!want.isIndex() && !want.isBool() && !have.isBool())
    error.note("nothing converts by itself: write `" + text(want) + "(…)`");
  return {};
}

Value Expressions::emit(const ast::Expr &e, ObjectType want) {
  if (++state.operations > mostOperations) {
    state.error("limit", e.range, "the program needs more than 1,000,000 operations");
    return {};
  }
  if (state.tooDeep(e.range))
    return {};
  Value value = emitUnchecked(e, want);
  if (!value || !want || value.getType() == want)
    return value;
  auto have = cast<ObjectType>(value.getType());
  if (have.isIndex() && want.isInteger())
    return ConvertOp::create(builder, at(e.range), want, value);
  return mismatch(e, have, want);
}

Value Expressions::emitUnchecked(const ast::Expr &e, ObjectType want) {
  switch (e.kind) {
  case ast::Expr::Kind::number:
    return emitNumber(e, want, false);
  case ast::Expr::Kind::infinity:
    if (want && !want.isReal())
      return mismatch(e, scalar("real"), want);
    return constant(want ? want : scalar("real"), std::numeric_limits<double>::infinity(), 0, e.range);
  case ast::Expr::Kind::boolean:
    return constant(scalar("bool"), 0, e.truth, e.range);
  case ast::Expr::Kind::sizeOf: {
    std::string symbol = resolveAxis(state, e.name, environment);
    if (symbol.empty())
      return {};
    bool number = want && (want.isReal() || want.isInteger());
    return SizeOp::create(builder, at(e.range), number ? want : scalar("i64"), symbol);
  }
  case ast::Expr::Kind::name:
    return emitName(e, want);
  case ast::Expr::Kind::string:
    state.error("type.element", e.range, "a string is a name in a file, for checkpoint cells");
    return {};
  case ast::Expr::Kind::group:
    return emit(*e.children[0], want);
  case ast::Expr::Kind::pair:
    if (want && want.isIndex())
      return emitPosition(e, want.getElement().getValue(), false);
    state.error("type.element", e.range, "a pair is an index of a product axis, and none is expected here");
    return {};
  case ast::Expr::Kind::defaultRead:
    return emitRead(*e.children[0], e.children[1].get());
  case ast::Expr::Kind::field:
    return emitField(e);
  case ast::Expr::Kind::bracket:
    return emitRead(e, nullptr);
  case ast::Expr::Kind::call:
    return emitCall(e, want);
  case ast::Expr::Kind::unary:
    return emitUnary(e, want);
  case ast::Expr::Kind::binary:
    return emitBinary(e, want);
  case ast::Expr::Kind::conditional:
    return emitConditional(e, want);
  }
  return {};
}

Value Expressions::emitNumberValue(const ast::Expr &e, const Number &number, ObjectType want) {
  if (number.kind == Number::Kind::boolean)
    return constant(scalar("bool"), 0, number.integer, e.range);
  if (number.kind == Number::Kind::index)
    return constant(scalar(number.axis), 0, number.integer, e.range);
  bool isReal = number.kind == Number::Kind::real;
  ObjectType type =
      want && (want.isReal() || (want.isInteger() && !isReal)) ? want : scalar(isReal ? "real" : "i64");
  if (type.isInteger() && !fitsInteger(number.integer, type)) {
    state.error("number.overflow", e.range,
                std::to_string(number.integer) + " does not fit `" + text(type) + "`");
    return {};
  }
  return constant(type, number.asReal(), number.integer, e.range);
}

Value Expressions::emitNumber(const ast::Expr &e, ObjectType want, bool negative) {
  std::optional<Number> number = literal(e.text, negative);
  if (!number && want && want.isReal())
    number = literal(e.text + "e0", negative);
  if (!number) {
    state.error("number.overflow", e.range, "this does not fit 64 bits");
    return {};
  }
  // An integer has no negative zero, a real does.
  if (negative && number->kind == Number::Kind::integer && number->integer == 0 && want && want.isReal())
    *number = Number{Number::Kind::real, 0, -0.0, ""};
  return emitNumberValue(e, *number, want);
}

Value Expressions::unknownName(const ast::Name &name) {
  const Entity *entity = state.scope.find(name.text, environment.standard);
  if (entity) {
    state
        .error("type.element", name.range,
               "`" + name.text + "` is " + describe(entity->kind) + ", and a scalar is expected here")
        .note(entity->range, "declared here");
  } else if (environment.binds(name.text)) {
    state.error("type.element", name.range, "`" + name.text + "` is no scalar");
  } else {
    SmallVector<StringRef> names;
    for (const Local &local : locals)
      names.push_back(local.name);
    if (wireNames)
      llvm::append_range(names, wireNames->keys());
    Diagnostic &error = state.error("name.unknown", name.range, "there is no `" + name.text + "` here");
    suggestName(state, error, name.text, {EntityKind::constant, EntityKind::element, EntityKind::morphism},
                environment, names);
    error.note("an index is bound on the left of the equation or by a fold; a wire is an input, a weight or "
               "defined by an equation");
  }
  return {};
}

Value Expressions::emitLocal(const ast::Expr &e, Local &local) {
  if (local.failed)
    return {};
  switch (local.kind) {
  case Local::Kind::index:
    return local.index->value;
  case Local::Kind::scalar:
    return local.value;
  case Local::Kind::record:
    if (local.fields.size() == 1)
      return local.fields.front().second;
    state.error("type.element", e.range,
                "`" + local.name + "` has several components: write `" + local.name + "." +
                    local.fields.front().first + "`");
    return {};
  case Local::Kind::wire:
    break;
  }
  auto type = dyn_cast<ObjectType>(local.type);
  if (!type || !type.isScalar()) {
    state
        .error("call.arity", e.range,
               "wire `" + local.name + "` is `" + text(local.type) + "`, and a scalar is expected here")
        .note(type ? "read an element: `" + local.name + "[…]`"
                   : "unpack it first: `(a, b) = " + local.name + "`");
    return {};
  }
  return ReadOp::create(builder, at(e.range), type, local.value, ValueRange());
}

Value Expressions::emitLet(const ast::Expr &e, const Entity &entity, ObjectType want) {
  const State::Constant &constant = letConstant(state, entity, e.range);
  if (constant.failed)
    return {};
  if (constant.value)
    return emitNumberValue(e, *constant.value, want);
  // It depends on an open size: its expression stands here.
  Environment own;
  own.standard = entity.standard;
  Expressions inner(state, own, nullptr);
  inner.builder.restoreInsertionPoint(builder.saveInsertionPoint());
  return inner.emit(*entity.constant->value, want);
}

Value Expressions::emitName(const ast::Expr &e, ObjectType want) {
  if (Local *local = find(e.name.text))
    return emitLocal(e, *local);
  auto generic = environment.constants.find(e.name.text);
  if (generic != environment.constants.end())
    return constant(generic->second.type, generic->second.real, generic->second.integer, e.range);
  const Entity *entity = state.scope.find(e.name.text, environment.standard);
  if (entity && entity->kind == EntityKind::element)
    return constant(scalar(entity->symbol), 0, entity->number, e.range);
  if (entity && entity->kind == EntityKind::constant)
    return emitLet(e, *entity, want);
  if (e.name.text == "pi" && (!entity || entity->kind == EntityKind::monoid))
    return emitNumberValue(e, Number{Number::Kind::real, 0, 3.14159265358979323846, ""}, want);
  return unknownName(e.name);
}

Value Expressions::emitField(const ast::Expr &e) {
  const ast::Expr &head = *e.children[0];
  Local *local = head.kind == ast::Expr::Kind::name ? find(head.name.text) : nullptr;
  if (!local || local->kind != Local::Kind::record) {
    state.error("name.unknown", e.name.range, "only the arguments of a monoid's laws have components");
    return {};
  }
  for (auto &[name, value] : local->fields)
    if (name == e.name.text)
      return value;
  state.error("name.unknown", e.name.range, "the carrier has no component `" + e.name.text + "`");
  return {};
}

Value Expressions::emitConditional(const ast::Expr &e, ObjectType want) {
  Inferred both = combine(infer(*e.children[1]), infer(*e.children[2]));
  ObjectType type = want ? want : both.defaultType(state.context);
  Value condition = emit(*e.children[0], scalar("bool"));
  if (!type) {
    // The branches do not meet: say so, after what is wrong inside them.
    OpBuilder::InsertionGuard guard(builder);
    Value a = emit(*e.children[1]), b = emit(*e.children[2]);
    if (a && b)
      state.error("type.element", e.range,
                  "one branch is `" + text(a.getType()) + "`, the other `" + text(b.getType()) + "`");
    return {};
  }
  if (!condition)
    return {};
  IfOp branch = IfOp::create(builder, at(e.range), type, condition);
  bool well = true;
  for (int i : {0, 1}) {
    OpBuilder::InsertionGuard guard(builder);
    builder.createBlock(&branch->getRegion(i));
    Value value = emit(*e.children[i + 1], type);
    well &= bool(value);
    if (value)
      YieldOp::create(builder, at(e.children[i + 1]->range), value);
  }
  if (well)
    return branch.getResult();
  branch.erase();
  return {};
}

} // namespace weft
