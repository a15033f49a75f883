// The equations of a checkpoint cell and of the cells that it applies to boxes, each understood, before a
// file is read.
#pragma once

#include "compiler/syntax/Ast.h"
#include "tools/weft/CheckpointEquation.h"

namespace weft {

/// Whether a cell says where weights lie in a file.
bool isCheckpoint(const ast::Cell &cell);

class CheckpointWalk {
public:
  /// `program`, `edge` and `axes` outlive the walk.
  CheckpointWalk(const ast::Program &program, const Edge &edge, const AxisTable &axes,
                 Diagnostics &diagnostics)
      : program(program), axes(axes), diagnostics(diagnostics), parser(edge, axes, diagnostics) {}

  using OnEquation = llvm::function_ref<void(CheckpointEquation &)>;
  /// A `drop`, and the whole names that it says.
  using OnDrop = llvm::function_ref<void(const ast::Tie &, const FilePattern &)>;

  /// Reports what cannot be understood, and leaves it out.
  void run(const ast::Cell &cell, OnEquation onEquation, OnDrop onDrop) {
    apply(cell, {}, onEquation, onDrop);
  }

  CheckpointParser &equations() { return parser; }

private:
  const ast::Cell *innerCell(const ast::Name &name) const;
  void apply(const ast::Cell &cell, const Application &at, OnEquation onEquation, OnDrop onDrop);
  void applyInner(const ast::Tie &tie, const Application &at, OnEquation onEquation, OnDrop onDrop);

  const ast::Program &program;
  const AxisTable &axes;
  Diagnostics &diagnostics;
  CheckpointParser parser;
  std::vector<const ast::Cell *> open; // that are being applied, the outermost first
};

} // namespace weft
