// What an index equation looks like: a sum over indices, a fold, a scan, or a function of elements.
#pragma once

#include "compiler/draw/AxisIndices.h"
#include "dialects/weft/WeftOps.h"
#include "lib/draw/Picture.h"

namespace weft {

/// Fills in kind, label, sub and the laws of the monoids that the equation folds.
void describeEquation(EquationOp equation, const AxisIndices &axes, draw::Node &node);

} // namespace weft
