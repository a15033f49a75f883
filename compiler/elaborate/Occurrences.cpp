// What the occurrences without a name are called: their morphism's name, numbered when there are several.
#include "compiler/elaborate/Occurrences.h"
#include "compiler/elaborate/Diagrams.h"

namespace weft {

namespace {

// One level of paths: a morphism's body, or a named part of a diagram.
class Level {
public:
  Level(State &state, const Environment &environment, Occurrences &occurrences)
      : state(state), environment(environment), occurrences(occurrences) {}

  ~Level() {
    llvm::StringMap<unsigned> counts, next;
    for (auto &[node, name] : unnamed)
      ++counts[name];
    for (auto &[node, name] : unnamed)
      occurrences.names[node] = counts[name] == 1 && !named.count(name) ? name : fresh(name, next[name]);
  }

  void diagram(const ast::Diagram &d) {
    switch (d.kind) {
    case ast::Diagram::Kind::instance:
      if (isMorphism(d.name.text))
        unnamed.emplace_back(&d, d.name.text);
      return;
    case ast::Diagram::Kind::named:
      part(d.name, *d.parts[0]);
      return;
    default:
      for (const ast::DiagramPtr &inner : d.parts)
        diagram(*inner);
    }
  }

  // A part with a name: a box of that name, or a level of its own.
  void part(const ast::Name &name, const ast::Diagram &d) {
    auto [known, fresh] = named.try_emplace(name.text, name.range);
    if (!fresh)
      state.error("name.redefined", name.range, "two boxes are called `" + name.text + "`")
          .note(known->second, "the first is here");
    if (singleInstance(d))
      return;
    Level level(state, environment, occurrences);
    const ast::Diagram &inner = withoutGroups(d);
    inner.kind == ast::Diagram::Kind::instance ? void() : level.diagram(inner);
  }

  void expression(const ast::Expr &e) {
    if (e.kind == ast::Expr::Kind::call) {
      const ast::Expr &head = *e.children[0];
      const ast::Expr &name = head.kind == ast::Expr::Kind::bracket ? *head.children[0] : head;
      if (name.kind == ast::Expr::Kind::name && !occurrences.boxes.count(name.name.text) &&
          isMorphism(name.name.text))
        unnamed.emplace_back(&head, name.name.text);
    }
    for (const ast::ExprPtr &child : e.children)
      expression(*child);
    if (e.kind != ast::Expr::Kind::bracket)
      return;
    for (const ast::Item &item : e.brackets.items)
      if (item.value)
        expression(*item.value);
    if (e.brackets.where)
      expression(*e.brackets.where);
  }

private:
  bool isMorphism(const std::string &name) {
    if (environment.boxes.count(name))
      return true;
    const Entity *entity = state.scope.find(name, environment.standard);
    return entity && entity->kind == EntityKind::morphism;
  }

  std::string fresh(const std::string &name, unsigned &next) {
    std::string numbered;
    do
      numbered = name + "_" + std::to_string(++next);
    while (named.count(numbered));
    return numbered;
  }

  State &state;
  const Environment &environment;
  Occurrences &occurrences;
  std::vector<std::pair<const void *, std::string>> unnamed;
  llvm::StringMap<Range> named;
};

} // namespace

void nameOccurrences(State &state, const ast::Morphism &morphism, const Environment &environment,
                     Occurrences &occurrences) {
  Level level(state, environment, occurrences);
  for (const ast::ExprPtr &condition : morphism.required)
    level.expression(*condition);
  for (const ast::Equation &equation : morphism.equations) {
    if (equation.kind == ast::Equation::Kind::box) {
      for (const ast::Name &name : equation.names)
        level.part(name, *equation.diagram);
    } else if (equation.value) {
      level.expression(*equation.value);
    }
  }
  for (const ast::ExprPtr &condition : morphism.ensured)
    level.expression(*condition);
}

void nameOccurrences(State &state, const ast::Diagram &diagram, const Environment &environment,
                     Occurrences &occurrences) {
  Level(state, environment, occurrences).diagram(diagram);
}

} // namespace weft
