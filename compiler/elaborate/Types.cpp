// Objects: their elements, their axes, and products, which are flat.
#include "compiler/elaborate/Types.h"
#include "compiler/elaborate/Axes.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace weft {

// More than these nobody writes; a doubling chain of objects would reach them at once.
static constexpr unsigned mostLeaves = 1024, mostAxes = 64;

bool isElementType(StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases({"real", "f64", "f32", "f16", "bf16", "i64", "i32", "i16", "i8", "u8", "bool"}, true)
      .Default(false);
}

void flatten(Type type, SmallVectorImpl<Type> &leaves) {
  if (auto tuple = dyn_cast<TupleType>(type))
    llvm::append_range(leaves, tuple.getTypes());
  else
    leaves.push_back(type);
}

SmallVector<Type> flatten(ArrayRef<Type> types) {
  SmallVector<Type> leaves;
  for (Type type : types)
    flatten(type, leaves);
  return leaves;
}

Type packed(MLIRContext &context, ArrayRef<Type> leaves) {
  return leaves.size() == 1 ? leaves.front() : TupleType::get(&context, leaves);
}

Type prefix(Type type, ArrayRef<std::string> axes) {
  if (axes.empty())
    return type;
  if (auto tuple = dyn_cast<TupleType>(type)) {
    SmallVector<Type> parts;
    for (Type part : tuple)
      parts.push_back(prefix(part, axes));
    return TupleType::get(type.getContext(), parts);
  }
  auto object = cast<ObjectType>(type);
  SmallVector<StringAttr> all;
  for (const std::string &axis : axes)
    all.push_back(StringAttr::get(type.getContext(), axis));
  llvm::append_range(all, object.getAxes());
  return object.over(all);
}

static Type tooLarge(State &state, Range range) {
  state.error("limit", range,
              "a type has more than " + std::to_string(mostLeaves) + " objects or " +
                  std::to_string(mostAxes) + " axes");
  return {};
}

static Type product(State &state, ArrayRef<Type> factors, Range range) {
  SmallVector<Type> leaves = flatten(factors);
  if (leaves.size() > mostLeaves)
    return tooLarge(state, range);
  return TupleType::get(&state.context, leaves);
}

static Type withAxes(State &state, Type type, ArrayRef<ast::Name> names, Range range,
                     const Environment &environment) {
  std::vector<std::string> axes;
  for (const ast::Name &name : names) {
    axes.push_back(resolveAxis(state, name, environment));
    if (axes.back().empty())
      return {};
  }
  if (!type)
    return {};
  type = prefix(type, axes);
  for (Type leaf : flatten(ArrayRef<Type>(type)))
    if (cast<ObjectType>(leaf).rank() > mostAxes)
      return tooLarge(state, range);
  return type;
}

static Type resolveObject(State &state, const Entity &entity, Range site) {
  auto known = state.objects.find(&entity);
  if (known != state.objects.end())
    return known->second;
  if (!state.activeObjects.insert(&entity).second) {
    state.error("definition.cycle", site, "object `" + entity.name + "` is defined by itself");
    return {};
  }
  if (state.tooDeep(site))
    return {};
  Environment environment;
  environment.standard = entity.standard;
  Type type = resolveType(state, entity.object->type, environment);
  state.activeObjects.erase(&entity);
  return state.objects[&entity] = type;
}

// What a name alone means as a type: an element type, an index of an axis, or an object.
static Type resolveName(State &state, const ast::Name &name, const Environment &environment) {
  if (environment.axes.count(name.text))
    return state.scalarType(resolveAxis(state, name, environment));
  const Entity *entity = state.scope.find(name.text, environment.standard);
  if (entity && entity->kind == EntityKind::axis)
    return state.scalarType(resolveAxis(state, name, environment));
  if (entity && entity->kind == EntityKind::object)
    return resolveObject(state, *entity, name.range);
  if (isElementType(name.text))
    return state.scalarType(name.text);
  Diagnostic &error = state.error("name.unknown", name.range, "there is no type `" + name.text + "`");
  if (entity)
    error.note(entity->range, "`" + name.text + "` is " + describe(entity->kind));
  else
    error.note("a type is `real`, `f64 f32 f16 bf16`, `i64 i32 i16 i8 u8`, `bool`, an axis, or an object");
  return {};
}

Type resolveType(State &state, const ast::Type &type, const Environment &environment) {
  switch (type.kind) {
  case ast::Type::Kind::name:
    return withAxes(state, resolveName(state, type.name, environment), type.axes, type.range, environment);
  case ast::Type::Kind::group:
    return withAxes(state, resolveType(state, type.children.front(), environment), type.axes, type.range,
                    environment);
  case ast::Type::Kind::product:
    break;
  }
  SmallVector<Type> factors;
  for (const ast::Type &child : type.children) {
    factors.push_back(resolveType(state, child, environment));
    if (!factors.back())
      return {};
  }
  return product(state, factors, type.range);
}

static Type resolveBracket(State &state, const ast::Expr &type, const Environment &environment) {
  std::vector<ast::Name> axes;
  for (const ast::Item &item : type.brackets.items) {
    if (item.kind != ast::Item::Kind::expression || item.value->kind != ast::Expr::Kind::name) {
      state.error("syntax", item.range, "the axes of a type are names");
      return {};
    }
    axes.push_back(item.value->name);
  }
  return withAxes(state, resolveType(state, *type.children[0], environment), axes, type.range, environment);
}

Type resolveType(State &state, const ast::Expr &type, const Environment &environment) {
  if (type.kind == ast::Expr::Kind::name)
    return resolveName(state, type.name, environment);
  if (type.kind == ast::Expr::Kind::group)
    return resolveType(state, *type.children[0], environment);
  if (type.kind == ast::Expr::Kind::bracket)
    return resolveBracket(state, type, environment);
  if (type.kind != ast::Expr::Kind::binary || type.op != ast::Operator::multiply) {
    state.error("syntax", type.range, "a type is expected here");
    return {};
  }
  Type left = resolveType(state, *type.children[0], environment);
  Type right = resolveType(state, *type.children[1], environment);
  return left && right ? product(state, {left, right}, type.range) : Type();
}

unsigned countLeaves(const State &state, const ast::Type &type, bool standard, unsigned depth) {
  if (depth > 64)
    return 1;
  if (type.kind == ast::Type::Kind::group)
    return countLeaves(state, type.children.front(), standard, depth + 1);
  if (type.kind == ast::Type::Kind::name) {
    const Entity *entity = state.scope.find(type.name.text, standard);
    if (!entity || entity->kind != EntityKind::object)
      return 1;
    auto known = state.objects.find(entity);
    if (known != state.objects.end() && known->second)
      return flatten(ArrayRef<Type>(known->second)).size();
    return countLeaves(state, entity->object->type, entity->standard, depth + 1);
  }
  unsigned total = 0;
  for (const ast::Type &child : type.children)
    total += countLeaves(state, child, standard, depth + 1);
  return std::min(total, mostLeaves);
}

} // namespace weft
