// Folds over all that comes before a position, or after it: one running fold gives them at every position.
#pragma once

#include "dialects/weft/AxisTable.h"

namespace weft {

/// `M[j, … where j <= i + shift and …](…)`, or `>=`: what is folded at one position `i` is what is folded at
/// its neighbour and one more `j`. Neither the arguments nor the rest of the mask depend on `i`.
struct PrefixFold {
  mlir::BlockArgument along;    // `j`, the fold's outermost index
  mlir::BlockArgument position; // `i`, an index in force where the fold stands
  bool isForward = true;        // `j <= i + shift`; else `j >= i + shift`
  int64_t shift = 0;
  bool isMasked = false; // the mask says more than the bound
};

/// None when the fold is no prefix or suffix; then `why` says what stands against it, if it looks like one.
std::optional<PrefixFold> findPrefix(FoldOp fold, const AxisTable &axes, std::string *why = nullptr);

/// What stands against folding an element a position; empty when nothing does.
std::string whyNotRunning(FoldOp fold, const PrefixFold &prefix);

} // namespace weft
