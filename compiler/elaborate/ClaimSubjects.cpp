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

static void declareSubject(State &state, ast::DiagramPtr &subject, bool standard) {
  ast::DiagramPtr *inner = &subject;
  while (*inner && (*inner)->kind == ast::Diagram::Kind::group)
    inner = &(*inner)->parts[0];
  if (!*inner || ((*inner)->kind == ast::Diagram::Kind::instance && !isStructure(state, **inner, standard) &&
                  !isMapped(state, **inner, standard)))
    return;
  Range range = (*inner)->range;
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
  auto instance = std::make_unique<ast::Diagram>();
  instance->kind = ast::Diagram::Kind::instance;
  instance->range = range;
  instance->name = name;
  subject = std::move(instance);
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
