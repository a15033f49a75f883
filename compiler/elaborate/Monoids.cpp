// What types a monoid takes for the arguments of a fold: `real` in it becomes their type.
#include "compiler/elaborate/Monoids.h"
#include "compiler/elaborate/Instances.h"
#include "compiler/elaborate/LiftTypes.h"
#include "compiler/elaborate/MonoidEmission.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

unsigned monoidArity(const MonoidValue &monoid) {
  return monoid.monoid ? MonoidLaws(*monoid.monoid->monoid).arguments.size() : 1;
}

std::string monoidArguments(const MonoidValue &monoid) {
  std::string names;
  if (monoid.monoid)
    for (const ast::Name &name : MonoidLaws(*monoid.monoid->monoid).arguments)
      names += (names.empty() ? "" : ", ") + name.text;
  return monoid.monoid ? names : "x";
}

bool mayUseOwnIndex(const MonoidValue &monoid) {
  if (!monoid.monoid)
    return false;
  MonoidLaws laws(*monoid.monoid->monoid);
  if (laws.arguments.size() < 2)
    return false;
  std::optional<size_t> last = laws.componentOf(laws.arguments.size() - 1);
  return last && laws.components[*last].index;
}

namespace {

class Typing {
public:
  Typing(State &state, const Entity &entity, ArrayRef<Inferred> arguments, ObjectType want, Range range)
      : state(state), entity(entity), laws(*entity.monoid), arguments(arguments), want(want), range(range) {
    environment.standard = entity.standard;
  }

  // For the arguments of a fold.
  std::optional<MonoidTyping> run() {
    MonoidTyping typing;
    if (arguments.size() != laws.arguments.size() || !fixedTypes() || !schemaType())
      return std::nullopt;
    componentTypes(typing);
    return named(typing);
  }

  // For no fold: `real` becomes `given`, and what the lift computes with is of the types that it asks for.
  std::optional<MonoidTyping> alone(ObjectType given) {
    MonoidTyping typing;
    schema = given;
    if (!fixedTypes())
      return std::nullopt;
    componentTypes(typing);
    computed = told(typing.carrier);
    for (ObjectType &argument : computed)
      argument = argument ? argument : given;
    return named(typing);
  }

private:
  MonoidTyping named(MonoidTyping &typing) {
    for (size_t i = 0; i < laws.arguments.size(); ++i) {
      std::optional<size_t> component = laws.componentOf(i);
      typing.argumentNames.push_back(laws.arguments[i].text);
      typing.arguments.push_back(component ? typing.carrier[*component] : computed[i]);
    }
    typing.symbol = symbolOf(state, entity) + suffix(typing);
    return typing;
  }

  // An argument that stands as a component decides what `real` becomes where that component is `real`.
  bool decides(size_t argument) {
    std::optional<size_t> component = laws.componentOf(argument);
    return component && laws.components[*component].schema;
  }

  // What the lift asks the arguments to be that it computes with, as far as the carrier is known.
  std::vector<ObjectType> told(ArrayRef<ObjectType> carrier) {
    std::vector<ObjectType> known(laws.arguments.size());
    for (size_t i = 0; i < known.size(); ++i)
      if (std::optional<size_t> component = laws.componentOf(i))
        known[i] = carrier[*component];
      else if (i < arguments.size() && arguments[i].isExact())
        known[i] = arguments[i].type;
    return LiftTypes(state, entity, laws, known).told(carrier);
  }

  bool schemaType() {
    Inferred all{Inferred::Sort::integer, {}};
    bool any = false;
    for (size_t i = 0; i < arguments.size(); ++i) {
      if (arguments[i].sort == Inferred::Sort::unknown)
        return false;
      if (!decides(i))
        continue;
      Inferred before = all;
      all = combine(all, arguments[i].asNumber());
      any = true;
      if (all.sort == Inferred::Sort::unknown) {
        state.error("type.element", range,
                    "the arguments of `" + entity.name + "` are of different types: `" +
                        text(before.defaultType(state.context)) + "` and `" +
                        text(arguments[i].defaultType(state.context)) + "`");
        return false;
      }
    }
    computedArguments(all);
    joinLifted(all, any);
    schema = any ? (want && !all.isExact() && all.accepts(want) ? want : all.defaultType(state.context))
                 : state.scalarType("real");
    return true;
  }

  // The lift computes with what the fold gives it. Literals take the type that it asks for, else that of the
  // other arguments.
  void computedArguments(const Inferred &others) {
    std::vector<ObjectType> asked = told(fixed);
    ObjectType number;
    for (const Inferred &argument : arguments)
      if (!number && argument.isExact() && (argument.type.isReal() || argument.type.isInteger()))
        number = argument.type;
    for (size_t i = 0; i < arguments.size(); ++i) {
      ObjectType type = arguments[i].defaultType(state.context);
      for (ObjectType better : {number, want, others.isExact() ? others.type : ObjectType(), asked[i]})
        if (better && !arguments[i].isExact() && arguments[i].accepts(better))
          type = better;
      computed.push_back(type);
    }
  }

  // What the lift computes for a component that is `real` decides as an argument there does.
  void joinLifted(Inferred &all, bool &any) {
    LiftTypes lift(state, entity, laws, computed);
    for (size_t c = 0; c < laws.components.size(); ++c) {
      Inferred made = laws.components[c].schema ? lift.component(c).asNumber() : Inferred();
      bool isNumber =
          made.isExact() ? made.type.isReal() || made.type.isInteger() : made.sort == Inferred::Sort::index;
      Inferred both = isNumber ? combine(all, made) : Inferred();
      if (both.sort == Inferred::Sort::unknown)
        continue;
      all = both;
      any = true;
    }
  }

  // Components whose types are written, and become nothing else.
  bool fixedTypes() {
    for (const MonoidLaws::Component &component : laws.components) {
      fixed.emplace_back();
      if (component.schema || component.index)
        continue;
      fixed.back() = dyn_cast_or_null<ObjectType>(resolveType(state, *component.type, environment));
      if (!fixed.back())
        return false;
      if (!fixed.back().isScalar()) {
        state.error("type.element", component.type->range, "components of a carrier are scalars");
        return false;
      }
    }
    return true;
  }

  void componentTypes(MonoidTyping &typing) {
    for (size_t c = 0; c < laws.components.size(); ++c) {
      const MonoidLaws::Component &component = laws.components[c];
      typing.components.push_back(component.name.text);
      typing.carrier.push_back(component.schema ? schema : component.index ? indexType(c) : fixed[c]);
    }
  }

  ObjectType indexType(size_t component) {
    for (size_t i = 0; i < arguments.size(); ++i)
      if (laws.componentOf(i) == component)
        return arguments[i].defaultType(state.context);
    return state.scalarType("i64");
  }

  std::string suffix(const MonoidTyping &typing) {
    std::string types;
    bool anyIndex = false, anySchema = false;
    for (size_t c = 0; c < laws.components.size(); ++c) {
      anyIndex |= laws.components[c].index;
      anySchema |= laws.components[c].schema;
    }
    if (anySchema && (anyIndex || schema.getElement() != "real"))
      types = text(schema);
    for (size_t c = 0; c < laws.components.size(); ++c)
      if (laws.components[c].index)
        types += (types.empty() ? "" : ", ") + text(typing.carrier[c]);
    return types.empty() ? "" : "[" + types + "]";
  }

  State &state;
  const Entity &entity;
  MonoidLaws laws;
  ArrayRef<Inferred> arguments;
  ObjectType want;
  Range range;
  Environment environment;
  ObjectType schema;
  std::vector<ObjectType> fixed;    // types of the components that say one; null for the others
  std::vector<ObjectType> computed; // types of the arguments, used where they are no components
};

} // namespace

// A monoid parameter while a generic is checked by itself: one component of the type it works on.
static const MonoidInstance *unknownMonoid(State &state, const MonoidValue &monoid,
                                           ArrayRef<Inferred> arguments, Range range) {
  std::unique_ptr<MonoidInstance> &instance = state.workspace->monoids["?" + text(monoid.on)];
  if (!instance) {
    instance = std::make_unique<MonoidInstance>();
    instance->symbol = "parameter";
    instance->arguments = {monoid.on};
    instance->result = monoid.on;
  }
  Inferred argument = arguments.front();
  if (!argument.accepts(monoid.on) && !argument.asNumber().accepts(monoid.on)) {
    if (argument.sort != Inferred::Sort::unknown)
      state.error("type.element", range,
                  "this monoid works on `" + text(monoid.on) + "`, and its argument is `" +
                      text(argument.defaultType(state.context)) + "`");
    return nullptr;
  }
  return instance.get();
}

static const MonoidInstance *instanceOf(State &state, const Entity &entity,
                                        std::optional<MonoidTyping> typing, Range range) {
  if (!typing)
    return nullptr;
  // Arguments that are computed with are no part of the symbol, but of what is made.
  std::string key = typing->symbol;
  for (ObjectType argument : typing->arguments)
    key += "|" + text(argument);
  std::unique_ptr<MonoidInstance> &instance = state.workspace->monoids[key];
  if (instance)
    return instance.get();
  if (state.workspace->monoids.size() > 10000) {
    state.error("limit", range, "a program has at most 10000 instances of monoids");
    return nullptr;
  }
  unsigned taken = 0;
  for (auto &[other, made] : state.workspace->monoids)
    taken += made && StringRef(other).starts_with(typing->symbol + "|");
  if (taken)
    typing->symbol += "." + std::to_string(taken + 1);
  instance = std::make_unique<MonoidInstance>();
  instance->symbol = typing->symbol;
  instance->arguments = typing->arguments;
  state.active.push_back({&entity, range, true});
  instance->result = emitMonoid(state, entity, *typing);
  instance->failed = !instance->result;
  state.active.pop_back();
  return instance.get();
}

const MonoidInstance *monoidInstance(State &state, const MonoidValue &monoid, ArrayRef<Inferred> arguments,
                                     ObjectType want, Range range) {
  if (!monoid.monoid)
    return unknownMonoid(state, monoid, arguments, range);
  const Entity &entity = *monoid.monoid;
  return instanceOf(state, entity, Typing(state, entity, arguments, want, range).run(), range);
}

const MonoidInstance *monoidOf(State &state, const Entity &entity, ObjectType schema) {
  if (!checkLaws(state, entity))
    return nullptr;
  std::optional<MonoidTyping> typing = Typing(state, entity, {}, {}, entity.range).alone(schema);
  const MonoidInstance *instance = instanceOf(state, entity, std::move(typing), entity.range);
  return instance && !instance->failed ? instance : nullptr;
}

void checkMonoid(State &state, const Entity &entity) { monoidOf(state, entity, state.scalarType("real")); }

} // namespace weft
