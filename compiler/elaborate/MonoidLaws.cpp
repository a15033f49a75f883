// Which laws a monoid has, and how arguments reach components.
#include "compiler/elaborate/MonoidLaws.h"
#include "compiler/elaborate/SizeExpressions.h"

namespace weft {

static MonoidLaws::Component component(const ast::Name &name, const ast::Type &type) {
  bool plain = type.kind == ast::Type::Kind::name && type.axes.empty();
  return {name, &type, plain && type.name.text == "real", plain && type.name.text == "index"};
}

MonoidLaws::MonoidLaws(const ast::Monoid &monoid) {
  for (const ast::Law &law : monoid.laws) {
    switch (law.kind) {
    case ast::Law::Kind::carrier:
      carrier = &law;
      break;
    case ast::Law::Kind::unit:
      unit = &law;
      break;
    case ast::Law::Kind::combine:
      combine = &law;
      break;
    case ast::Law::Kind::lift:
      lift = &law;
      break;
    case ast::Law::Kind::lower:
      lower = &law;
      break;
    case ast::Law::Kind::assume:
      assumed.push_back(law.names.front().text);
      break;
    }
  }
  if (carrier) {
    for (const ast::Typed &typed : carrier->wires)
      for (const ast::Name &name : typed.names)
        components.push_back(component(name, typed.type));
  } else if (monoid.on) {
    components.push_back(component({"value", monoid.on->range}, *monoid.on));
  }
  if (lift)
    arguments = lift->names;
  else
    for (const Component &part : components)
      arguments.push_back(part.name);
}

std::optional<size_t> MonoidLaws::componentOf(size_t argument) const {
  if (!lift)
    return argument < components.size() ? std::optional(argument) : std::nullopt;
  const ast::Expr &value = withoutGroups(*lift->value);
  auto isArgument = [&](const ast::Expr &e) {
    const ast::Expr &inner = withoutGroups(e);
    return inner.kind == ast::Expr::Kind::name && inner.name.text == arguments[argument].text;
  };
  if (value.kind != ast::Expr::Kind::pair)
    return isArgument(value) ? std::optional<size_t>(0) : std::nullopt;
  for (size_t i = 0; i < value.children.size(); ++i)
    if (isArgument(*value.children[i]))
      return i;
  return std::nullopt;
}

static bool distinct(State &state, const std::vector<ast::Name> &names) {
  for (size_t i = 0; i < names.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (names[i].text == names[j].text) {
        state.error("name.redefined", names[i].range, "`" + names[i].text + "` stands here twice")
            .note(names[j].range, "first here");
        return false;
      }
  return true;
}

bool checkLaws(State &state, const Entity &entity) {
  const ast::Monoid &monoid = *entity.monoid;
  MonoidLaws laws(monoid);
  std::set<ast::Law::Kind> seen;
  for (const ast::Law &law : monoid.laws)
    if (law.kind != ast::Law::Kind::assume && !seen.insert(law.kind).second) {
      state.error("name.redefined", law.range, "monoid `" + entity.name + "` says this twice");
      return false;
    }
  if (laws.components.empty() || (laws.carrier && monoid.on)) {
    state
        .error("syntax", entity.range,
               laws.carrier ? "a monoid has `on` or `carrier`, not both"
                            : "monoid `" + entity.name + "` has no carrier")
        .note("`monoid m on real { … }` or `carrier (a: real, b: real)`");
    return false;
  }
  if (!laws.combine) {
    state.error("syntax", entity.range, "monoid `" + entity.name + "` has no operation")
        .note("write `a * b = …`");
    return false;
  }
  if (!laws.lower && laws.components.size() > 1) {
    state
        .error("call.arity", entity.range,
               "monoid `" + entity.name + "` has " + counted(laws.components.size(), "component") +
                   " and does not say which number it gives")
        .note("write `lower r = …`");
    return false;
  }
  for (const std::string &law : laws.assumed)
    if (law != "associative" && law != "unit" && law != "domain" && law != "commutative" &&
        law != "idempotent") {
      state.error("name.unknown", entity.range, "there is no law `" + law + "` to assume")
          .note("laws are `associative`, `unit`, `domain`, `commutative` and `idempotent`");
      return false;
    }
  std::vector<ast::Name> components;
  for (const MonoidLaws::Component &part : laws.components)
    components.push_back(part.name);
  return distinct(state, components) && distinct(state, laws.arguments) &&
         distinct(state, laws.combine->names);
}

} // namespace weft
