// The picture of a network: from the network IR, whose boxes, copies and drops it keeps one for one.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "lib/draw/Picture.h"

namespace weft {

/// The picture of a morphism of the module.
draw::Picture pictureOf(mlir::ModuleOp module, MorphismOp entry);

/// A factor of a 2-cell: what it starts from, and the morphism that it makes or, when that is another one, is
/// claimed to equal.
struct CellSides {
  std::string cell; // the last one that it is composed of
  bool isComposed = false;
  MorphismOp from, made, to;
};

/// A 2-cell, of one factor or of several side by side.
draw::Picture pictureOf(mlir::ModuleOp module, llvm::StringRef name, llvm::ArrayRef<CellSides> factors);

} // namespace weft
