// Elements that absorb whatever is combined with them.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

struct FoldExit {
  bool fromEnd;             // elements are taken from the last to the first
  std::optional<bool> zero; // the truth value that absorbs; none: any element does
};

/// When a fold may leave out what cannot change its result any more: no law is asked for, but what is left
/// out raises no error. `first` and `last` by what their operation gives back, truth values by trying both.
std::optional<FoldExit> findExit(FoldOp fold);

} // namespace weft
