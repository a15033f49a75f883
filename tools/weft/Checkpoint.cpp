#include "tools/weft/Checkpoint.h"
#include "compiler/pipeline/Phases.h"
#include "tools/weft/CheckpointReader.h"

namespace weft {

static bool startsFrom(const ast::Cell &cell, llvm::StringRef entry) {
  const ast::Diagram *subject = cell.subject.get();
  while (subject && subject->kind == ast::Diagram::Kind::group)
    subject = subject->parts[0].get();
  return subject && subject->kind == ast::Diagram::Kind::instance && subject->name.text == entry;
}

static std::vector<const ast::Cell *> checkpointCells(const ast::Program &program, llvm::StringRef entry) {
  std::vector<const ast::Cell *> cells;
  for (const ast::Declaration &declaration : program.declarations)
    if (auto *cell = std::get_if<ast::Cell>(&declaration.node);
        cell && isCheckpoint(*cell) && startsFrom(*cell, entry))
      cells.push_back(cell);
  return cells;
}

// The `=> file` cell of the entry: the one that is named, else the only one; null when there is none. Reports
// a name that is no such cell, and several among which none is chosen.
static const ast::Cell *checkpointCell(const ast::Program &program, llvm::StringRef entry,
                                       const std::string &name, Diagnostics &diagnostics) {
  std::vector<const ast::Cell *> cells = checkpointCells(program, entry);
  llvm::erase_if(cells, [&](const ast::Cell *cell) { return !name.empty() && cell->name.text != name; });
  if (cells.size() == 1)
    return cells.front();
  if (!name.empty())
    diagnostics.error("name.unknown", {},
                      "there is no cell `" + name + "` from `" + entry.str() + "` to a file");
  else if (cells.size() > 1)
    diagnostics
        .error("name.unknown", cells[1]->name.range, "`" + entry.str() + "` has several cells to files")
        .note(cells[0]->name.range, "one is here")
        .note("choose one by `--cell NAME`");
  return nullptr;
}

WeightValues weightsFromFile(Compilation &compilation, const ToolOptions &options, const Edge &edge,
                             const AxisTable &axes) {
  Diagnostics &diagnostics = compilation.diagnostics;
  const std::string &real = options.compilation.real;
  const ast::Cell *cell = checkpointCell(*compilation.program, entryOf(*compilation.network).getSymName(),
                                         options.cell, diagnostics);
  if (!cell)
    return diagnostics.hasErrors() ? WeightValues()
                                   : readWeights(edge, options.weights, real, axes, diagnostics);
  FileResult<SafetensorsFile> file = SafetensorsFile::open(options.weights);
  if (file)
    return WeightValues(
        CheckpointReader(*compilation.program, edge, *file, options.weights, real, axes, diagnostics)
            .run(*cell));
  diagnostics.error(file.error().name, {}, file.error().message);
  return {};
}

void checkCheckpoints(Compilation &compilation, llvm::StringRef done, const std::string &name) {
  auto entry = (*compilation.network)->getAttrOfType<mlir::FlatSymbolRefAttr>("weft.entry");
  std::vector<const ast::Cell *> cells;
  if (entry)
    cells = checkpointCells(*compilation.program, entry.getValue());
  if (!name.empty())
    checkpointCell(*compilation.program, entry ? entry.getValue() : "", name, compilation.diagnostics);
  if (cells.empty() || (done == "network" && !continueUntil(compilation, done, "ties")))
    return;
  Edge edge = edgeOf(entryOf(*compilation.network));
  AxisTable axes(*compilation.network);
  CheckpointWalk walk(*compilation.program, edge, axes, compilation.diagnostics);
  for (const ast::Cell *cell : cells)
    walk.run(*cell, [](CheckpointEquation &) {}, [](const ast::Tie &, const FilePattern &) {});
}

} // namespace weft
