// What `weft draw CELL` draws: the morphisms on both sides of a cell.
#include "tools/weft/DrawnCell.h"
#include "dialects/weft/WeightPaths.h"

namespace weft {

const ast::Cell *findCell(const ast::Program &program, llvm::StringRef name) {
  for (const ast::Declaration &declaration : program.declarations)
    if (auto *cell = std::get_if<ast::Cell>(&declaration.node); cell && cell->name.text == name)
      return cell;
  return nullptr;
}

// Cells one after the other, from the first to the last.
using Column = std::vector<const ast::Cell *>;

// The cells that a cell is made of, a column for each factor: `a * b` has two. Empty when a part is none of
// the program's own. The program was checked: what follows has as many factors as what stands before.
static std::vector<Column> columnsOf(const ast::Program &program, const ast::Cell &cell) {
  if (cell.composition.empty())
    return {{&cell}};
  std::vector<Column> columns;
  for (const std::vector<ast::Name> &beside : cell.composition) {
    std::vector<Column> row;
    for (const ast::Name &name : beside) {
      const ast::Cell *part = findCell(program, name.text);
      std::vector<Column> inner = part ? columnsOf(program, *part) : std::vector<Column>();
      if (inner.empty())
        return {};
      row.insert(row.end(), inner.begin(), inner.end());
    }
    columns.resize(row.size());
    for (size_t i = 0; i < row.size(); ++i)
      columns[i].insert(columns[i].end(), row[i].begin(), row[i].end());
  }
  return columns;
}

DrawnCell::DrawnCell(const ast::Program &program, const ast::Cell &cell)
    : cell(cell), name(cell.name.text), columns(columnsOf(program, cell)) {
  for (const Column &column : columns)
    for (const ast::Cell *part : column)
      isGeneric |= part->generics.has_value();
}

std::vector<std::string> DrawnCell::lastCells() const {
  std::vector<std::string> names;
  for (const Column &column : columns)
    names.push_back(column.back()->name.text);
  return names;
}

std::vector<CellSides> DrawnCell::sidesIn(mlir::ModuleOp program) const {
  auto morphism = [&](const std::string &symbol) { return program.lookupSymbol<MorphismOp>(symbol); };
  std::vector<CellSides> factors;
  for (const Column &column : columns) {
    const ast::Cell &last = *column.back();
    MorphismOp compared = morphism("cell " + last.name.text), target = morphism(last.target.text);
    CellSides sides{last.name.text, column.size() > 1, {}, compared ? compared : target, target};
    sides.from = sides.made;
    for (size_t level = 0; level < column.size() && sides.from; ++level) {
      BoxOp box = boxOfCell(sides.from);
      sides.from = box ? morphism(box.getCallee().str()) : MorphismOp();
    }
    if (!sides.from || !sides.to)
      return {};
    factors.push_back(sides);
  }
  return factors;
}

} // namespace weft
