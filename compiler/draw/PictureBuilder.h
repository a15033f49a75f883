// The picture of a network: from the network IR, whose boxes, copies and drops it keeps one for one.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "lib/draw/Picture.h"

namespace weft {

/// The picture of a morphism of the module.
draw::Picture pictureOf(mlir::ModuleOp module, MorphismOp entry);

/// A 2-cell: what it starts from, and the morphism that it makes or, when that is another one, is claimed to
/// equal.
struct CellSides {
  std::string name;
  MorphismOp from, made, to;
};

draw::Picture pictureOf(mlir::ModuleOp module, CellSides cell);

} // namespace weft
