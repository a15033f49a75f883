// Whether tied weights run in their structure or are expanded, and what was weighed up: kept on the network
// as the attribute `weft.tie_choices`, for `weft check --explain`.
#pragma once

#include "compiler/normalize/ProductTerms.h"

namespace weft {

inline constexpr llvm::StringLiteral tieChoicesAttribute = "weft.tie_choices";

struct TieChoice {
  llvm::SmallVector<mlir::StringAttr> weights; // tied, in one sum
  mlir::StringAttr wire;                       // that the sum is for
  ProductCost structure, expanded;
  bool inStructure = false;
};

void recordTieChoices(NetworkOp network, llvm::ArrayRef<TieChoice> choices);

} // namespace weft
