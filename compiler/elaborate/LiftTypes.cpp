#include "compiler/elaborate/LiftTypes.h"
#include "compiler/elaborate/Functions.h"
#include "compiler/elaborate/Instances.h"
#include "compiler/elaborate/SizeExpressions.h"

using namespace mlir;

namespace weft {

// Folds inside monoids are refused where the lift is made; their types would ask for the monoid itself.
static bool hasFold(Expressions &expressions, const ast::Expr &e) {
  if (e.kind == ast::Expr::Kind::call && callHead(expressions, e).kind == CallHead::Kind::fold)
    return true;
  return llvm::any_of(e.children, [&](const ast::ExprPtr &child) { return hasFold(expressions, *child); });
}

LiftTypes::LiftTypes(State &state, const Entity &entity, const MonoidLaws &laws,
                     ArrayRef<ObjectType> arguments)
    : state(state), laws(laws), expressions(state, environment, nullptr) {
  environment.standard = entity.standard;
  for (auto [name, type] : llvm::zip(laws.arguments, arguments))
    bind(name.text, type);
  if (!laws.lift)
    return;
  for (const ast::Binding &binding : laws.lift->bindings) {
    usable &= !hasFold(expressions, *binding.value);
    bind(binding.name.text, usable ? exact(*binding.value) : ObjectType());
  }
  usable &= !hasFold(expressions, *laws.lift->value);
}

void LiftTypes::bind(const std::string &name, ObjectType type) {
  Local local;
  local.name = name;
  local.type = type;
  local.failed = !type;
  expressions.locals.push_back(std::move(local));
}

ObjectType LiftTypes::exact(const ast::Expr &e) { return expressions.infer(e).defaultType(state.context); }

static const ast::Expr &componentIn(const MonoidLaws &laws, size_t number) {
  const ast::Expr &value = withoutGroups(*laws.lift->value);
  bool isPair = value.kind == ast::Expr::Kind::pair && number < value.children.size();
  return isPair ? *value.children[number] : value;
}

Inferred LiftTypes::component(size_t number) {
  return laws.lift && usable ? expressions.infer(componentIn(laws, number)) : Inferred();
}

std::vector<ObjectType> LiftTypes::told(ArrayRef<ObjectType> components) {
  asked.assign(laws.arguments.size(), ObjectType());
  if (!laws.lift || !usable)
    return asked;
  bindings = laws.lift->bindings.size();
  for (auto [i, type] : llvm::enumerate(components))
    ask(componentIn(laws, i), type);
  while (bindings) {
    --bindings;
    ask(*laws.lift->bindings[bindings].value, {});
  }
  return asked;
}

void LiftTypes::askName(const std::string &name, ObjectType want) {
  for (auto [argument, type] : llvm::zip(laws.arguments, asked))
    if (argument.text == name && !type)
      type = want;
  size_t before = bindings;
  for (size_t i = 0; i < before; ++i)
    if (laws.lift->bindings[i].name.text == name) {
      bindings = i; // it sees those before it
      ask(*laws.lift->bindings[i].value, want);
    }
  bindings = before;
}

void LiftTypes::ask(const ast::Expr &e, ObjectType want) {
  switch (e.kind) {
  case ast::Expr::Kind::name:
    return want ? askName(e.name.text, want) : void();
  case ast::Expr::Kind::group:
    return ask(*e.children[0], want);
  case ast::Expr::Kind::unary:
    return ask(*e.children[0], e.op == ast::Operator::logicalNot ? state.scalarType("bool") : want);
  case ast::Expr::Kind::conditional:
    ask(*e.children[0], state.scalarType("bool"));
    ask(*e.children[1], want);
    return ask(*e.children[2], want);
  case ast::Expr::Kind::binary:
    return askBinary(e, want);
  case ast::Expr::Kind::call:
    return askCall(e, want);
  default:
    return;
  }
}

// Both sides are of one type: that of the result or, where one side shows it, of the other.
void LiftTypes::askBinary(const ast::Expr &e, ObjectType want) {
  const ast::Expr &left = *e.children[0], &right = *e.children[1];
  if (e.op == ast::Operator::logicalAnd || e.op == ast::Operator::logicalOr) {
    ask(left, state.scalarType("bool"));
    return ask(right, state.scalarType("bool"));
  }
  auto shown = [&](const ast::Expr &side) {
    Inferred type = expressions.infer(side);
    return type.isExact() ? type.type : ObjectType();
  };
  ObjectType type = isComparison(e.op) ? ObjectType() : want;
  if (!type)
    type = shown(left) ? shown(left) : shown(right);
  if (!type && (e.op == ast::Operator::div || e.op == ast::Operator::mod))
    type = state.scalarType("i64");
  ask(left, type);
  ask(right, type);
}

void LiftTypes::askCall(const ast::Expr &e, ObjectType want) {
  CallHead head = callHead(expressions, e);
  SmallVector<Type> wanted(e.children.size() - 1);
  const Entity *entity = head.name ? state.scope.find(head.name->text, environment.standard) : nullptr;
  if (head.kind == CallHead::Kind::axis)
    wanted.assign(wanted.size(), state.scalarType("i64"));
  else if (head.kind == CallHead::Kind::function)
    wanted.assign(wanted.size(), want);
  else if (head.kind == CallHead::Kind::morphism && entity->morphism && !entity->morphism->generics)
    if (const Instance *instance = instantiate(state, *entity, {}, e.range); instance && !instance->failed)
      llvm::copy(ArrayRef(instance->inputs).take_front(wanted.size()), wanted.begin());
  for (size_t i = 0; i < wanted.size(); ++i)
    ask(*e.children[i + 1], dyn_cast_or_null<ObjectType>(wanted[i]));
}

} // namespace weft
