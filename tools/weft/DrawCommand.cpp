// `weft draw`: the network as a string diagram, on standard output.
#include "compiler/draw/PictureBuilder.h"
#include "compiler/pipeline/Phases.h"
#include "compiler/syntax/Ast.h"
#include "dialects/weft/WeightPaths.h"
#include "lib/draw/Html.h"
#include "tools/weft/Commands.h"

namespace weft {

static std::string listed(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "`" : ", `") + name + "`";
  return text;
}

// Opens what was asked for; reports paths that name nothing that could be opened.
static std::optional<draw::Openings> openings(const draw::Picture &picture, const ToolOptions &options,
                                              Diagnostics &diagnostics) {
  draw::Openings open;
  if (options.depth) {
    open = draw::openToDepth(picture, *options.depth);
    if (unsigned deepest = draw::depthOf(picture); *options.depth > deepest)
      diagnostics
          .error("path.unknown", {},
                 "`" + picture.name + "` has no boxes at depth " + std::to_string(*options.depth))
          .note("its deepest are at depth " + std::to_string(deepest));
  }
  for (const std::string &path : options.open)
    if (!draw::openPath(picture, path, open)) {
      std::vector<std::string> known = draw::openablePaths(picture, 24);
      diagnostics
          .error("path.unknown", {}, "`" + path + "` is no box of `" + picture.name + "` that can be opened")
          .note(known.empty() ? "it has none" : "there are " + listed(known));
    }
  if (diagnostics.hasErrors())
    return std::nullopt;
  return options.depth || picture.cell ? open : draw::chooseOpenings(picture, open);
}

// The cell of a name; null when the program declares none.
static const ast::Cell *findCell(const ast::Program &program, llvm::StringRef name) {
  for (const ast::Declaration &declaration : program.declarations)
    if (auto *cell = std::get_if<ast::Cell>(&declaration.node); cell && cell->name.text == name)
      return cell;
  return nullptr;
}

// The cells whose morphisms a cell is made of, from the first to the last.
static std::vector<const ast::Cell *> partsOf(const ast::Program &program, const ast::Cell &cell) {
  if (cell.composition.empty())
    return {&cell};
  std::vector<const ast::Cell *> parts;
  for (const std::vector<ast::Name> &beside : cell.composition) {
    const ast::Cell *part = beside.size() == 1 ? findCell(program, beside.front().text) : nullptr;
    if (!part)
      return {};
    std::vector<const ast::Cell *> inner = partsOf(program, *part);
    parts.insert(parts.end(), inner.begin(), inner.end());
  }
  return parts;
}

// Both sides of a cell in the network. Reports a cell that has none to be drawn.
static std::optional<CellSides> sidesOf(Compilation &compilation, const ast::Cell &cell) {
  auto morphism = [&](const std::string &name) {
    return compilation.network->lookupSymbol<MorphismOp>(name);
  };
  std::vector<const ast::Cell *> parts = partsOf(*compilation.program, cell);
  CellSides sides;
  sides.name = cell.name.text;
  if (!parts.empty()) {
    const ast::Cell &last = *parts.back();
    MorphismOp compared = morphism("cell " + last.name.text);
    sides.to = morphism(last.target.text);
    sides.made = compared ? compared : sides.to;
  }
  sides.from = sides.made;
  for (size_t level = 0; level < parts.size() && sides.from; ++level) {
    BoxOp box = boxOfCell(sides.from);
    sides.from = box ? morphism(box.getCallee().str()) : MorphismOp();
  }
  if (sides.from && sides.to)
    return sides;
  compilation.diagnostics
      .error("entry.missing", cell.name.range, "cell `" + cell.name.text + "` has no two networks to draw")
      .note("a cell is drawn from one morphism to another, both without generics; one to a file makes none, "
            "and a "
            "product is drawn factor by factor");
  return std::nullopt;
}

// The cells that could be drawn, after the morphisms that the message lists.
static void listCells(Compilation &compilation) {
  Diagnostic &last = *compilation.diagnostics.all().back();
  if (last.name != "entry.missing")
    return;
  std::vector<std::string> names;
  for (const ast::Declaration &declaration : compilation.program->declarations)
    if (auto *cell = std::get_if<ast::Cell>(&declaration.node); cell && names.size() < 24)
      names.push_back(cell->name.text);
  if (!names.empty())
    last.note("cells can be drawn, too: there are " + listed(names));
}

// What is asked for: a cell, the entry that is named, or the exported one. Reports what is not there.
static std::optional<draw::Picture> pictureToDraw(Compilation &compilation, const std::string &name) {
  CompilationOptions &options = compilation.options;
  options.entry.clear();
  if (!runUntil(compilation, "ast"))
    return std::nullopt;
  const ast::Cell *cell = findCell(*compilation.program, name);
  if (!cell)
    options.entry = name;
  for (const Phase &phase : phases().drop_front(1))
    if (phase.stage == "network" && !phase.run(compilation)) {
      listCells(compilation);
      return std::nullopt;
    }
  if (cell) {
    std::optional<CellSides> sides = sidesOf(compilation, *cell);
    return sides ? std::optional(pictureOf(*compilation.network, *sides)) : std::nullopt;
  }
  MorphismOp entry = entryMorphism(compilation);
  return entry ? std::optional(pictureOf(*compilation.network, entry)) : std::nullopt;
}

int drawCommand(const ToolOptions &options) {
  Compilation compilation(options.compilation);
  std::string name = options.files.size() > 1 ? options.files[1] : options.compilation.entry;
  std::optional<draw::Picture> drawn = pictureToDraw(compilation, name);
  if (!drawn)
    return finish(compilation, options);
  const draw::Picture &picture = *drawn;
  std::optional<draw::Openings> open = openings(picture, options, compilation.diagnostics);
  if (!open)
    return finish(compilation, options);
  if (options.format == "json")
    llvm::outs() << draw::toJson(picture) << "\n";
  else {
    auto write = options.format == "html" ? draw::toHtml : draw::toSvg;
    llvm::outs() << write(picture, draw::makeSheet(picture, *open), {options.theme, options.mono});
  }
  return finish(compilation, options);
}

} // namespace weft
