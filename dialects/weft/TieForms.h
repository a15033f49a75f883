// What a weight of an occurrence is in terms of the weights that are stored.
#pragma once

#include "dialects/weft/AxisTable.h"
#include "dialects/weft/WeftOps.h"

namespace weft {

/// The form of a wire of `weft.ties` as the weight of the occurrence `path`, from what defines it.
TieForm formOf(TiesOp ties, llvm::StringRef path, mlir::Value wire);

/// The stored weight that a wire is a view of, through any number of views; null for one that is computed.
mlir::BlockArgument storedBehind(mlir::Value wire);

/// What evaluating a wire of `weft.ties` takes, all that it is made of.
std::optional<Size> flopsBehind(mlir::Value wire, const AxisTable &axes);

/// `transposed view of embed.token`, `computed`: a tie in words.
std::string formText(TieOp tie);

/// The map of a network or morphism; null when the module has none for it.
TiesOp tiesOf(mlir::ModuleOp module, llvm::StringRef network);

} // namespace weft
