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

} // namespace weft
