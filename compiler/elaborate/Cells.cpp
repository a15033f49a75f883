// What cells declare: the morphisms that they make.
#include "compiler/elaborate/Cells.h"
#include "compiler/elaborate/CellPaths.h"
#include "compiler/elaborate/CellStages.h"
#include "compiler/elaborate/Diagrams.h"
#include "compiler/elaborate/Instances.h"
#include "dialects/weft/WeightPaths.h"

using namespace mlir;

namespace weft {

namespace {

class CellDeclarations {
public:
  explicit CellDeclarations(State &state) : state(state), stages(state) {}

  void run() {
    // What is added on the way has nothing more to declare.
    size_t count = state.scope.all().size();
    for (size_t i = 0; i < count; ++i)
      if (Entity &entity = state.scope.all()[i]; entity.kind == EntityKind::morphism)
        takeTies(entity);
    for (auto &program : state.programs)
      for (ast::Declaration &declaration : program->declarations)
        if (auto *cell = std::get_if<ast::Cell>(&declaration.node))
          declare(*cell);
  }

private:
  void declare(ast::Cell &cell);
  void declareMade(ast::Cell &cell, bool standard);
  void takeTies(Entity &entity);
  const Entity *addUntied(const Entity &made);

  State &state;
  CellStages stages;
};

} // namespace

// The same morphism without the ties, under a name that no program can write.
const Entity *CellDeclarations::addUntied(const Entity &made) {
  Entity entity(EntityKind::morphism, {made.name + " untied", made.range}, made.standard);
  entity.morphism = made.morphism;
  Entity *first = nullptr;
  return state.scope.add(std::move(entity), first);
}

void CellDeclarations::declare(ast::Cell &cell) {
  const Entity *own = state.scope.find(cell.name.text, false);
  bool isFirst = own && own->kind == EntityKind::cell && own->cell == &cell;
  if (!cell.composition.empty() || cell.along || !isFirst || isCheckpoint(state, cell))
    return;
  bool standard = own->standard;
  for (std::unique_ptr<ast::Cell> &stage : stages.before(cell)) {
    declareMade(*stage, standard);
    state.tieCells.push_back(std::move(stage));
  }
  declareMade(cell, standard);
}

// The morphism that a cell makes: what it starts from, as a diagram, with its new weights.
void CellDeclarations::declareMade(ast::Cell &cell, bool standard) {
  auto morphism = std::make_unique<ast::Morphism>();
  morphism->generics = std::move(cell.generics);
  morphism->diagram = std::move(cell.subject);
  morphism->weights = std::move(cell.weights);
  const Entity *target = state.scope.find(cell.target.text, standard);
  bool fresh = !target || (target->standard && !standard);
  morphism->name = fresh ? cell.target : ast::Name{"cell " + cell.name.text, cell.name.range};
  Entity entity(EntityKind::morphism, morphism->name, standard);
  entity.morphism = morphism.get();
  entity.cell = &cell;
  const ast::Diagram &subject = withoutGroups(*morphism->diagram);
  state.madeMorphisms.push_back(std::move(morphism));
  Entity *first = nullptr;
  Entity *made = state.scope.add(std::move(entity), first);
  if (subject.kind != ast::Diagram::Kind::instance)
    made->untied = addUntied(*made);
  state.madeByCell[&cell] = made;
}

static void collectNames(const ast::Expr &e, std::set<std::string> &names) {
  if (e.kind == ast::Expr::Kind::name)
    names.insert(e.name.text);
  for (const ast::ExprPtr &child : e.children)
    collectNames(*child, names);
  for (const ast::Item &item : e.brackets.items)
    if (item.value)
      collectNames(*item.value, names);
  if (e.brackets.where)
    collectNames(*e.brackets.where, names);
}

// `tie` in a morphism is a cell from what is there without it.
void CellDeclarations::takeTies(Entity &entity) {
  auto *morphism = const_cast<ast::Morphism *>(entity.morphism);
  auto isTie = [](const ast::Equation &e) { return e.kind == ast::Equation::Kind::tie; };
  if (llvm::none_of(morphism->equations, isTie))
    return;
  auto cell = std::make_unique<ast::Cell>();
  cell->name = cell->target = morphism->name;
  std::set<std::string> mentioned;
  for (const ast::ExprPtr &condition : morphism->required)
    collectNames(*condition, mentioned);
  for (const ast::ExprPtr &condition : morphism->ensured)
    collectNames(*condition, mentioned);
  for (ast::Equation &equation : morphism->equations) {
    if (!isTie(equation)) {
      if (equation.value)
        collectNames(*equation.value, mentioned);
      for (const ast::Name &name : equation.names)
        if (equation.kind == ast::Equation::Kind::drop)
          mentioned.insert(name.text);
      continue;
    }
    ast::Tie &tie = cell->ties.emplace_back();
    tie.kind = ast::Tie::Kind::assign;
    tie.range = equation.range;
    tie.target = std::move(equation.target);
    tie.value = std::move(equation.value);
    const ast::Expr *head = tie.target.get();
    while (!head->children.empty())
      head = head->children[0].get();
    mentioned.insert(head->name.text);
  }
  llvm::erase_if(morphism->equations, isTie);
  std::set<std::string> &onlyInTies = state.tieWeights[morphism];
  for (const ast::Weight &weight : morphism->weights)
    for (const ast::Name &name : weight.names)
      if (!mentioned.count(name.text))
        onlyInTies.insert(name.text);
  const Entity *from = addUntied(entity);
  for (std::unique_ptr<ast::Cell> &stage : stages.before(*cell)) {
    Entity staged(EntityKind::morphism, {stage->target.text, entity.range}, entity.standard);
    staged.morphism = morphism;
    staged.cell = stage.get();
    staged.untied = from;
    Entity *first = nullptr;
    from = state.madeByCell[stage.get()] = state.scope.add(std::move(staged), first);
    state.tieCells.push_back(std::move(stage));
  }
  entity.cell = cell.get();
  entity.untied = from;
  state.madeByCell[cell.get()] = &entity;
  state.tieCells.push_back(std::move(cell));
}

bool isCheckpoint(const State &state, const ast::Cell &cell) {
  return cell.target.text == "file" && !state.scope.find("file", false);
}

void declareCells(State &state) { CellDeclarations(state).run(); }

// What a file's cell names are weights of what it starts from, or boxes that a cell of their own reads.
static void checkCheckpoint(State &state, const ast::Cell &cell, bool standard) {
  const ast::Diagram &diagram = withoutGroups(*cell.subject);
  if (diagram.kind != ast::Diagram::Kind::instance || cell.generics) {
    state.error("cell.target", cell.subject->range,
                "a cell to a file starts from a morphism with a name, and has no generics");
    return;
  }
  Environment environment;
  environment.standard = standard;
  std::optional<BoxValue> box =
      resolveBox(state, diagram.name, diagram.brackets ? &*diagram.brackets : nullptr, environment, {}, {},
                 diagram.range);
  MorphismOp subject = box ? state.workspace->morphism(box->instance->symbol) : MorphismOp();
  if (!subject)
    return;
  ArrayRef<OccurrenceWeight> weights = state.workspace->weights.of(subject);
  for (const ast::Tie &tie : cell.ties) {
    if (tie.kind == ast::Tie::Kind::drop)
      continue;
    std::optional<WrittenPath> path = pathOf(*tie.target);
    StringRef rest;
    auto names = [&](const OccurrenceWeight &weight) {
      return path && isUnder(weight.path, path->text, rest) &&
             rest.empty() == (tie.kind == ast::Tie::Kind::assign);
    };
    if (llvm::any_of(weights, names))
      continue;
    const char *what = tie.kind == ast::Tie::Kind::assign ? "weight" : "box with weights";
    state
        .error("cell.target", tie.target->range,
               std::string("there is no ") + what + " `" + (path ? path->text : "") + "`")
        .note("a cell to a file names the weights that `" + diagram.name.text + "` stores");
  }
}

void checkCell(State &state, const Entity &entity) {
  const ast::Cell &cell = *entity.cell;
  if (cell.along) {
    state.error("feature.later", cell.along->range, "cells along a group are not built yet");
    return;
  }
  if (!cell.composition.empty())
    return checkComposition(state, cell);
  if (isCheckpoint(state, cell))
    return checkCheckpoint(state, cell, entity.standard);
  const Entity *target = state.scope.find(cell.target.text, entity.standard);
  if (target && target->kind != EntityKind::morphism)
    state
        .error("cell.target", cell.target.range,
               "`" + cell.target.text + "` is " + describe(target->kind) + ", and a cell makes a morphism")
        .note(target->range, "declared here");
}

const Instance *cellSubject(State &state, const Entity &made, const Environment &environment, Range site) {
  const Instance *subject = nullptr;
  if (made.untied) {
    subject = instantiate(state, *made.untied, environment, site);
  } else {
    const ast::Diagram &diagram = withoutGroups(*made.morphism->diagram);
    std::optional<BoxValue> box =
        resolveBox(state, diagram.name, diagram.brackets ? &*diagram.brackets : nullptr, environment, {}, {},
                   diagram.range);
    if (box && !box->over.empty()) {
      state.error("cell.target", diagram.range, "a cell starts from a morphism, and this is a map of one")
          .note("give it a name first: `morphism mapped = …`");
      return nullptr;
    }
    subject = box ? box->instance : nullptr;
  }
  bool usable = subject && !subject->failed && state.workspace->morphism(subject->symbol);
  return usable ? subject : nullptr;
}

} // namespace weft
