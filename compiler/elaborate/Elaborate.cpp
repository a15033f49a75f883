// The steps from files to a checked module.
#include "compiler/elaborate/Elaborate.h"
#include "compiler/elaborate/Axes.h"
#include "compiler/elaborate/Cells.h"
#include "compiler/elaborate/Claims.h"
#include "compiler/elaborate/Constants.h"
#include "compiler/elaborate/Files.h"
#include "compiler/elaborate/Instances.h"
#include "compiler/elaborate/Monoids.h"
#include "compiler/elaborate/NearNames.h"
#include "compiler/elaborate/SizeChecks.h"
#include "compiler/elaborate/Types.h"

#include "llvm/Support/thread.h"

using namespace mlir;

namespace weft {

namespace {

class Elaboration {
public:
  Elaboration(MLIRContext &context, const ElaborateInput &input, Diagnostics &diagnostics)
      : state(context, input, diagnostics) {
    state.workspace = &workspace;
    workspace.module = ModuleOp::create(state.location({input.root, 0, 0}));
  }

  OwningOpRef<ModuleOp> run();
  OwningOpRef<ModuleOp> runUnknown(ArrayRef<std::string> names);

private:
  // Checked are the program's own declarations; of a library that is checked by itself, the root's.
  bool isOwn(const Entity &entity) const { return !entity.standard || entity.range.file == state.input.root; }
  void checkGlobals();
  void checkMorphisms();
  void checkCells();
  std::string entriesText();
  void checkClaims();
  std::vector<ast::Name> exported();
  void chooseEntry();
  void removeUnused();

  State state;
  Workspace workspace;
};

} // namespace

void Elaboration::checkGlobals() {
  for (const Entity &entity : state.scope.all()) {
    if (!isOwn(entity))
      continue;
    Environment environment;
    environment.standard = entity.standard;
    if (entity.kind == EntityKind::object) {
      ast::Type name;
      name.name = {entity.name, entity.range};
      name.range = entity.range;
      resolveType(state, name, environment);
    } else if (entity.kind == EntityKind::constant) {
      letConstant(state, entity, entity.range);
    } else if (entity.kind == EntityKind::monoid) {
      checkMonoid(state, entity);
    }
  }
}

void Elaboration::checkMorphisms() {
  for (const Entity &entity : state.scope.all()) {
    if (!isOwn(entity) || entity.kind != EntityKind::morphism)
      continue;
    if (entity.morphism->generics) {
      checkGeneric(state, entity);
      continue;
    }
    Environment environment;
    environment.owner = &entity;
    environment.standard = entity.standard;
    instantiate(state, entity, environment, entity.range);
  }
}

void Elaboration::checkCells() {
  for (const Entity &entity : state.scope.all())
    if (entity.kind == EntityKind::cell && isOwn(entity))
      checkCell(state, entity);
}

void Elaboration::checkClaims() {
  for (auto &program : state.programs)
    for (const ast::Declaration &declaration : program->declarations)
      if (auto *claim = std::get_if<ast::Claim>(&declaration.node))
        checkClaim(state, *claim);
}

std::vector<ast::Name> Elaboration::exported() {
  for (auto &program : state.programs)
    if (program->file == state.input.root)
      return program->exported();
  return {};
}

// What could be named: `: there are `net`, `block``.
std::string Elaboration::entriesText() {
  std::string text;
  unsigned listed = 0;
  for (const Entity &entity : state.scope.all()) {
    bool usable = isOwn(entity) && entity.kind == EntityKind::morphism && !entity.morphism->generics;
    if (usable && entity.name.find_first_of(" (") == std::string::npos && ++listed <= 24)
      text += (text.empty() ? ": there are `" : ", `") + entity.name + "`";
  }
  return listed > 24 ? text + " and " + std::to_string(listed - 24) + " more" : text;
}

void Elaboration::chooseEntry() {
  std::vector<ast::Name> names = exported();
  bool standard = state.input.root->path().rfind("std/", 0) == 0;
  for (const ast::Name &name : names) {
    const Entity *entity = state.scope.find(name.text, standard);
    if (!entity || entity->kind != EntityKind::morphism)
      suggestName(
          state,
          state.error("name.unknown", name.range, "there is no morphism `" + name.text + "` to export"),
          name.text, EntityKind::morphism, Environment());
    else if (entity->morphism->generics && !entity->morphism->generics->axes.empty())
      state.error("entry.missing", name.range, "`" + name.text + "` is generic, and what is exported is not")
          .note("give it its axes: `morphism net = " + name.text + "[…]`");
  }
  std::string entry = state.input.entry;
  if (entry.empty() && names.size() == 1)
    entry = names.front().text;
  if (entry.empty())
    return;
  const Entity *entity = state.scope.find(entry, standard);
  if (!entity || entity->kind != EntityKind::morphism || entity->morphism->generics) {
    if (!state.input.entry.empty())
      state.error("entry.missing", {state.input.root, 0, 0}, "there is no morphism `" + entry + "` to run")
          .note("an entry is a morphism without generics" + entriesText());
    return;
  }
  std::string symbol = symbolOf(state, *entity);
  workspace.module->getOperation()->setAttr("weft.entry", FlatSymbolRefAttr::get(&state.context, symbol));
  if (auto morphism = workspace.module->lookupSymbol<MorphismOp>(symbol))
    emitSizeChecks(state, morphism);
}

// Instances of the library's monoids that were only looked at.
void Elaboration::removeUnused() {
  std::set<StringRef> used;
  workspace.module->walk([&](FoldOp fold) { used.insert(fold.getMonoid()); });
  for (ClaimOp claim : workspace.module->getOps<ClaimOp>()) {
    used.insert(claim.getSubject());
    if (auto monoids = claim->getAttrOfType<ArrayAttr>(monoidsAttribute))
      for (auto symbol : monoids.getAsRange<FlatSymbolRefAttr>())
        used.insert(symbol.getValue());
  }
  for (MonoidOp monoid : llvm::make_early_inc_range(workspace.module->getOps<MonoidOp>())) {
    const Entity *own = state.scope.find(monoid.getSymName(), false);
    if (!used.count(monoid.getSymName()) && (!own || own->standard))
      monoid.erase();
  }
}

OwningOpRef<ModuleOp> Elaboration::run() {
  char here;
  state.stackBase = &here;
  loadFiles(state);
  if (state.diagnostics.hasErrors())
    return nullptr;
  declareCells(state);
  declareClaimSubjects(state);
  declareAxes(state);
  checkGlobals();
  checkCells();
  checkMorphisms();
  checkClaims();
  claimCellEqualities(state);
  chooseEntry();
  if (state.diagnostics.hasErrors())
    return nullptr;
  removeUnused();
  emitAxes(state, *workspace.module);
  Operation *module = workspace.module->getOperation();
  module->setAttr("weft.real", StringAttr::get(&state.context, state.input.real));
  if (state.input.unchecked)
    module->setAttr("weft.unchecked", UnitAttr::get(&state.context));
  return std::move(workspace.module);
}

OwningOpRef<ModuleOp> Elaboration::runUnknown(ArrayRef<std::string> names) {
  char here;
  state.stackBase = &here;
  loadFiles(state);
  declareCells(state);
  declareAxes(state);
  std::vector<const Entity *> entities;
  for (const std::string &name : names) {
    const Entity *entity = state.scope.find(name, false);
    if (entity && entity->kind == EntityKind::cell)
      entity = state.madeByCell.lookup(entity->cell);
    if (entity && entity->kind == EntityKind::morphism)
      entities.push_back(entity);
  }
  OwningOpRef<ModuleOp> module = elaborateUnknown(state, entities);
  (*module)->setAttr("weft.real", StringAttr::get(&state.context, state.input.real));
  return state.diagnostics.hasErrors() ? OwningOpRef<ModuleOp>() : std::move(module);
}

// On a thread of its own, whose stack is large enough for everything that is not refused as too deep.
static void onLargeStack(llvm::function_ref<void()> work) {
  llvm::thread thread(std::optional<unsigned>(usableStack + (usableStack >> 2)), work);
  thread.join();
}

OwningOpRef<ModuleOp> elaborateUnknown(MLIRContext &context, const ElaborateInput &input,
                                       ArrayRef<std::string> names) {
  context.getOrLoadDialect<WeftDialect>();
  OwningOpRef<ModuleOp> module;
  Diagnostics diagnostics;
  onLargeStack([&] { module = Elaboration(context, input, diagnostics).runUnknown(names); });
  return module;
}

OwningOpRef<ModuleOp> elaborate(MLIRContext &context, const ElaborateInput &input, Diagnostics &diagnostics) {
  context.getOrLoadDialect<WeftDialect>();
  OwningOpRef<ModuleOp> module;
  onLargeStack([&] { module = Elaboration(context, input, diagnostics).run(); });
  return module;
}

} // namespace weft
