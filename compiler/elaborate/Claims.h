// Claims in the IR: counts of weights are decided here, everything else is left open for the prover.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

void checkClaim(State &state, const ast::Claim &claim);

/// Cells to morphisms that are defined already claim that both are equal.
void claimCellEqualities(State &state);

} // namespace weft
