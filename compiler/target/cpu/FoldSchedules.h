// Which algorithm each fold gets: decided here and nowhere else, before any code is written.
#pragma once

#include "compiler/target/cpu/ContractionPlan.h"
#include "dialects/weft/PrefixFold.h"

namespace weft {

/// Writes `schedule` on every fold of a network: the first algorithm, in the order of the list in
/// FoldSchedules.cpp, that the laws license and that suits the fold, and why the ones before it were refused.
/// Plans whose fold got another algorithm are dropped. `forced` goes first wherever it is licensed.
void scheduleFolds(NetworkOp network, const AxisTable &axes, ContractionPlans &plans,
                   std::optional<FoldAlgorithm> forced);

/// The fold of a clause that is computed as a scan, standing at its outermost level; null when there is none.
FoldOp scanOf(EquationOp equation, unsigned clause);

/// Whether a fold's own elements go into the lanes of vectors, not those of the equation around it.
bool foldsInLanes(FoldOp fold);

/// What was decided cannot be written: the fold gets another algorithm, and says why.
void fallBack(FoldOp fold, const llvm::Twine &why, FoldAlgorithm instead = FoldAlgorithm::sequence,
              const llvm::Twine &reason = "as written, one element after the other");

} // namespace weft
