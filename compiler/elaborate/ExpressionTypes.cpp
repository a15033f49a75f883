// Types of scalar expressions, found without making anything. What is wrong stays unknown; `emit` reports it.
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Constants.h"
#include "compiler/elaborate/Expressions.h"
#include "compiler/elaborate/Functions.h"
#include "compiler/elaborate/Instances.h"
#include "compiler/elaborate/Monoids.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

using Sort = Inferred::Sort;

Inferred Expressions::infer(const ast::Expr &e) {
  auto known = inferred.find(&e);
  if (known != inferred.end())
    return known->second;
  Inferred result = state.tooDeep(e.range) ? Inferred() : inferFresh(e);
  inferred[&e] = result;
  return result;
}

static Inferred ofNumber(const Number &number, State &state) {
  switch (number.kind) {
  case Number::Kind::integer:
    return {Sort::integer, {}};
  case Number::Kind::real:
    return {Sort::real, {}};
  case Number::Kind::boolean:
    return Inferred::exact(state.scalarType("bool"));
  case Number::Kind::index:
    return Inferred::exact(state.scalarType(number.axis));
  }
  return {};
}

Inferred Expressions::inferName(const ast::Expr &e) {
  if (Local *local = find(e.name.text)) {
    if (local->failed)
      return {};
    if (local->kind == Local::Kind::index) {
      const std::string &axis = local->index->root().axis;
      return axis.empty() ? Inferred() : Inferred::exact(scalar(axis));
    }
    if (local->kind == Local::Kind::record)
      return local->fieldTypes.size() == 1 ? Inferred::exact(local->fieldTypes.front()) : Inferred();
    auto type = dyn_cast_or_null<ObjectType>(local->type);
    return type && type.isScalar() ? Inferred::exact(type) : Inferred();
  }
  auto generic = environment.constants.find(e.name.text);
  if (generic != environment.constants.end())
    return Inferred::exact(generic->second.type);
  const Entity *entity = state.scope.find(e.name.text, environment.standard);
  if (entity && entity->kind == EntityKind::element)
    return Inferred::exact(scalar(entity->symbol));
  if (entity && entity->kind == EntityKind::constant) {
    const State::Constant &constant = letConstant(state, *entity, e.range);
    if (constant.failed)
      return {};
    if (constant.value)
      return ofNumber(*constant.value, state);
    if (!constant.inferred) {
      Environment own;
      own.standard = entity->standard;
      Inferred type = Expressions(state, own, nullptr).infer(*entity->constant->value);
      state.constants.at(entity).inferred = type;
    }
    return *state.constants.at(entity).inferred;
  }
  return e.name.text == "pi" ? Inferred{Sort::real, {}} : Inferred();
}

Inferred Expressions::inferBinary(const ast::Expr &e) {
  if (isComparison(e.op) || e.op == ast::Operator::logicalAnd || e.op == ast::Operator::logicalOr)
    return Inferred::exact(scalar("bool"));
  Inferred both = combine(infer(*e.children[0]).asNumber(), infer(*e.children[1]).asNumber());
  // `1 / 2` is no integer, whatever asks for it.
  if (e.op == ast::Operator::divide && both.sort == Sort::integer)
    both.sort = Sort::real;
  // `7 mod 5` is an integer, whatever asks for it.
  if ((e.op == ast::Operator::div || e.op == ast::Operator::mod) && both.sort == Sort::integer)
    return Inferred::exact(scalar("i64"));
  return both;
}

static const ast::Expr *readInside(const ast::Expr &e) {
  const ast::Expr *inner = &e;
  while (inner->kind == ast::Expr::Kind::group)
    inner = inner->children[0].get();
  return inner;
}

Inferred Expressions::inferFresh(const ast::Expr &e) {
  switch (e.kind) {
  case ast::Expr::Kind::number:
    return {e.text.find_first_of(".eE") == std::string::npos ? Sort::integer : Sort::real, {}};
  case ast::Expr::Kind::infinity:
    return {Sort::real, {}};
  case ast::Expr::Kind::boolean:
    return Inferred::exact(scalar("bool"));
  case ast::Expr::Kind::sizeOf:
    return {Sort::integer, {}};
  case ast::Expr::Kind::name:
    return inferName(e);
  case ast::Expr::Kind::group:
    return infer(*e.children[0]);
  case ast::Expr::Kind::defaultRead:
    return infer(*readInside(*e.children[0]));
  case ast::Expr::Kind::field: {
    const ast::Expr &head = *e.children[0];
    Local *local = head.kind == ast::Expr::Kind::name ? find(head.name.text) : nullptr;
    if (local && local->kind == Local::Kind::record)
      for (size_t i = 0; i < local->fields.size(); ++i)
        if (local->fields[i].first == e.name.text)
          return Inferred::exact(local->fieldTypes[i]);
    return {};
  }
  case ast::Expr::Kind::bracket: {
    const ast::Expr &head = *e.children[0];
    Local *local = head.kind == ast::Expr::Kind::name ? find(head.name.text) : nullptr;
    if (!local || local->kind != Local::Kind::wire || local->failed)
      return {};
    auto type = dyn_cast_or_null<ObjectType>(local->type);
    return type ? Inferred::exact(type.scalar()) : Inferred();
  }
  case ast::Expr::Kind::call:
    return inferCall(e);
  case ast::Expr::Kind::unary:
    return e.op == ast::Operator::logicalNot ? Inferred::exact(scalar("bool"))
                                             : infer(*e.children[0]).asNumber();
  case ast::Expr::Kind::binary:
    return inferBinary(e);
  case ast::Expr::Kind::conditional:
    return combine(infer(*e.children[1]), infer(*e.children[2]));
  case ast::Expr::Kind::string:
  case ast::Expr::Kind::pair:
    return {};
  }
  return {};
}

CallHead callHead(Expressions &expressions, const ast::Expr &call) {
  const ast::Expr &head = *call.children[0];
  CallHead result;
  const ast::Expr *name = &head;
  if (head.kind == ast::Expr::Kind::bracket) {
    result.brackets = &head.brackets;
    name = head.children[0].get();
  }
  if (name->kind != ast::Expr::Kind::name)
    return result;
  result.name = &name->name;
  const std::string &text = name->name.text;
  State &state = expressions.state;
  const Environment &environment = expressions.environment;
  if (expressions.find(text))
    return result;
  if (expressions.occurrences && expressions.occurrences->boxes.count(text))
    result.kind = CallHead::Kind::box;
  else if (environment.boxes.count(text))
    result.kind = CallHead::Kind::morphism;
  else if (result.brackets && (result.monoid = expressions.monoidNamed(text)))
    result.kind = CallHead::Kind::fold;
  else if (std::string axis = findAxis(state, text, environment); !axis.empty()) {
    result.kind = CallHead::Kind::axis;
    result.axis = axis;
  } else if (const Entity *entity = state.scope.find(text, environment.standard);
             entity && entity->kind == EntityKind::morphism)
    result.kind = CallHead::Kind::morphism;
  else if (isElementType(text))
    result.kind = CallHead::Kind::conversion;
  else if (builtinFunction(text))
    result.kind = CallHead::Kind::function;
  return result;
}

Inferred Expressions::inferFold(const ast::Expr &e, const MonoidValue &monoid) {
  size_t depth = locals.size();
  for (const ast::Item &item : e.children[0]->brackets.items) {
    bool named = item.kind == ast::Item::Kind::index;
    if (!named && (item.kind != ast::Item::Kind::expression || item.value->kind != ast::Expr::Kind::name))
      return {};
    pushIndex(variable(&item, named ? item.name : item.value->name));
  }
  std::vector<Inferred> arguments;
  for (size_t i = 1; i < e.children.size(); ++i)
    arguments.push_back(infer(*e.children[i]));
  if (mayUseOwnIndex(monoid) && arguments.size() + 1 == monoidArity(monoid) && locals.size() == depth + 1) {
    const std::string &axis = locals.back().index->root().axis;
    arguments.push_back(axis.empty() ? Inferred() : Inferred::exact(scalar(axis)));
  }
  locals.resize(depth);
  bool known = arguments.size() == monoidArity(monoid);
  bool flexible = known && !arguments.empty();
  for (const Inferred &argument : arguments) {
    known &= argument.sort != Sort::unknown;
    flexible &= argument.sort == Sort::integer || argument.sort == Sort::real;
  }
  if (!known)
    return {};
  // Literals only: the fold takes the type asked for, as they do.
  if (flexible && monoid.monoid) {
    Inferred all = arguments.front();
    for (const Inferred &argument : arguments)
      all = combine(all, argument);
    const MonoidInstance *asReal = monoidInstance(state, monoid, arguments, scalar("real"), e.range);
    if (asReal && asReal->result.isReal())
      return all;
  }
  const MonoidInstance *instance = monoidInstance(state, monoid, arguments, {}, e.range);
  return instance && instance->result ? Inferred::exact(instance->result) : Inferred();
}

Inferred Expressions::inferCall(const ast::Expr &e) {
  CallHead head = callHead(*this, e);
  switch (head.kind) {
  case CallHead::Kind::unknown:
    return {};
  case CallHead::Kind::axis:
    return Inferred::exact(scalar(head.axis));
  case CallHead::Kind::conversion:
    return Inferred::exact(scalar(head.name->text));
  case CallHead::Kind::fold:
    return inferFold(e, *head.monoid);
  case CallHead::Kind::function: {
    std::optional<BuiltinFunction> builtin = builtinFunction(head.name->text);
    if (e.children.size() != builtin->arity + 1)
      return {};
    Inferred all = infer(*e.children[1]).asNumber();
    for (size_t i = 2; i < e.children.size(); ++i)
      all = combine(all, infer(*e.children[i]).asNumber());
    if (!builtin->onIntegers && all.sort == Sort::integer)
      all.sort = Sort::real;
    return all;
  }
  case CallHead::Kind::morphism:
  case CallHead::Kind::box:
    break;
  }
  SmallVector<Type> types;
  for (size_t i = 1; i < e.children.size(); ++i) {
    Inferred argument = infer(*e.children[i]);
    types.push_back(argument.isExact() ? argument.type : ObjectType());
  }
  const ast::Name *name = head.name;
  const ast::Brackets *brackets = head.brackets;
  if (head.kind == CallHead::Kind::box) {
    const ast::Diagram *diagram = occurrences->boxes[name->text].diagram;
    if (diagram->kind != ast::Diagram::Kind::instance)
      return {};
    name = &diagram->name;
    brackets = diagram->brackets ? &*diagram->brackets : nullptr;
  }
  std::optional<BoxValue> box = resolveBox(state, *name, brackets, environment, types, {}, e.range);
  if (!box || box->instance->outputs.size() != 1)
    return {};
  auto type = dyn_cast_or_null<ObjectType>(box->instance->outputs.front());
  return type && type.isScalar() ? Inferred::exact(type) : Inferred();
}

} // namespace weft
