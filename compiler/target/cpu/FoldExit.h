// Elements that absorb whatever is combined with them.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

struct FoldExit {
  bool fromEnd; // elements are taken from the last to the first
  /// Of a truth value or an element of a small axis: those that absorb. None: any element does.
  std::optional<llvm::SmallVector<int64_t>> zeros;
};

/// When a fold may leave out what cannot change its result any more: no law is asked for, but what is left
/// out raises no error. `first` and `last` by what their operation gives back, small carriers by trying all
/// of them.
std::optional<FoldExit> findExit(FoldOp fold);

} // namespace weft
