// Whether every element of a monoid has an inverse.
#pragma once

#include "compiler/prove/MonoidLaws.h"

namespace weft::prove {

/// Proved by an inverse that a formula gives (or, of few elements, a table); refuted by an element that
/// nothing combines with to the unit. The unit law holds.
LawStatus decideInvertibility(MonoidTerms &monoid, const Budget &budget, const VerdictCache &cache);

} // namespace weft::prove
