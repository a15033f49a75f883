// A cell of the program that shall be drawn: by itself, or composed of others.
#pragma once

#include "compiler/draw/PictureBuilder.h"
#include "compiler/syntax/Ast.h"

namespace weft {

/// The cell of a name; null when the program declares none.
const ast::Cell *findCell(const ast::Program &program, llvm::StringRef name);

class DrawnCell {
public:
  /// Before the program is elaborated, which takes its cells apart.
  DrawnCell(const ast::Program &program, const ast::Cell &cell);

  /// Both sides of every factor in the network. None when the cell makes no network: one to a file.
  std::vector<CellSides> sidesIn(mlir::ModuleOp program) const;
  /// The cells that make the factors in the end.
  std::vector<std::string> lastCells() const;

  const ast::Cell &cell;
  std::string name;
  bool isGeneric = false; // the axes of some part are unknown

private:
  std::vector<std::vector<const ast::Cell *>> columns; // cells one after the other, for every factor
};

} // namespace weft
