// `weft draw`: the network as a string diagram, on standard output.
#include "compiler/pipeline/FoldDecisions.h"
#include "compiler/pipeline/Phases.h"
#include "compiler/prove/Prove.h"
#include "compiler/prove/VerdictCache.h"
#include "lib/draw/Html.h"
#include "tools/weft/Commands.h"
#include "tools/weft/DrawnCell.h"

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

// Generics have no size: they are drawn with their axes unknown, in a module of their own.
static void elaborateGenerics(Compilation &compilation, const std::vector<std::string> &names) {
  ElaborateInput input;
  input.root = compilation.root;
  input.sources = &compilation.sources;
  input.real = compilation.options.real;
  mlir::OwningOpRef<mlir::ModuleOp> network = elaborateUnknown(compilation.context, input, names);
  if (!network)
    return;
  // What is wrong or assumed has been said of the program.
  Diagnostics said;
  proveProgram(*network, compilation.sources, said, compilation.options.usesCache ? verdictFolder() : "");
  compilation.network = std::move(network);
}

// A picture is quick; what is too large to be compiled beside it says no algorithms.
static constexpr double mostFolds = 1000;

static void decideFoldsOf(Compilation &compilation, llvm::ArrayRef<MorphismOp> drawn) {
  double folds = 0;
  for (MorphismOp morphism : drawn)
    folds += countFolds(*compilation.network, morphism);
  if (folds <= mostFolds)
    decideFolds(compilation, drawn);
}

static std::optional<draw::Picture> pictureOfCell(Compilation &compilation, const DrawnCell &drawn,
                                                  bool withAlgorithms) {
  if (drawn.isGeneric)
    elaborateGenerics(compilation, drawn.lastCells());
  std::vector<CellSides> factors = drawn.sidesIn(*compilation.network);
  if (factors.empty()) {
    compilation.diagnostics
        .error("entry.missing", drawn.cell.name.range,
               "cell `" + drawn.name + "` has no two networks to draw")
        .note("a cell is drawn from one morphism to another; one to a file makes none");
    return std::nullopt;
  }
  if (withAlgorithms && !drawn.isGeneric) {
    llvm::SmallVector<MorphismOp> sides;
    for (const CellSides &factor : factors)
      sides.append({factor.to, factor.from});
    decideFoldsOf(compilation, sides);
  }
  return pictureOf(*compilation.network, drawn.name, factors);
}

static bool isGeneric(const ast::Program &program, llvm::StringRef name) {
  for (const ast::Declaration &declaration : program.declarations)
    if (auto *morphism = std::get_if<ast::Morphism>(&declaration.node);
        morphism && morphism->name.text == name)
      return morphism->generics.has_value();
  return false;
}

// What is asked for: a cell, the entry that is named, or the exported one. Reports what is not there.
static std::optional<draw::Picture> pictureToDraw(Compilation &compilation, const std::string &name,
                                                  bool withAlgorithms) {
  CompilationOptions &options = compilation.options;
  options.entry.clear();
  if (!runUntil(compilation, "ast"))
    return std::nullopt;
  bool generic = isGeneric(*compilation.program, name);
  std::optional<DrawnCell> drawn;
  if (const ast::Cell *cell = findCell(*compilation.program, name))
    drawn.emplace(*compilation.program, *cell);
  else if (!generic)
    options.entry = name;
  for (const Phase &phase : phases().drop_front(1))
    if (phase.stage == "network" && !phase.run(compilation)) {
      listCells(compilation);
      return std::nullopt;
    }
  if (drawn)
    return pictureOfCell(compilation, *drawn, withAlgorithms);
  if (generic)
    elaborateGenerics(compilation, {name});
  MorphismOp entry =
      generic ? compilation.network->lookupSymbol<MorphismOp>(name) : entryMorphism(compilation);
  if (!entry)
    return std::nullopt;
  if (withAlgorithms && !generic)
    decideFoldsOf(compilation, entry);
  return pictureOf(*compilation.network, entry);
}

int drawCommand(const ToolOptions &options) {
  Compilation compilation(options.compilation);
  std::string name = options.files.size() > 1 ? options.files[1] : options.compilation.entry;
  // An SVG says nothing of algorithms; nothing is compiled for it.
  std::optional<draw::Picture> drawn = pictureToDraw(compilation, name, options.format != "svg");
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
