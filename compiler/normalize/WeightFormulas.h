// The formulas that weights are computed by, where an equation reads them.
#pragma once

#include "dialects/weft/WeftOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

namespace weft {

class WeightFormulas {
public:
  /// Knows no weight.
  WeightFormulas() = default;
  explicit WeightFormulas(NetworkOp network);

  /// A weight, what is made of weights alone, or one of these at the position of a scan.
  bool isWeight(mlir::Value wire) const;
  /// One of the outermost block, or that at the position of scans.
  bool isStored(mlir::Value wire) const;
  /// A wire that was made from weights alone.
  void add(mlir::Value wire) { ofWeights.insert(wire); }
  /// The equation by which a wire is computed from weights, over wires that stand where it does: inside a
  /// scan it is made for one position. Null for wires that are given, and for formulas that cannot be read
  /// so.
  EquationOp formulaOf(mlir::Value wire);
  /// Erases the formulas made inside scans that nothing uses.
  void eraseUnused();

private:
  EquationOp insideScan(mlir::BlockArgument element, ScanOp scan);

  llvm::DenseSet<mlir::Value> ofWeights; // of the outermost block, and `made`
  llvm::DenseMap<mlir::Value, EquationOp> local;
  llvm::SmallVector<EquationOp> made;
};

/// Puts a formula in place of a read, in an equation with one clause. Where the formula defines its wire by
/// pairs of indices, the reader's index is split into them. False when the positions do not fit; the reader
/// may be changed then.
bool inlineFormula(EquationOp reader, ReadOp read, EquationOp formula);

} // namespace weft
