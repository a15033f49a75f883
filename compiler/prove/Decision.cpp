#include "compiler/prove/Decision.h"
#include "compiler/prove/CaseProof.h"
#include "compiler/prove/Solver.h"

namespace weft::prove {

static Verdict refuted(Counterexample counterexample) {
  return {Verdict::Status::refuted, "by a counterexample", std::move(counterexample)};
}

static std::string counted(size_t number, const std::string &what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

// What the cases left, one question after another.
static bool solverSettles(const CaseProof &proof, const Budget &budget) {
  for (const OpenCase &open : proof.openCases)
    if (!isImpossible(open, proof.symbols, budget))
      return false;
  return true;
}

static Verdict byCases(const Law &law, Budget &budget, bool thorough) {
  CaseProof proof = proveByCases(law, budget);
  std::string cases = counted(proof.cases, "case");
  if (proof.finished && proof.openCases.empty())
    return {Verdict::Status::proved, "by " + cases, {}};
  if (!thorough)
    return {Verdict::Status::undecided, cases, {}};
  constexpr size_t longSearch = 20'000;
  if (auto found = search(law, longSearch))
    return refuted(*found);
  if (proof.finished && solverSettles(proof, budget))
    return {Verdict::Status::proved, "by " + cases + " and Z3", {}};
  std::string tried = "tried: " + counted(longSearch, "value") + " found no counterexample; ";
  if (!proof.finished)
    tried += "after " + cases + " the proof by cases was given up";
  else
    tried += "of " + cases + ", " + std::to_string(proof.openCases.size()) +
             " could not be shown as polynomial identities, nor by Z3";
  return {Verdict::Status::undecided, tried, {}};
}

Verdict decide(const Law &law, Budget &budget, bool thorough) {
  constexpr size_t mostEnumerated = 4096, shortSearch = 400;
  Enumeration all = enumerate(law, mostEnumerated);
  if (all.counterexample)
    return refuted(*all.counterexample);
  if (all.complete)
    return {Verdict::Status::proved, "by enumeration", {}};
  if (auto found = search(law, shortSearch))
    return refuted(*found);
  return byCases(law, budget, thorough);
}

} // namespace weft::prove
