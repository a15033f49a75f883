// Claims in the IR: counts of weights are decided here, everything else is left open for the prover.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// Of a claim about monoids beside its subject: the one that it distributes over, or the two that a morphism
/// is claimed to be a homomorphism between; an array of symbols.
constexpr llvm::StringLiteral monoidsAttribute = "weft.monoids";

/// Gives names to the diagrams that claims are about.
void declareClaimSubjects(State &state);

/// Of a claim that two cells are the same map of weights: of both, for each factor of what they start from,
/// the morphisms that simple cells make one after the other; arrays of arrays of symbols.
constexpr llvm::StringLiteral cellsAttribute = "weft.cells";

void checkClaim(State &state, const ast::Claim &claim);

/// Cells to morphisms that are defined already claim that both are equal.
void claimCellEqualities(State &state);

/// `claim a == b` of two cells, composed or generic ones too; false when it is about anything else.
bool claimSameCells(State &state, const ast::Claim &claim);

} // namespace weft
