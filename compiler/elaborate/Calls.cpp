// Calls in scalar expressions: functions, conversions, indices from integers, scalar morphisms.
#include "compiler/elaborate/Constants.h"
#include "compiler/elaborate/Expressions.h"
#include "compiler/elaborate/Functions.h"
#include "compiler/elaborate/Instances.h"
#include "compiler/elaborate/Monoids.h"
#include "compiler/elaborate/NearNames.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

// Whether the monoid that is being made stands in its own laws.
static bool usesItself(State &state, const CallHead &head) {
  bool inMonoid = !state.active.empty() && state.active.back().entity->kind == EntityKind::monoid;
  bool isMonoid = head.kind == CallHead::Kind::fold || head.kind == CallHead::Kind::unknown;
  if (!inMonoid || !isMonoid || !head.name || head.name->text != state.active.back().entity->name)
    return false;
  state.error("morphism.cycle", head.name->range, "monoid `" + head.name->text + "` uses itself")
      .note("its laws say what it is: write out what stands here");
  return true;
}

Value Expressions::emitCall(const ast::Expr &e, ObjectType want) {
  CallHead head = callHead(*this, e);
  if (usesItself(state, head))
    return {};
  switch (head.kind) {
  case CallHead::Kind::unknown:
    break;
  case CallHead::Kind::function:
    return emitFunction(e, head.name->text, want);
  case CallHead::Kind::conversion:
    return emitConversion(e, scalar(head.name->text));
  case CallHead::Kind::axis:
    return emitIndexOf(e, head.axis);
  case CallHead::Kind::fold:
    return emitFold(e, *head.monoid, want);
  case CallHead::Kind::morphism:
  case CallHead::Kind::box:
    return emitMorphismCall(e);
  }
  if (!head.name) {
    state.error("syntax", e.children[0]->range, "only a function, a morphism or a fold is called");
    return {};
  }
  if (Local *local = find(head.name->text)) {
    state.error("type.element", head.name->range, "`" + local->name + "` is no function");
    return {};
  }
  if (head.brackets && !monoidNamed(head.name->text)) {
    const Entity *entity = state.scope.find(head.name->text, environment.standard);
    if (!entity) {
      suggestName(state,
                  state.error("name.unknown", head.name->range,
                              "there is no monoid or morphism `" + head.name->text + "`"),
                  head.name->text, {EntityKind::monoid, EntityKind::morphism}, environment);
      return {};
    }
  }
  if (std::optional<MonoidValue> monoid = monoidNamed(head.name->text)) {
    std::string arguments = monoidArity(*monoid) > 1 ? monoidArguments(*monoid) : "…";
    state.error("call.arity", head.name->range,
                "a fold says its indices: `" + head.name->text + "[i](" + arguments + ")`");
    return {};
  }
  return unknownName(*head.name);
}

static bool checkArity(State &state, const ast::Expr &e, StringRef name, size_t arity) {
  if (e.children.size() == arity + 1)
    return true;
  std::string names;
  for (size_t i = 0; i < arity; ++i)
    names += std::string(i ? ", " : "") + (i < 26 ? char('a' + i) : 'z');
  state
      .error("call.arity", e.range,
             "`" + name.str() + "` takes " + counted(arity, "argument") + ", and gets " +
                 std::to_string(e.children.size() - 1))
      .note("write `" + name.str() + "(" + names + ")`");
  return false;
}

Value Expressions::emitFunction(const ast::Expr &e, StringRef name, ObjectType want) {
  BuiltinFunction builtin = *builtinFunction(name);
  if (!checkArity(state, e, name, builtin.arity))
    return {};
  Inferred all = inferCall(e);
  ObjectType type = want && all.accepts(want) ? want : all.defaultType(state.context);
  SmallVector<Value> values;
  bool well = true;
  for (size_t i = 1; i < e.children.size(); ++i) {
    values.push_back(emit(*e.children[i], type));
    well &= bool(values.back());
  }
  if (!well)
    return {};
  if (!type) {
    state.error("type.element", e.range,
                "`" + name.str() + "` of `" + text(values[0].getType()) + "` and `" +
                    text(values[1].getType()) + "`");
    return {};
  }
  if (!type.isReal() && !(builtin.onIntegers && type.isInteger())) {
    state.error("type.element", e.range, "`" + name.str() + "` is not defined on `" + text(type) + "`")
        .note("`real(…)` converts");
    return {};
  }
  return ApplyOp::create(builder, at(e.range), type, builtin.function, values);
}

Value Expressions::emitConversion(const ast::Expr &e, ObjectType type) {
  if (!checkArity(state, e, type.getElement().getValue(), 1))
    return {};
  const ast::Expr &argument = *e.children[1];
  Inferred inner = infer(argument);
  bool direct = inner.isFlexible() && inner.sort != Inferred::Sort::index && inner.accepts(type);
  Value value = emit(argument, direct ? type : ObjectType());
  if (!value || direct)
    return value;
  auto from = cast<ObjectType>(value.getType());
  if (type.isBool() != from.isBool()) {
    state.error("type.element", e.range, "`" + text(from) + "` does not convert to `" + text(type) + "`")
        .note(type.isBool() ? "compare it: `x != 0`" : "choose: `if x then 1 else 0`");
    return {};
  }
  return ConvertOp::create(builder, at(e.range), type, value);
}

Value Expressions::emitIndexOf(const ast::Expr &e, StringRef axis) {
  if (!checkArity(state, e, axis, 1))
    return {};
  const ast::Expr &argument = *e.children[1];
  Value number = emit(argument);
  if (!number)
    return {};
  auto type = cast<ObjectType>(number.getType());
  if (type.isIndex()) {
    if (type.getElement() == axis)
      return number;
    number = ConvertOp::create(builder, at(argument.range), scalar("i64"), number);
  } else if (!type.isInteger()) {
    state.error("type.element", argument.range,
                "`" + axis.str() + "(…)` makes an index from an integer, and this is `" + text(type) + "`");
    return {};
  }
  return indexFromInteger(argument, number, axis, e.range);
}

// Whether nothing in a morphism repeats along an axis.
static bool isPlain(const Workspace &workspace, MorphismOp morphism) {
  return !morphism
              .walk([&](Operation *op) {
                bool repeats = isa<FoldOp, MapOp, EachOp, ChainOp, ScanOp, FoldlOp, UnfoldOp, IterateOp>(op);
                StringRef callee;
                if (auto call = dyn_cast<CallOp>(op))
                  callee = call.getCallee();
                else if (auto box = dyn_cast<BoxOp>(op))
                  callee = box.getCallee();
                repeats |= !callee.empty() && !isPlain(workspace, workspace.morphism(callee));
                return repeats ? WalkResult::interrupt() : WalkResult::advance();
              })
              .wasInterrupted();
}

// What is called where no boxes are, in a monoid, has no weights, for nothing could give them.
bool Expressions::mayCall(const ast::Name &name, const Instance &instance) {
  if (occurrences)
    return true;
  std::string what = "`" + name.text + "`";
  if (instance.hasWeights) {
    state.error("weights.missing", name.range, what + " has weights, and nothing gives them here")
        .note(instance.range, "declared here")
        .note("no boxes are inside a monoid: what is called there has no weights");
    return false;
  }
  MorphismOp morphism = state.workspace->morphism(instance.symbol);
  if (!morphism || isPlain(*state.workspace, morphism))
    return true;
  state.error("feature.later", name.range, what + " folds or repeats, and is not called here yet")
      .note(instance.range, "declared here")
      .note("fold in an equation, and give what comes out");
  return false;
}

// `f(x[i])`: a scalar morphism, or a declared box of one, applied inside an expression.
Value Expressions::emitMorphismCall(const ast::Expr &e) {
  CallHead head = callHead(*this, e);
  const ast::Name *name = head.name;
  const ast::Brackets *brackets = head.brackets;
  std::string occurrence = occurrences ? occurrences->nameOf(e.children[0].get(), name->text) : name->text;
  if (head.kind == CallHead::Kind::box) {
    Box &box = occurrences->boxes[name->text];
    occurrence = name->text;
    if (box.use) {
      state.error("box.used-twice", name->range, "box `" + name->text + "` is used a second time")
          .note(*box.use, "first used here; a second occurrence is a second `box`");
      return {};
    }
    box.use = name->range;
    if (box.diagram->kind != ast::Diagram::Kind::instance) {
      state.error("type.element", name->range, "box `" + name->text + "` is no scalar morphism");
      return {};
    }
    name = &box.diagram->name;
    brackets = box.diagram->brackets ? &*box.diagram->brackets : nullptr;
  }
  SmallVector<Type> types;
  for (size_t i = 1; i < e.children.size(); ++i) {
    Inferred argument = infer(*e.children[i]);
    types.push_back(argument.isExact() ? argument.type : ObjectType());
  }
  std::optional<BoxValue> box = resolveBox(state, *name, brackets, environment, types, {}, e.range);
  if (!box)
    return {};
  const Instance &instance = *box->instance;
  if (!isScalarMorphism(instance) || !box->over.empty()) {
    if (!instance.failed)
      state
          .error("type.element", head.name->range,
                 "`" + head.name->text +
                     "` is no scalar morphism, and inside an expression only those are called")
          .note("apply it to whole wires in an equation of its own: `y = " + head.name->text + "(x)`");
    return {};
  }
  if (!mayCall(*head.name, instance) || !checkArity(state, e, head.name->text, instance.inputs.size()))
    return {};
  SmallVector<Value> values;
  bool well = true;
  for (size_t i = 1; i < e.children.size(); ++i) {
    values.push_back(emit(*e.children[i], cast<ObjectType>(instance.inputs[i - 1])));
    well &= bool(values.back());
  }
  if (!well)
    return {};
  return CallOp::create(builder, at(e.range), instance.outputs.front(), occurrence, instance.symbol, values);
}

} // namespace weft
