// Laws that hold because both sides have one normal form: a maximum of polynomials, or a maximum of minima.
// No cases are told apart, so that products of large matrices over such semirings are within reach.
#pragma once

#include "compiler/prove/Law.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace weft::prove {

/// Both sides of each equation are the same maximum, or the same minimum, of polynomials: `+` distributes
/// over either, and so does `*` where no factor is negative.
bool haveSameExtremes(const Law &law);

/// Both sides of each equation are the same maximum of minima of variables and constants (of truth values,
/// `or` of `and`): in every distributive lattice with the order that the assumptions tell of these.
bool areSameInLattices(const Law &law);

/// Takes an assumption apart: `visit` gets each condition that must be true for it.
void forEachConjunct(TermRef condition, llvm::function_ref<void(TermRef)> visit);

} // namespace weft::prove
