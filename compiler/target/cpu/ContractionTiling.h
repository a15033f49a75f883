// How large the tiles, panels and blocks of a contraction are: decided here from the sizes that are known,
// the registers and the second cache of the processor.
#pragma once

#include "compiler/target/cpu/ContractionPlan.h"

namespace weft {

/// How many positions several indices take together, if it is known.
std::optional<int64_t> knownCount(llvm::ArrayRef<mlir::BlockArgument> indices, const AxisTable &axes);

/// Fills in the sizes of a plan whose factors and indices are known. `isBound`: the packed factor is a
/// weight.
void chooseTiling(ContractionPlan &plan, const AxisTable &axes, const CpuTarget &target, bool isBound);

/// The same for a plan whose lanes go along the terms. Gives the cycles that it takes, more or less; axes
/// that are open count as 64.
double chooseTermLanes(ContractionPlan &plan, mlir::Value last, const AxisTable &axes,
                       const CpuTarget &target, bool isBound);

/// The cycles that a plan takes whose lanes go along columns. `last`: the index along which results lie side
/// by side.
double panelCycles(ContractionPlan plan, mlir::Value last, const AxisTable &axes, const CpuTarget &target,
                   bool isBound);

/// The cycles that it takes element by element, in vectors where something lies side by side.
double elementCycles(ContractionPlan plan, mlir::Value last, const AxisTable &axes, const CpuTarget &target);

/// The position along which elements lie side by side; axes of one element are none. Null when there is none.
mlir::Value lastPosition(mlir::ValueRange positions, const AxisTable &axes);

} // namespace weft
