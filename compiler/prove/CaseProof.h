// A proof by cases: in each, both sides are equal as quotients of polynomials.
#pragma once

#include "compiler/prove/Effort.h"
#include "compiler/prove/SymbolicEvaluation.h"

namespace weft::prove {

/// A case that polynomials did not settle: what is known there, and what remains to be shown never to hold.
struct OpenCase {
  std::vector<Facts::Fact> facts;
  std::optional<Polynomial> difference; // is it 0 wherever the facts hold; none: do the facts ever hold
};

struct CaseProof {
  size_t cases = 0;
  bool finished = false;           // all cases were seen
  std::vector<OpenCase> openCases; // the first ones
  Symbols symbols;
};

/// Fills `proof`, which is new.
void proveByCases(const Law &law, const Budget &budget, CaseProof &proof);

} // namespace weft::prove
