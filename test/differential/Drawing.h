// Inputs and weights of random programs, drawn from a seed.
#pragma once

#include "compiler/reference/Interpreter.h"
#include "dialects/weft/AxisTable.h"
#include <random>

namespace weft::differential {

/// How one program is run: the sizes of its open axes, and what is drawn.
struct Run {
  std::map<std::string, int64_t> sizes;
  unsigned seed = 0;
  bool special = false; // infinities and NaN stand among the reals
};

/// All that the entry takes. None when a wire would hold indices of an axis without elements.
std::optional<reference::Call> draw(mlir::ModuleOp module, MorphismOp entry, const Run &run);

} // namespace weft::differential
