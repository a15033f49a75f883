// Each instance once; a morphism inside itself, or too many of them, is an error.
#include "compiler/elaborate/Instances.h"
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Cells.h"
#include "compiler/elaborate/Functions.h"
#include "compiler/elaborate/Generics.h"
#include "compiler/elaborate/Morphisms.h"
#include "compiler/elaborate/NearNames.h"
#include "compiler/elaborate/Types.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace weft {

static constexpr size_t deepest = 200, mostInstances = 20000;

std::string symbolOf(const State &state, const Entity &entity) {
  bool hidden = entity.standard && state.scope.find(entity.name, false) != &entity;
  return hidden ? "std." + entity.name : entity.name;
}

bool isScalarMorphism(const Instance &instance) {
  auto isScalar = [](Type type) {
    auto object = dyn_cast_or_null<ObjectType>(type);
    return object && object.isScalar();
  };
  return instance.outputs.size() == 1 && isScalar(instance.outputs.front()) &&
         llvm::all_of(instance.inputs, isScalar);
}

static bool reportCellCycle(State &state, const Entity &entity, std::vector<State::Active>::iterator first) {
  std::string around;
  for (auto it = first; it != state.active.end(); ++it) {
    const Entity &from = std::next(it) == state.active.end() ? entity : *std::next(it)->entity;
    around += (it == first ? "" : ", and ") + ("cell `" + it->entity->cell->name.text + "`") + " makes `" +
              it->entity->name + "` from `" + from.name + "`";
  }
  state.error("cell.cycle", entity.cell->name.range, "cells make `" + entity.name + "` from itself")
      .note(around);
  return true;
}

// Whether an entity is being made already, in which case it contains itself.
static bool reportCycle(State &state, const Entity &entity, Range site) {
  auto first =
      llvm::find_if(state.active, [&](const State::Active &active) { return active.entity == &entity; });
  if (first == state.active.end())
    return false;
  std::string path;
  for (auto it = first; it != state.active.end(); ++it)
    path += "`" + it->entity->name + "` uses ";
  // The first step of the way around stands in the morphism itself.
  auto second = std::next(first);
  if (second != state.active.end() && second->site.file)
    site = second->site;
  bool onlyCells = std::all_of(first, state.active.end(), [](auto &active) { return active.entity->cell; });
  if (onlyCells)
    return reportCellCycle(state, entity, first);
  state.error("morphism.cycle", site, "`" + entity.name + "` contains itself")
      .note(path + "`" + entity.name + "`; to repeat a box, use `chain`, `scan` or `iterate`");
  return true;
}

const Instance *instantiate(State &state, const Entity &entity, Environment environment, Range site) {
  std::string symbol = instanceSymbol(state, entity, environment);
  auto known = state.workspace->instances.find(symbol);
  if (known != state.workspace->instances.end() && known->second->entity == &entity) {
    bool active = llvm::any_of(state.active, [&](const State::Active &it) { return it.entity == &entity; });
    if (active && reportCycle(state, entity, site))
      return nullptr;
    return known->second.get();
  }
  if (reportCycle(state, entity, site))
    return nullptr;
  if (state.tooDeep(site))
    return nullptr;
  if (state.active.size() > deepest || state.workspace->instances.size() > mostInstances) {
    state.error("limit", site,
                "morphisms inside each other are at most " + std::to_string(deepest) +
                    " deep, and a program has at most " + std::to_string(mostInstances) + " instances");
    return nullptr;
  }
  bool generic = entity.morphism->generics.has_value();
  bool well = !generic || state.workspace->abstract || checkGeneric(state, entity);
  if (generic && state.workspace->abstract && !entity.standard)
    well = checkGeneric(state, entity);
  auto owned = std::make_unique<Instance>();
  Instance &instance = *owned;
  instance.symbol = symbol;
  instance.name = entity.name;
  instance.entity = &entity;
  instance.range = entity.range;
  instance.failed = !well;
  state.workspace->instances[symbol] = std::move(owned);
  state.active.push_back({&entity, site, generic});
  elaborateMorphism(state, instance, environment, well);
  state.active.pop_back();
  return &instance;
}

std::optional<BoxValue> resolveBox(State &state, const ast::Name &name, const ast::Brackets *brackets,
                                   const Environment &caller, ArrayRef<Type> inputs, ArrayRef<Type> outputs,
                                   Range range) {
  auto parameter = caller.boxes.find(name.text);
  if (parameter != caller.boxes.end()) {
    BoxValue box = parameter->second;
    if (brackets && !axisItems(state, *brackets, caller, box.over))
      return std::nullopt;
    return box;
  }
  const Entity *entity = state.scope.find(name.text, caller.standard);
  if (!entity || entity->kind != EntityKind::morphism) {
    Diagnostic &error = state.error("name.unknown", name.range, "there is no morphism `" + name.text + "`");
    if (!entity)
      suggestName(state, error, name.text, {EntityKind::morphism, EntityKind::monoid}, caller,
                  builtinFunctionNames());
    else
      error.note(entity->range,
                 "`" + name.text + "` is " + describe(entity->kind) +
                     (entity->kind == EntityKind::cell && !entity->cell->target.text.empty()
                          ? "; the morphism that it makes is `" + entity->cell->target.text + "`"
                          : ""));
    if (entity && entity->kind == EntityKind::monoid)
      error.note("fold by it: `" + name.text + "[i](…)` in an equation, `fold " + name.text +
                 " over A` in a diagram");
    return std::nullopt;
  }
  BoxValue box;
  std::optional<Environment> environment =
      bindGenerics(state, *entity, brackets, caller, inputs, outputs, range, box.over);
  if (!environment)
    return std::nullopt;
  box.instance = instantiate(state, *entity, std::move(*environment), range);
  if (!box.instance)
    return std::nullopt;
  if (!box.over.empty() && !box.instance->failed && !isScalarMorphism(*box.instance)) {
    state
        .error("call.arity", brackets->range,
               "`" + name.text + "` has " +
                   std::to_string(entity->morphism->generics ? entity->morphism->generics->axes.size() : 0) +
                   " axes, and gets more")
        .note("only a scalar morphism is mapped over further axes so; elsewhere say `map " + name.text +
              " over " + box.over.front() + "`")
        .note(entity->range, "declared here");
    return std::nullopt;
  }
  return box;
}

namespace {
// Puts the axes of a generic's own check in place, and what they hid back afterwards.
class AbstractAxes {
public:
  AbstractAxes(State &state, const std::vector<ast::Name> &names) : state(state) {
    for (const ast::Name &name : names) {
      auto known = state.axes.find(name.text);
      before.emplace_back(name.text, known == state.axes.end() ? std::nullopt : std::optional(known->second));
      AxisInfo axis;
      axis.symbol = name.text;
      axis.kind = AxisKind::abstract;
      axis.size = Size::open(name.text);
      axis.range = name.range;
      state.axes[name.text] = axis;
    }
  }
  ~AbstractAxes() {
    for (auto &[name, axis] : llvm::reverse(before))
      if (axis)
        state.axes[name] = *axis;
      else
        state.axes.erase(name);
  }

private:
  State &state;
  std::vector<std::pair<std::string, std::optional<AxisInfo>>> before;
};
} // namespace

// A box parameter by itself: an instance of which only the wires are known.
static bool unknownBox(State &state, const ast::Parameter &parameter, Environment &environment) {
  auto instance = std::make_unique<Instance>();
  instance->symbol = instance->name = parameter.name.text;
  instance->range = parameter.name.range;
  Type input = resolveType(state, parameter.type, environment);
  Type output = resolveType(state, parameter.result, environment);
  if (!input || !output)
    return false;
  auto fill = [](Type type, std::vector<Type> &types, std::vector<std::string> &names, const char *name) {
    for (Type leaf : flatten(ArrayRef<Type>(type))) {
      names.push_back(name + std::to_string(types.size() + 1));
      types.push_back(leaf);
    }
  };
  fill(input, instance->inputs, instance->inputNames, "x");
  fill(output, instance->outputs, instance->outputNames, "y");
  environment.boxes[parameter.name.text] = {instance.get(), {}};
  state.workspace->instances["parameter " + parameter.name.text] = std::move(instance);
  return true;
}

static bool unknownGenerics(State &state, const ast::Generics &generics, Environment &environment) {
  for (const ast::Name &axis : generics.axes)
    environment.axes[axis.text] = axis.text;
  for (const ast::Parameter &parameter : generics.parameters) {
    if (parameter.kind == ast::Parameter::Kind::box) {
      if (!unknownBox(state, parameter, environment))
        return false;
      continue;
    }
    auto type = dyn_cast_or_null<ObjectType>(resolveType(state, parameter.type, environment));
    if (!type || !type.isScalar()) {
      if (type)
        state.error("type.element", parameter.type.range, "a scalar type is expected here");
      return false;
    }
    if (parameter.kind == ast::Parameter::Kind::monoid)
      environment.monoids[parameter.name.text] = {nullptr, type};
    else
      environment.constants[parameter.name.text] = {type, 0, 0, false};
  }
  return true;
}

// Its axes are unknown ones.
static void elaborateGeneric(State &state, const Entity &entity) {
  Environment environment;
  environment.owner = &entity;
  environment.standard = entity.standard;
  if (!unknownGenerics(state, *entity.morphism->generics, environment))
    return;
  Instance instance;
  instance.symbol = instance.name = entity.name;
  instance.entity = &entity;
  instance.range = entity.range;
  elaborateMorphism(state, instance, environment, true);
}

OwningOpRef<ModuleOp> elaborateUnknown(State &state, ArrayRef<const Entity *> entities) {
  Workspace scratch;
  scratch.abstract = true;
  scratch.module = ModuleOp::create(UnknownLoc::get(&state.context));
  Workspace *outer = std::exchange(state.workspace, &scratch);
  std::vector<ast::Name> names;
  for (const Entity *entity : entities)
    if (entity->morphism->generics)
      llvm::append_range(names, entity->morphism->generics->axes);
  AbstractAxes axes(state, names);
  for (const Entity *entity : entities) {
    Environment environment;
    environment.owner = entity;
    environment.standard = entity->standard;
    if (!entity->morphism->generics) {
      instantiate(state, *entity, environment, entity->range);
      continue;
    }
    state.active.push_back({entity, Range(), false});
    elaborateGeneric(state, *entity);
    state.active.pop_back();
  }
  emitAxes(state, *scratch.module);
  OpBuilder builder = OpBuilder::atBlockBegin(scratch.module->getBody());
  std::set<std::string> emitted;
  for (const ast::Name &name : names)
    if (emitted.insert(name.text).second)
      AxisOp::create(builder, state.location(name.range), name.text, AxisKind::abstract,
                     Size::open(name.text).text(), ArrayAttr(), ArrayAttr());
  state.workspace = outer;
  return std::move(scratch.module);
}

ArrayRef<OccurrenceWeight> unknownCellWeights(State &state, const Entity &made) {
  auto [known, fresh] = state.unknownCellWeights.try_emplace(&made);
  if (!fresh)
    return known->second;
  Workspace scratch;
  scratch.abstract = true;
  scratch.module = ModuleOp::create(UnknownLoc::get(&state.context));
  Workspace *outer = std::exchange(state.workspace, &scratch);
  AbstractAxes axes(state, made.morphism->generics->axes);
  Environment environment;
  environment.owner = &made;
  environment.standard = made.standard;
  if (unknownGenerics(state, *made.morphism->generics, environment))
    if (const Instance *subject = cellSubject(state, made, environment, made.range))
      known->second = scratch.weights.of(scratch.morphism(subject->symbol));
  state.workspace = outer;
  return known->second;
}

bool checkGeneric(State &state, const Entity &entity) {
  auto [known, fresh] = state.checkedGenerics.try_emplace(&entity, true);
  // The library's generics are checked by its own tests, not by every program that uses it.
  if (!fresh || (entity.standard && state.input.root->path().rfind("std/", 0) != 0))
    return known->second;
  size_t errors = state.diagnostics.errorCount();
  Workspace scratch;
  scratch.abstract = true;
  scratch.module = ModuleOp::create(UnknownLoc::get(&state.context));
  Workspace *outer = std::exchange(state.workspace, &scratch);
  state.active.push_back({&entity, Range(), false});
  {
    AbstractAxes axes(state, entity.morphism->generics->axes);
    elaborateGeneric(state, entity);
  }
  state.active.pop_back();
  state.workspace = outer;
  return state.checkedGenerics[&entity] = state.diagnostics.errorCount() == errors;
}

bool hasWrongBox(const Workspace &workspace, MorphismOp morphism) {
  llvm::SetVector<MorphismOp> seen;
  seen.insert(morphism);
  bool isWrong = false;
  for (size_t i = 0; i < seen.size(); ++i) {
    MorphismOp inside = seen[i];
    inside.walk([&](BoxOp box) {
      auto instance = workspace.instances.find(box.getCallee().str());
      isWrong |= instance == workspace.instances.end() || instance->second->failed;
      if (MorphismOp callee = workspace.morphism(box.getCallee()))
        seen.insert(callee);
    });
  }
  return isWrong;
}

} // namespace weft
