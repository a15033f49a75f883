// Axes by position or from the wires, then constants, boxes and monoids by name.
#include "compiler/elaborate/Generics.h"
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Constants.h"
#include "compiler/elaborate/Instances.h"
#include "compiler/elaborate/SizeExpressions.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

bool axisItems(State &state, const ast::Brackets &brackets, const Environment &caller,
               std::vector<std::string> &axes) {
  for (const ast::Item &item : brackets.items) {
    if (item.kind == ast::Item::Kind::setting) {
      state.error("syntax", item.range, "constants, boxes and monoids stand after a `;`")
          .note("`norm[Model; eps = 1e-6]`");
      return false;
    }
    if (item.kind != ast::Item::Kind::expression || item.value->kind != ast::Expr::Kind::name) {
      state.error("axis.unknown", item.range, "the name of an axis is expected here");
      return false;
    }
    std::string axis = resolveAxis(state, item.value->name, caller);
    if (axis.empty())
      return false;
    axes.push_back(std::move(axis));
  }
  return true;
}

namespace {

class GenericBinding {
public:
  GenericBinding(State &state, const Entity &morphism, const ast::Brackets *brackets,
                 const Environment &caller, Range range)
      : state(state), entity(morphism), brackets(brackets), caller(caller), range(range) {
    static const ast::Generics none;
    generics = morphism.morphism->generics ? &*morphism.morphism->generics : &none;
    environment.owner = &morphism;
    environment.standard = morphism.standard;
  }

  std::optional<Environment> run(ArrayRef<Type> inputs, ArrayRef<Type> outputs,
                                 std::vector<std::string> &over,
                                 const std::map<std::string, std::string> &told);

private:
  bool axes(std::vector<std::string> &over, const std::map<std::string, std::string> &told);
  void inferAxes(const std::vector<ast::Typed> &wires, ArrayRef<Type> actual);
  void match(ObjectType declared, ObjectType actual);
  bool allAxesKnown();
  bool settings();
  bool setting(const ast::Parameter &parameter, const ast::Expr *value);
  bool constantSetting(const ast::Parameter &parameter, const ast::Expr &value, const Environment &from);
  bool boxSetting(const ast::Parameter &parameter, const ast::Expr &value);
  bool monoidSetting(const ast::Parameter &parameter, const ast::Expr &value);

  State &state;
  const Entity &entity;
  const ast::Brackets *brackets;
  const Environment &caller;
  Range range;
  const ast::Generics *generics;
  Environment environment;
};

} // namespace

// Until it is known, a generic axis stands for itself under a name that no program can write.
static std::string placeholder(const std::string &axis) { return "?" + axis; }

bool GenericBinding::axes(std::vector<std::string> &over, const std::map<std::string, std::string> &told) {
  std::vector<std::string> given;
  if (brackets && brackets->where) {
    state.error("syntax", brackets->where->range,
                "a `where` belongs to a fold, and `" + entity.name + "` is a morphism");
    return false;
  }
  if (brackets && !axisItems(state, *brackets, caller, given))
    return false;
  size_t own = std::min(given.size(), generics->axes.size());
  for (size_t i = 0; i < own; ++i)
    environment.axes[generics->axes[i].text] = given[i];
  over.assign(given.begin() + own, given.end());
  for (size_t i = own; i < generics->axes.size(); ++i) {
    const std::string &axis = generics->axes[i].text;
    auto known = told.find(axis);
    environment.axes[axis] = known == told.end() ? placeholder(axis) : known->second;
  }
  return true;
}

void GenericBinding::match(ObjectType declared, ObjectType actual) {
  auto bind = [&](StringRef pattern, StringRef axis) {
    if (!pattern.consume_front("?"))
      return;
    std::string &bound = environment.axes[pattern.str()];
    if (bound == placeholder(pattern.str()))
      bound = axis.str();
  };
  if (declared.rank() != actual.rank())
    return;
  if (actual.isIndex())
    bind(declared.getElement().getValue(), actual.getElement().getValue());
  for (auto [pattern, axis] : llvm::zip(declared.getAxes(), actual.getAxes()))
    bind(pattern.getValue(), axis.getValue());
}

void GenericBinding::inferAxes(const std::vector<ast::Typed> &wires, ArrayRef<Type> actual) {
  bool missing = llvm::any_of(environment.axes, [](auto &entry) { return entry.second.front() == '?'; });
  if (!missing || actual.empty())
    return;
  SmallVector<Type> declared;
  for (const ast::Typed &typed : wires) {
    Type type = resolveType(state, typed.type, environment);
    if (!type)
      return;
    for (size_t i = 0; i < typed.names.size(); ++i)
      flatten(type, declared);
  }
  if (declared.size() != actual.size())
    return;
  for (auto [pattern, type] : llvm::zip(declared, actual))
    if (type)
      match(cast<ObjectType>(pattern), cast<ObjectType>(type));
}

bool GenericBinding::allAxesKnown() {
  for (const ast::Name &axis : generics->axes)
    if (environment.axes[axis.text] == placeholder(axis.text)) {
      std::string all;
      for (const ast::Name &name : generics->axes)
        all += (all.empty() ? "" : ", ") + name.text;
      state
          .error("axis.unknown", range,
                 "the wires do not tell axis `" + axis.text + "` of `" + entity.name + "`")
          .note("write it: `" + entity.name + "[" + all + "]`")
          .note(axis.range, "declared here");
      return false;
    }
  return true;
}

bool GenericBinding::constantSetting(const ast::Parameter &parameter, const ast::Expr &value,
                                     const Environment &from) {
  auto type = dyn_cast_or_null<ObjectType>(resolveType(state, parameter.type, environment));
  if (!type)
    return false;
  if (!type.isScalar()) {
    state.error("type.element", parameter.type.range, "a constant is a scalar");
    return false;
  }
  size_t errors = state.diagnostics.errorCount();
  bool abstract = state.workspace->abstract;
  std::optional<Number> number = evaluateConstant(state, value, from, !abstract);
  if (!number && abstract && errors == state.diagnostics.errorCount()) {
    environment.constants[parameter.name.text] = {type, 0, 0, false};
    return true;
  }
  std::optional<ConstantValue> constant =
      number ? convertConstant(state, *number, type, value.range) : std::nullopt;
  if (constant)
    environment.constants[parameter.name.text] = *constant;
  return constant.has_value();
}

bool GenericBinding::boxSetting(const ast::Parameter &parameter, const ast::Expr &value) {
  const ast::Expr &inner = withoutGroups(value);
  const ast::Expr *head = inner.kind == ast::Expr::Kind::bracket ? inner.children[0].get() : &inner;
  if (head->kind != ast::Expr::Kind::name) {
    state.error("syntax", value.range, "a morphism is expected for `" + parameter.name.text + "`");
    return false;
  }
  Type input = resolveType(state, parameter.type, environment);
  Type output = resolveType(state, parameter.result, environment);
  if (!input || !output)
    return false;
  SmallVector<Type> inputs = flatten(ArrayRef<Type>(input)), outputs = flatten(ArrayRef<Type>(output));
  const ast::Brackets *own = inner.kind == ast::Expr::Kind::bracket ? &inner.brackets : nullptr;
  std::optional<BoxValue> box = resolveBox(state, head->name, own, caller, inputs, outputs, value.range);
  if (!box)
    return false;
  auto typesOf = [&](const std::vector<Type> &types) {
    SmallVector<Type> result;
    for (Type type : flatten(types))
      result.push_back(prefix(type, box->over));
    return result;
  };
  if (!box->instance->failed &&
      (typesOf(box->instance->inputs) != inputs || typesOf(box->instance->outputs) != outputs)) {
    state
        .error("wire.axis", value.range,
               "`" + head->name.text + "` is `" +
                   text(packed(state.context, typesOf(box->instance->inputs))) + " -> " +
                   text(packed(state.context, typesOf(box->instance->outputs))) + "`, but `" +
                   parameter.name.text + "` is `" + text(input) + " -> " + text(output) + "`")
        .note(parameter.range, "declared here");
    return false;
  }
  environment.boxes[parameter.name.text] = *box;
  return true;
}

bool GenericBinding::monoidSetting(const ast::Parameter &parameter, const ast::Expr &value) {
  const ast::Expr &inner = withoutGroups(value);
  if (inner.kind == ast::Expr::Kind::name) {
    auto own = caller.monoids.find(inner.name.text);
    const Entity *found = state.scope.find(inner.name.text, caller.standard);
    if (own != caller.monoids.end() || (found && found->kind == EntityKind::monoid)) {
      environment.monoids[parameter.name.text] =
          own != caller.monoids.end() ? own->second : MonoidValue{found, {}};
      return true;
    }
  }
  state.error("name.unknown", value.range,
              "the name of a monoid is expected for `" + parameter.name.text + "`");
  return false;
}

bool GenericBinding::setting(const ast::Parameter &parameter, const ast::Expr *value) {
  const Environment &from = value ? caller : environment;
  if (!value)
    value = parameter.value.get();
  if (!value) {
    state.error("call.arity", range, "`" + entity.name + "` is not told `" + parameter.name.text + "`")
        .note(parameter.range, "declared here")
        .note("write `" + entity.name + "[…; " + parameter.name.text + " = …]`");
    return false;
  }
  switch (parameter.kind) {
  case ast::Parameter::Kind::constant:
    return constantSetting(parameter, *value, from);
  case ast::Parameter::Kind::box:
    return boxSetting(parameter, *value);
  case ast::Parameter::Kind::monoid:
    return monoidSetting(parameter, *value);
  }
  return false;
}

// What a setting may name.
static std::string settable(const ast::Morphism &morphism) {
  std::string names;
  if (morphism.generics)
    for (const ast::Parameter &parameter : morphism.generics->parameters)
      names += (names.empty() ? "`" : ", `") + parameter.name.text + "`";
  return names.empty() ? "it has nothing to set" : "it has " + names;
}

bool GenericBinding::settings() {
  std::map<std::string, const ast::Item *> given;
  for (size_t i = 0; brackets && i < brackets->settings.size(); ++i) {
    const ast::Item &item = brackets->settings[i];
    if (item.kind != ast::Item::Kind::setting) {
      state.error("syntax", item.range, "after `;` stand settings: `eps = 1e-6`");
      return false;
    }
    bool known = llvm::any_of(generics->parameters, [&](const ast::Parameter &parameter) {
      return parameter.name.text == item.name.text;
    });
    if (!known) {
      state
          .error("name.unknown", item.name.range,
                 "`" + entity.name + "` has no `" + item.name.text + "` to set")
          .note(settable(*entity.morphism))
          .note(entity.range, "declared here");
      return false;
    }
    if (!given.emplace(item.name.text, &item).second) {
      state.error("name.redefined", item.name.range, "`" + item.name.text + "` is set twice");
      return false;
    }
  }
  for (const ast::Parameter &parameter : generics->parameters) {
    auto item = given.find(parameter.name.text);
    if (!setting(parameter, item == given.end() ? nullptr : item->second->value.get()))
      return false;
  }
  return true;
}

std::optional<Environment> GenericBinding::run(ArrayRef<Type> inputs, ArrayRef<Type> outputs,
                                               std::vector<std::string> &over,
                                               const std::map<std::string, std::string> &told) {
  if (!axes(over, told))
    return std::nullopt;
  inferAxes(entity.morphism->inputs, inputs);
  inferAxes(entity.morphism->outputs, outputs);
  if (!allAxesKnown() || !settings())
    return std::nullopt;
  return std::move(environment);
}

std::optional<Environment> bindGenerics(State &state, const Entity &morphism, const ast::Brackets *brackets,
                                        const Environment &caller, ArrayRef<Type> inputs,
                                        ArrayRef<Type> outputs, Range range, std::vector<std::string> &over,
                                        const std::map<std::string, std::string> &told) {
  return GenericBinding(state, morphism, brackets, caller, range).run(inputs, outputs, over, told);
}

static std::string settingText(State &state, const ast::Parameter &parameter,
                               const Environment &environment) {
  const std::string &name = parameter.name.text;
  if (parameter.kind == ast::Parameter::Kind::constant) {
    std::string value = text(state, environment.constants.at(name));
    if (parameter.value) {
      std::optional<Number> number = evaluateConstant(state, *parameter.value, environment, false);
      ObjectType type = environment.constants.at(name).type;
      bool comparable = number && (number->kind == Number::Kind::real ? type.isReal() : !type.isBool());
      if (comparable && text(state, {type, number->asReal(), number->integer, true}) == value)
        return "";
    }
    return value;
  }
  if (parameter.kind == ast::Parameter::Kind::monoid) {
    const MonoidValue &monoid = environment.monoids.at(name);
    return monoid.monoid ? symbolOf(state, *monoid.monoid) : "?" + text(monoid.on);
  }
  const BoxValue &box = environment.boxes.at(name);
  std::string value = box.instance->symbol;
  for (const std::string &axis : box.over)
    value += " over " + axis;
  return value;
}

std::string instanceSymbol(State &state, const Entity &morphism, const Environment &environment) {
  std::string symbol = symbolOf(state, morphism);
  if (!morphism.morphism->generics)
    return symbol;
  std::string axes, settings;
  for (const ast::Name &axis : morphism.morphism->generics->axes)
    axes += (axes.empty() ? "" : ", ") + environment.axes.at(axis.text);
  for (const ast::Parameter &parameter : morphism.morphism->generics->parameters) {
    std::string value = settingText(state, parameter, environment);
    if (!value.empty())
      settings += (settings.empty() ? "" : ", ") + parameter.name.text + " = " + value;
  }
  if (axes.empty() && settings.empty())
    return symbol;
  return symbol + "[" + axes + (settings.empty() ? "" : "; ") + settings + "]";
}

} // namespace weft
