// Which factors of contractions are packed, when, and where the panels lie.
#pragma once

#include "compiler/target/cpu/Arena.h"
#include "compiler/target/cpu/ContractionPlan.h"

namespace weft {

/// The factor `b` of a contraction in panels. Those of weights are written when weights are bound, one copy
/// for each position of the scans that the weight is an element of; others are written in the call, before
/// the contraction.
struct PackedFactor {
  /// Before the panels of one batch stands the batch's number, in a line of its own.
  static constexpr int64_t batchNumberBytes = 64;

  ContractionPlan plan;
  bool isBound = false;
  int64_t offset = 0;                  // in packed memory, if bound
  int64_t copyBytes = 0, bytes = 0;    // of one copy, and of all, if bound
  llvm::SmallVector<ScanOp> scans;     // outermost first
  std::optional<unsigned> partialSlot; // in the threads' memory, of sums that are made in parts
  unsigned slot = 0;                   // in scratch, or in the threads' memory, if not bound
};

/// A wire that depends on weights alone: where it comes from, and the scans that it is a slice in, outermost
/// first.
struct WeightSource {
  mlir::Value wire; // outside all scans
  llvm::SmallVector<ScanOp> scans;
};

class PackedFactors {
public:
  /// `isWeight`: of wires outside all loops. `packedEnd` grows by what is bound, `arena` by what is packed in
  /// the call, `threadArena` by what is packed in turn and by sums that are made in parts.
  PackedFactors(const ContractionPlans &plans, const AxisTable &axes, const CpuTarget &target,
                llvm::function_ref<bool(mlir::Value)> isWeight, const Lifetimes &lifetimes, Arena &arena,
                Arena &threadArena, int64_t &packedEnd);

  /// Null for equations that are no contractions.
  const PackedFactor *find(EquationOp equation) const;
  const llvm::MapVector<mlir::Operation *, PackedFactor> &all() const { return factors; }

private:
  llvm::MapVector<mlir::Operation *, PackedFactor> factors;
};

/// The equations that are contractions in the call: what depends on weights alone is computed when they are
/// bound.
ContractionPlans planContractions(NetworkOp network, const AxisTable &axes, const CpuTarget &target,
                                  llvm::function_ref<unsigned(ObjectType)> elementBytes,
                                  llvm::function_ref<bool(mlir::Value)> isWeight);

/// None when the wire depends on more than weights.
std::optional<WeightSource> weightSource(mlir::Value wire, llvm::function_ref<bool(mlir::Value)> isWeight);

} // namespace weft
