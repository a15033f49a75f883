// The types that a diagram takes when nothing before it says them.
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/Instances.h"
#include "compiler/elaborate/SizeExpressions.h"
#include "compiler/elaborate/Types.h"

using namespace mlir;

namespace weft {

using Types = SmallVector<Type>;
using Kind = ast::Diagram::Kind;

namespace {

class Heads {
public:
  Heads(State &state, const Environment &environment) : state(state), environment(environment) {}

  std::optional<Types> run(const ast::Diagram &d) {
    switch (d.kind) {
    case Kind::sequence:
    case Kind::named:
    case Kind::group:
    case Kind::iterate:
      return run(*d.parts.front());
    case Kind::product: {
      Types all;
      for (const ast::DiagramPtr &part : d.parts) {
        std::optional<Types> types = run(*part);
        if (!types)
          return std::nullopt;
        all.append(*types);
      }
      return all;
    }
    case Kind::instance:
      return instance(d);
    default:
      return frame(d);
    }
  }

private:
  std::optional<Types> unclear(const ast::Diagram &d) {
    state.error("wire.undefined", d.range, "nothing says the types of the wires that go into this")
        .note("write the morphism with its wires: `morphism " +
              (environment.owner ? environment.owner->name : "f") + " (x: real[A]) -> (y: real) { … }`");
    return std::nullopt;
  }

  std::optional<Types> instance(const ast::Diagram &d) {
    const std::string &name = d.name.text;
    bool isStructure = name == "id" || name == "copy" || name == "drop" || name == "swap";
    bool known = environment.binds(name) || state.scope.find(name, environment.standard);
    if (isStructure && !known) {
      Types types;
      if (!d.brackets)
        return unclear(d);
      for (const ast::Item &item : d.brackets->items) {
        Type type = item.value ? resolveType(state, *item.value, environment) : Type();
        if (!type)
          return std::nullopt;
        flatten(type, types);
      }
      return types;
    }
    std::optional<BoxValue> box =
        resolveBox(state, d.name, d.brackets ? &*d.brackets : nullptr, environment, {}, {}, d.range);
    if (!box)
      return std::nullopt;
    Types types;
    for (Type type : box->instance->inputs) {
      if (!type)
        return std::nullopt;
      flatten(prefix(type, box->over), types);
    }
    return types;
  }

  std::optional<Types> frame(const ast::Diagram &d) {
    const ast::Diagram &inner = withoutGroups(*d.parts[0]);
    const Entity *entity =
        inner.kind == Kind::instance ? state.scope.find(inner.name.text, environment.standard) : nullptr;
    if (inner.kind == Kind::instance &&
        (environment.monoids.count(inner.name.text) || (entity && entity->kind == EntityKind::monoid)))
      return unclear(d);
    std::string axis = resolveAxis(state, d.axis, environment);
    std::optional<Types> types = run(inner);
    if (!types || axis.empty())
      return std::nullopt;
    std::optional<DiagramShape> shape = shapeOf(state, inner, environment);
    std::optional<int64_t> carried = d.states ? wholeNumber(d.states->text) : 1;
    for (size_t i = 0; i < types->size(); ++i) {
      bool known = shape && i < shape->inputs.size();
      bool context = known && llvm::any_of(d.contexts, [&](const ast::Name &name) {
                       return name.text == shape->inputs[i].name;
                     });
      bool isState = d.kind == Kind::unfold || (d.kind == Kind::fold && shape && i < shape->outputs.size()) ||
                     ((d.kind == Kind::chain || d.kind == Kind::scan) && carried &&
                      (known ? shape->inputs[i].wire : i) < static_cast<size_t>(*carried));
      if (!context && !isState)
        (*types)[i] = prefix((*types)[i], axis);
    }
    return types;
  }

  State &state;
  const Environment &environment;
};

} // namespace

std::optional<Types> Diagrams::headTypes(const ast::Diagram &diagram) {
  return Heads(state, environment).run(diagram);
}

} // namespace weft
