// Claims about diagrams: what `claim (f ; g) == h` is about becomes a morphism, called as it is written.
#include "compiler/elaborate/Claims.h"
#include "compiler/elaborate/Diagrams.h"

namespace weft {

// Without the breaks inside of it.
static std::string nameOf(const ast::Diagram &diagram) {
  std::string name = "(";
  for (char c : writtenText(diagram.range)) {
    bool isBlank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!isBlank)
      name += c;
    else if (name.back() != ' ' && name.back() != '(')
      name += ' ';
  }
  return name + ")";
}

// `id[X]`, `copy[X]`, …: diagrams, and no morphisms.
static bool isStructure(const State &state, const ast::Diagram &instance, bool standard) {
  bool isOne = llvm::is_contained({"id", "copy", "drop", "swap"}, instance.name.text);
  return isOne && !state.scope.find(instance.name.text, standard);
}

// `relu[N]`: more axes than the morphism has are those that it is mapped over.
static bool isMapped(const State &state, const ast::Diagram &instance, bool standard) {
  const Entity *entity = state.scope.find(instance.name.text, standard);
  if (!instance.brackets || !entity || entity->kind != EntityKind::morphism || !entity->morphism)
    return false;
  const std::optional<ast::Generics> &own = entity->morphism->generics;
  return instance.brackets->items.size() > (own ? own->axes.size() : 0);
}

static const ast::Diagram &ungrouped(const ast::Diagram &diagram) {
  return diagram.kind == ast::Diagram::Kind::group ? ungrouped(*diagram.parts[0]) : diagram;
}

// `(a ; b) * c`, of cells alone.
static bool isOfCells(const State &state, const ast::Diagram &diagram, bool standard) {
  if (diagram.kind == ast::Diagram::Kind::instance) {
    const Entity *entity = state.scope.find(diagram.name.text, standard);
    return !diagram.brackets && entity && entity->kind == EntityKind::cell;
  }
  bool isComposed = diagram.kind == ast::Diagram::Kind::sequence ||
                    diagram.kind == ast::Diagram::Kind::product || diagram.kind == ast::Diagram::Kind::group;
  return isComposed && llvm::all_of(diagram.parts, [&](const ast::DiagramPtr &part) {
           return isOfCells(state, *part, standard);
         });
}

// The name of a cell, or of one that is declared for a composition: by the text of the claim, which no
// program can write as a name.
static ast::Name declareCells(State &state, const ast::Diagram &whole, bool standard) {
  const ast::Diagram &diagram = ungrouped(whole);
  if (diagram.kind == ast::Diagram::Kind::instance)
    return diagram.name;
  ast::Name name{nameOf(diagram), diagram.range};
  if (state.scope.find(name.text, standard))
    return name;
  auto cell = std::make_unique<ast::Cell>();
  cell->name = name;
  auto row = [&](const ast::Diagram &part) {
    const ast::Diagram &own = ungrouped(part);
    std::vector<ast::Name> names;
    if (own.kind == ast::Diagram::Kind::product)
      for (const ast::DiagramPtr &factor : own.parts)
        names.push_back(declareCells(state, *factor, standard));
    else
      names.push_back(declareCells(state, own, standard));
    cell->composition.push_back(std::move(names));
  };
  if (diagram.kind == ast::Diagram::Kind::product)
    row(diagram);
  else
    for (const ast::DiagramPtr &part : diagram.parts)
      row(*part);
  Entity entity(EntityKind::cell, name, standard);
  entity.cell = cell.get();
  state.tieCells.push_back(std::move(cell));
  Entity *first = nullptr;
  state.scope.add(std::move(entity), first);
  return name;
}

static ast::DiagramPtr instanceOf(const ast::Name &name, Range range) {
  auto instance = std::make_unique<ast::Diagram>();
  instance->kind = ast::Diagram::Kind::instance;
  instance->range = range;
  instance->name = name;
  return instance;
}

static void declareSubject(State &state, ast::DiagramPtr &subject, bool standard) {
  ast::DiagramPtr *inner = &subject;
  while (*inner && (*inner)->kind == ast::Diagram::Kind::group)
    inner = &(*inner)->parts[0];
  if (!*inner || ((*inner)->kind == ast::Diagram::Kind::instance && !isStructure(state, **inner, standard) &&
                  !isMapped(state, **inner, standard)))
    return;
  Range range = (*inner)->range;
  if (isOfCells(state, **inner, standard)) {
    subject = instanceOf(declareCells(state, **inner, standard), range);
    return;
  }
  ast::Name name{nameOf(**inner), range};
  if (!state.scope.find(name.text, standard)) {
    auto morphism = std::make_unique<ast::Morphism>();
    morphism->name = name;
    morphism->diagram = std::move(*inner);
    Entity entity(EntityKind::morphism, name, standard);
    entity.morphism = morphism.get();
    state.madeMorphisms.push_back(std::move(morphism));
    Entity *first = nullptr;
    state.scope.add(std::move(entity), first);
  }
  subject = instanceOf(name, range);
}

void declareClaimSubjects(State &state) {
  bool standard = state.input.root->path().rfind("std/", 0) == 0;
  for (auto &program : state.programs)
    for (ast::Declaration &declaration : program->declarations)
      if (auto *claim = std::get_if<ast::Claim>(&declaration.node)) {
        declareSubject(state, claim->subject, standard);
        declareSubject(state, claim->other, standard);
      }
}

} // namespace weft
