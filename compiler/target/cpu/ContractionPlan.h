// Which equations are contractions, and how their indices divide.
#pragma once

#include "compiler/target/cpu/ContractionTerms.h"
#include "compiler/target/cpu/CpuTarget.h"
#include "dialects/weft/AxisTable.h"
#include "dialects/weft/SlidingRead.h"
#include "llvm/ADT/MapVector.h"

namespace weft {

/// One of the two factors: which wire it reads, and where. A guarded position may lie outside its axis; the
/// factor is then `otherwise`.
struct FactorRead {
  ReadOp read;
  unsigned wire; // of the equation
  /// By axis of the wire. A position that is a pair is kept as it is.
  llvm::SmallVector<bool> guarded;
  llvm::SmallVector<AffinePosition> affine; // of guarded positions
  double otherwise = 0;
  bool needsLine = false; // a position that only a line has
};

/// Where the packed factor is read at positions that slide along the columns, no panels are written: it lies
/// in lines, along which columns and terms move (a Toeplitz matrix, a convolution).
struct SlidingLines {
  SlidingRead read;
  int64_t first = 0;                // where a line begins, in columns
  int64_t length = 0;               // of a line, in elements
  int64_t count = 1;                // lines of a batch, one for each value of the sums that do not slide
  llvm::SmallVector<int64_t> steps; // elements from one value of each sum to the next
};

/// `y[…] = epilogue(fold[k…](term(a[…], b[…])), …)`, most often a sum of products. Rows run over indices that
/// only `a` has, columns over those that only `b` has; `b` is packed into panels of `panelVectors` vectors.
struct ContractionPlan {
  FoldOp fold;
  TermShape terms;
  FactorRead a, b;
  bool isSwapped = false; // the term's first element is b's
  llvm::SmallVector<mlir::BlockArgument> batch, rows, columns;
  llvm::SmallVector<mlir::BlockArgument> summed; // guarded ones first
  unsigned guardedSums = 0;                      // how many of `summed` stand in guarded positions
  bool isMasked = false;                         // by a condition that does not depend on columns
  /// What a mask that consists of bounds alone says.
  std::optional<IndexBounds> bounds;
  unsigned elementBytes = 4;
  unsigned packedBytes = 4; // of an element of the packed factor, which is converted when it is used
  unsigned panelVectors = 1;
  unsigned tileRows = 1;
  /// Lanes go along the innermost sum, not along columns: then a panel is one column, and a tile takes some
  /// of them.
  bool isAlongTerms = false;
  unsigned tileColumns = 1;
  bool isInPlace = false; // its terms lie side by side as they are: nothing is packed
  int64_t blockRows = 1;  // rows whose part of `a` stays in the second cache
  /// Of the outermost sum: how much of it is summed before the next panel's turn comes; 0: all. Then sums
  /// wait in memory for a block of `blockRows` and `blockPanels`.
  int64_t partTerms = 0;
  int64_t innerTerms = 1; // terms for each of the outermost sum's, where it is split
  int64_t blockPanels = 0;
  /// Each panel is packed right before its only use, all into the same memory.
  bool packsInTurn = false;
  /// Then some are packed together, whose lines follow each other.
  int64_t panelsTogether = 1;
  /// In a group of rows whose outer loops go over the batches: each is packed when its turn comes, all into
  /// the same memory.
  bool packsEachBatch = false;
  std::optional<SlidingLines> lines; // instead of panels

  /// Columns of a panel.
  int64_t panelWidth(unsigned lanes) const { return isAlongTerms ? 1 : int64_t(panelVectors) * lanes; }
  int64_t partialBytes(int64_t lanes) const {
    return partTerms ? blockRows * blockPanels * panelVectors * lanes * elementBytes : 0;
  }
};

using ContractionPlans = llvm::MapVector<mlir::Operation *, ContractionPlan>;

/// The indices that an equation's one clause is defined at, in the order of the positions, if each stands
/// there once, whole or in a pair, and nothing else does.
std::optional<llvm::SmallVector<mlir::BlockArgument>> definedIndices(EquationOp equation);

/// None when the equation is no contraction that the emitter can write. `isConstant` says which wires are
/// weights.
std::optional<ContractionPlan> planContraction(EquationOp equation, const AxisTable &axes,
                                               const CpuTarget &target,
                                               llvm::function_ref<unsigned(ObjectType)> elementBytes,
                                               llvm::function_ref<bool(mlir::Value)> isConstant);

} // namespace weft
