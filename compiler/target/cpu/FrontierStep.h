// Fixed points of which, after some rounds, no more than what changed is looked at.
#pragma once

#include "dialects/weft/AxisTable.h"

namespace weft {

/// A loop until nothing changes whose step is
///
///   next[v] = d[v] * M[e where target[e] == v](… d[source[e]] …)
///
/// M associative, commutative and idempotent. What an edge gave in one round, its target has kept: an edge
/// whose source did not change since then gives nothing new.
struct FrontierStep {
  EquationOp equation; // of the step
  FoldOp fold;
  MonoidOp monoid;
  SegmentsOp segments;           // the edges by their targets
  mlir::Value sources;           // the wire that says which element of the state an edge reads
  mlir::StringAttr nodes, edges; // axes
};

/// The list that was put in order; others are themselves.
mlir::Value asGiven(mlir::Value list);

/// None when the step is no such; then `why` says what stands against it.
std::optional<FrontierStep> findFrontier(IterateOp loop, std::string *why = nullptr);

} // namespace weft
