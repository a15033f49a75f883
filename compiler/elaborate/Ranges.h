// Whether an integer lies in an axis for all values of its indices: linear arithmetic over their ranges.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

enum class InRange { proved, refuted, unknown };

/// For the value of an integer expression and an axis.
InRange inRange(State &state, mlir::Value number, llvm::StringRef axis);

/// Outside of an axis for some value of the indices: what is reached, and where the axis ends.
struct Reach {
  std::string found, end;
};
/// For a sum of multiples of different indices, each of which runs over all of its axis.
std::optional<Reach> reachOutside(State &state, mlir::Value number, llvm::StringRef axis);

} // namespace weft
