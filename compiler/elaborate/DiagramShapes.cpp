// How many wires a diagram has and what they are called, from declarations alone.
#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/Expressions.h"
#include "compiler/elaborate/Monoids.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

static constexpr size_t mostWires = 4096;

const ast::Diagram &withoutGroups(const ast::Diagram &diagram) {
  const ast::Diagram *inner = &diagram;
  while (inner->kind == ast::Diagram::Kind::group)
    inner = inner->parts[0].get();
  return *inner;
}

static bool isFrame(ast::Diagram::Kind kind) { return kind >= ast::Diagram::Kind::map; }

bool singleInstance(const ast::Diagram &diagram) {
  const ast::Diagram *inner = &withoutGroups(diagram);
  while (isFrame(inner->kind))
    inner = &withoutGroups(*inner->parts[0]);
  return inner->kind == ast::Diagram::Kind::instance;
}

static void declared(State &state, const std::vector<ast::Typed> &wires, bool standard, DiagramShape &shape,
                     bool inputs) {
  unsigned wire = 0;
  for (const ast::Typed &typed : wires) {
    unsigned leaves = countLeaves(state, typed.type, standard);
    for (const ast::Name &name : typed.names) {
      for (unsigned i = 0; i < leaves; ++i)
        inputs ? shape.inputs.push_back({name.text, wire}) : shape.outputs.push_back(name.text);
      ++wire;
    }
  }
}

std::optional<DiagramShape> shapeOf(State &state, const Entity &morphism) {
  auto [known, fresh] = state.shapes.try_emplace(&morphism);
  if (!fresh)
    return known->second;
  const ast::Morphism &declaration = *morphism.morphism;
  std::optional<DiagramShape> shape;
  if (declaration.diagram) {
    Environment environment;
    environment.owner = &morphism;
    environment.standard = morphism.standard;
    shape = shapeOf(state, *declaration.diagram, environment);
  } else {
    shape.emplace();
    declared(state, declaration.inputs, morphism.standard, *shape, true);
    declared(state, declaration.outputs, morphism.standard, *shape, false);
  }
  return state.shapes[&morphism] = shape;
}

static DiagramShape shapeOf(const Instance &instance) {
  DiagramShape shape;
  for (auto [i, type] : llvm::enumerate(instance.inputs))
    for (size_t leaf = 0; leaf < flatten(ArrayRef<Type>(type)).size(); ++leaf)
      shape.inputs.push_back({instance.inputNames[i], static_cast<unsigned>(i)});
  for (auto [i, type] : llvm::enumerate(instance.outputs))
    for (size_t leaf = 0; leaf < flatten(ArrayRef<Type>(type)).size(); ++leaf)
      shape.outputs.push_back(instance.outputNames[i]);
  return shape;
}

namespace {
class Shapes {
public:
  Shapes(State &state, const Environment &environment) : state(state), environment(environment) {}

  std::optional<DiagramShape> run(const ast::Diagram &d) {
    switch (d.kind) {
    case ast::Diagram::Kind::sequence: {
      std::optional<DiagramShape> first = run(*d.parts.front()), last = run(*d.parts.back());
      if (!first || !last)
        return std::nullopt;
      first->outputs = std::move(last->outputs);
      return first;
    }
    case ast::Diagram::Kind::product:
      return product(d);
    case ast::Diagram::Kind::named:
    case ast::Diagram::Kind::group:
    case ast::Diagram::Kind::map:
    case ast::Diagram::Kind::each:
    case ast::Diagram::Kind::chain:
    case ast::Diagram::Kind::unfold:
      return run(*d.parts[0]);
    case ast::Diagram::Kind::fold:
    case ast::Diagram::Kind::scan:
      if (std::optional<DiagramShape> shape = monoid(withoutGroups(*d.parts[0])))
        return shape;
      return run(*d.parts[0]);
    case ast::Diagram::Kind::iterate: {
      std::optional<DiagramShape> shape = run(*d.parts[0]);
      if (shape)
        shape->outputs.push_back("converged");
      return shape;
    }
    case ast::Diagram::Kind::instance:
      return instance(d);
    }
    return std::nullopt;
  }

private:
  std::optional<DiagramShape> product(const ast::Diagram &d) {
    DiagramShape all;
    unsigned wires = 0;
    for (const ast::DiagramPtr &part : d.parts) {
      std::optional<DiagramShape> shape = run(*part);
      if (!shape || all.inputs.size() + shape->inputs.size() > mostWires ||
          all.outputs.size() + shape->outputs.size() > mostWires)
        return std::nullopt;
      unsigned last = 0;
      for (DiagramShape::Input &input : shape->inputs) {
        last = std::max(last, input.wire + 1);
        all.inputs.push_back({input.name, wires + input.wire});
      }
      wires += last;
      all.outputs.insert(all.outputs.end(), shape->outputs.begin(), shape->outputs.end());
    }
    return all;
  }

  std::optional<DiagramShape> monoid(const ast::Diagram &d) {
    if (d.kind != ast::Diagram::Kind::instance || d.brackets)
      return std::nullopt;
    auto parameter = environment.monoids.find(d.name.text);
    const Entity *entity = state.scope.find(d.name.text, environment.standard);
    MonoidValue value;
    if (parameter != environment.monoids.end())
      value = parameter->second;
    else if (entity && entity->kind == EntityKind::monoid)
      value.monoid = entity;
    else
      return std::nullopt;
    DiagramShape shape;
    unsigned arity = monoidArity(value) - (mayUseOwnIndex(value) ? 1 : 0);
    for (unsigned i = 0; i < arity; ++i)
      shape.inputs.push_back({"x" + std::to_string(i + 1), i});
    shape.outputs.push_back(d.name.text);
    return shape;
  }

  std::optional<DiagramShape> structure(const ast::Diagram &d) {
    if (!d.brackets)
      return std::nullopt;
    std::vector<unsigned> leaves;
    for (const ast::Item &item : d.brackets->items) {
      Type type = item.value ? resolveType(state, *item.value, environment) : Type();
      if (!type)
        return std::nullopt;
      leaves.push_back(flatten(ArrayRef<Type>(type)).size());
    }
    DiagramShape shape;
    for (unsigned count : leaves)
      for (unsigned i = 0; i < count; ++i)
        shape.inputs.push_back(
            {"x" + std::to_string(shape.inputs.size() + 1), static_cast<unsigned>(shape.inputs.size())});
    unsigned copies = d.name.text == "copy" ? 2 : d.name.text == "drop" ? 0 : 1;
    for (unsigned copy = 0; copy < copies; ++copy)
      for (const DiagramShape::Input &input : shape.inputs)
        shape.outputs.push_back(input.name);
    return shape;
  }

  std::optional<DiagramShape> instance(const ast::Diagram &d) {
    auto parameter = environment.boxes.find(d.name.text);
    if (parameter != environment.boxes.end())
      return shapeOf(*parameter->second.instance);
    const Entity *entity = state.scope.find(d.name.text, environment.standard);
    if (entity && entity->kind == EntityKind::morphism)
      return shapeOf(state, *entity);
    const std::string &name = d.name.text;
    if (!entity && (name == "id" || name == "copy" || name == "drop" || name == "swap"))
      return structure(d);
    return std::nullopt;
  }

  State &state;
  const Environment &environment;
};
} // namespace

std::optional<DiagramShape> shapeOf(State &state, const ast::Diagram &diagram,
                                    const Environment &environment) {
  return Shapes(state, environment).run(diagram);
}

} // namespace weft
