// Reads at positions that move with one index and by steps with others: `k[o - i]`, `k[(o - i) mod N]`.
#pragma once

#include "dialects/weft/IndexBounds.h"
#include "dialects/weft/WeftOps.h"

namespace weft {

/// Indices as they are, in pairs or injected, and constants.
bool isSimplePosition(mlir::Value position);

/// An integer combination of indices, modulo `modulus` unless that is 0.
struct WrappedPosition {
  AffinePosition affine;
  int64_t modulus = 0;
};

/// None when a position is anything else, or an index of which it is not proved that it lies in its axis.
std::optional<WrappedPosition> readWrapped(mlir::Value position, const AxisTable &axes);

/// The one position of a read that is not simple: `sign · (along + Σ step · index) + constant`, modulo
/// `modulus` unless that is 0.
struct SlidingRead {
  unsigned axis = 0; // of the wire that is read
  mlir::Value along;
  llvm::SmallVector<std::pair<mlir::Value, int64_t>> steps;
  int64_t sign = 1, constant = 0, modulus = 0;
  bool isGuarded = false; // it may lie outside its axis; the read is `otherwise` then
  double otherwise = 0;

  int64_t stepOf(mlir::Value index) const;
};

/// None when a position is anything else, or when not exactly one of the indices in it is one that `isAlong`
/// admits. The sizes of the axes are constants.
std::optional<SlidingRead> readSliding(ReadOp read, llvm::function_ref<bool(mlir::Value)> isAlong,
                                       const AxisTable &axes);

} // namespace weft
