// Imports are followed breadth first; a file that is imported twice is read once.
#include "compiler/elaborate/Files.h"
#include "compiler/syntax/Parser.h"

namespace weft {

namespace {

class FileLoader {
public:
  explicit FileLoader(State &state) : state(state) {}

  void run() {
    load(*state.input.root, isStandard(*state.input.root));
    if (const SourceFile *prelude = state.input.sources->standard("monoid"))
      load(*prelude, true);
    for (size_t i = 0; i < state.programs.size(); ++i)
      for (const ast::Declaration &declaration : state.programs[i]->declarations)
        if (auto *import = std::get_if<ast::Import>(&declaration.node))
          follow(*import, *state.programs[i]->file, standard.at(state.programs[i]->file));
    collectProgramNames();
    for (auto &program : state.programs)
      for (const ast::Declaration &declaration : program->declarations)
        enter(declaration, standard.at(program->file));
  }

private:
  // A file of the library may be checked by itself: its names are the library's.
  static bool isStandard(const SourceFile &file) { return file.path().rfind("std/", 0) == 0; }

  void load(const SourceFile &file, bool isStandard) {
    if (!standard.emplace(&file, isStandard).second)
      return;
    state.programs.push_back(parse(file, state.diagnostics));
  }

  void follow(const ast::Import &import, const SourceFile &importer, bool fromStandard);
  void collectProgramNames();
  void enter(const ast::Declaration &declaration, bool isStandard);
  Entity *add(Entity entity);
  void enterAxis(const ast::Axis &axis, bool isStandard);

  State &state;
  std::map<const SourceFile *, bool> standard;
  std::set<std::string> programNames; // of axes and generics, which std's symbols keep clear of
};

} // namespace

void FileLoader::follow(const ast::Import &import, const SourceFile &importer, bool fromStandard) {
  if (state.programs.size() > 1000) {
    state.error("limit", import.range, "a program has at most 1000 files");
    return;
  }
  if (import.path.empty()) {
    const SourceFile *file = state.input.sources->import(import.text, importer);
    if (!file)
      state.error("import.missing", import.range, "there is no file `" + import.text + "`")
          .note("paths are relative to the importing file");
    else
      load(*file, fromStandard);
    return;
  }
  std::string path;
  for (const ast::Name &part : import.path)
    path += (path.empty() ? "" : ".") + part.text;
  const SourceFile *file = import.path.size() == 2 && import.path[0].text == "std"
                               ? state.input.sources->standard(import.path[1].text)
                               : nullptr;
  if (!file)
    state.error("import.missing", import.range, "there is no library `" + path + "`")
        .note("the standard library's files are named like `std.nn`; others are imported by path, in quotes");
  else
    load(*file, true);
}

void FileLoader::collectProgramNames() {
  for (auto &program : state.programs) {
    if (standard.at(program->file))
      continue;
    for (const ast::Declaration &declaration : program->declarations) {
      if (auto *axes = std::get_if<ast::Axes>(&declaration.node))
        for (const ast::Axis &axis : axes->axes)
          programNames.insert(axis.name.text);
      if (auto *morphism = std::get_if<ast::Morphism>(&declaration.node); morphism && morphism->generics)
        for (const ast::Name &axis : morphism->generics->axes)
          programNames.insert(axis.text);
    }
  }
}

Entity *FileLoader::add(Entity entity) {
  Entity *first = nullptr;
  std::string name = entity.name;
  Range range = entity.range;
  Entity *added = state.scope.add(std::move(entity), first);
  if (!added)
    state.error("name.redefined", range, "`" + name + "` is declared a second time")
        .note(first->range, std::string("it is ") + describe(first->kind) + " here");
  return added;
}

void FileLoader::enterAxis(const ast::Axis &axis, bool isStandard) {
  Entity entity(EntityKind::axis, axis.name, isStandard);
  entity.axis = &axis;
  entity.symbol = isStandard && programNames.count(axis.name.text) ? "std." + axis.name.text : axis.name.text;
  std::string symbol = entity.symbol;
  if (!add(entity))
    return;
  for (unsigned number = 0; number < axis.elements.size(); ++number) {
    Entity element(EntityKind::element, axis.elements[number], isStandard);
    element.axis = &axis;
    element.symbol = symbol;
    element.number = number;
    add(element);
  }
}

void FileLoader::enter(const ast::Declaration &declaration, bool isStandard) {
  auto named = [&](EntityKind kind, const ast::Name &name) { return Entity(kind, name, isStandard); };
  if (auto *axes = std::get_if<ast::Axes>(&declaration.node)) {
    for (const ast::Axis &axis : axes->axes)
      enterAxis(axis, isStandard);
  } else if (auto *object = std::get_if<ast::Object>(&declaration.node)) {
    Entity entity = named(EntityKind::object, object->name);
    entity.object = object;
    add(entity);
  } else if (auto *constant = std::get_if<ast::Constant>(&declaration.node)) {
    Entity entity = named(EntityKind::constant, constant->name);
    entity.constant = constant;
    add(entity);
  } else if (auto *morphism = std::get_if<ast::Morphism>(&declaration.node)) {
    Entity entity = named(EntityKind::morphism, morphism->name);
    entity.morphism = morphism;
    add(entity);
  } else if (auto *monoid = std::get_if<ast::Monoid>(&declaration.node)) {
    Entity entity = named(EntityKind::monoid, monoid->name);
    entity.monoid = monoid;
    add(entity);
  } else if (auto *cell = std::get_if<ast::Cell>(&declaration.node)) {
    Entity entity = named(EntityKind::cell, cell->name);
    entity.cell = cell;
    add(entity);
  }
}

void loadFiles(State &state) { FileLoader(state).run(); }

} // namespace weft
