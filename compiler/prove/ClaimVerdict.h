// What is found out about one claim of a network.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft::prove {

struct ClaimVerdict {
  /// `evaluated`: agreement at drawn points, which is evidence and no proof.
  enum class Status { proved, evaluated, refuted, unknown } status = Status::unknown;
  std::string how;     // what proved it, or what was tried
  std::string witness; // what breaks it
};

/// The morphism as a network with all boxes inlined, in a module of its own; with `normal` in normal form.
/// Null when that fails.
mlir::OwningOpRef<mlir::ModuleOp> networkOf(mlir::ModuleOp program, llvm::StringRef morphism, bool normal);

/// `claim f == g`, and cells from f to a g that is defined.
ClaimVerdict decideEquality(mlir::ModuleOp program, llvm::StringRef f, llvm::StringRef g);

/// `claim a == b` of cells: of both, by factor of what they start from, what simple cells make one after the
/// other (arrays of arrays of symbols).
ClaimVerdict decideCellEquality(mlir::ModuleOp program, mlir::ArrayAttr sides);

/// `claim f equivariant under permute A`, or with `invariant` that the outputs stay the same.
ClaimVerdict decideSymmetry(mlir::ModuleOp program, llvm::StringRef f, llvm::StringRef axis, bool invariant);

/// `claim f flops <= bound` and `bytes`: `property` is the claim's text, `bound` a size in normal form.
ClaimVerdict decideCost(mlir::ModuleOp program, llvm::StringRef f, llvm::StringRef property,
                        llvm::StringRef bound);

} // namespace weft::prove
