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

static constexpr size_t longSearch = 20'000;

// A long search for a counterexample; `finished` becomes false when time runs out in it.
static std::optional<Counterexample> searchLong(const Law &law, const Budget &budget, bool &finished) {
  Budget own = budget.part(1, 2);
  Effort effort(own);
  try {
    return search(law, longSearch);
  } catch (const Exhausted &) {
    finished = false;
    return std::nullopt;
  }
}

static std::optional<Verdict> byLongEnumeration(const Law &law, const Budget &budget) {
  constexpr size_t most = 10'000'000;
  Budget own = budget.part(2, 3);
  Effort effort(own);
  try {
    Enumeration all = enumerate(law, most);
    if (all.counterexample)
      return refuted(*all.counterexample);
    if (all.complete)
      return Verdict{Verdict::Status::proved, "by enumeration", {}};
  } catch (const Exhausted &) {
  }
  return std::nullopt;
}

static CaseProof casesWithin(const Law &law, const Budget &budget) {
  Budget own = budget.part(1, 2);
  Effort effort(own);
  CaseProof proof;
  try {
    proveByCases(law, own, proof);
  } catch (const Exhausted &) {
    proof.finished = false;
  }
  return proof;
}

static Verdict undecided(const CaseProof &proof, bool searched) {
  std::string cases = counted(proof.cases, "case");
  std::string tried = searched ? "tried: " + counted(longSearch, "value") + " found no counterexample; "
                               : "tried: the search for a counterexample ran out of time; ";
  if (!proof.finished)
    tried += "after " + cases + " the proof by cases was given up, for its length";
  else
    tried += "of " + cases + ", " + std::to_string(proof.openCases.size()) +
             " could not be shown as polynomial identities, nor by Z3";
  return {Verdict::Status::undecided, tried, {}};
}

static Verdict byCases(const Law &law, const Budget &budget, const VerdictCache &cache, bool thorough) {
  constexpr std::chrono::milliseconds quick(10);
  auto start = Budget::Clock::now();
  bool searched = true;
  std::string key = cache.isOff() ? "" : VerdictCache::keyOf(law);
  if (std::optional<std::string> how = cache.find(key)) {
    if (auto found = searchLong(law, budget, searched))
      return refuted(*found);
    return {Verdict::Status::proved, *how, {}};
  }
  auto proved = [&](const std::string &how, bool asked) {
    if (asked || Budget::Clock::now() - start > quick)
      cache.add(key, how);
    return Verdict{Verdict::Status::proved, how, {}};
  };
  CaseProof proof = casesWithin(law, budget);
  std::string cases = counted(proof.cases, "case");
  if (proof.finished && proof.openCases.empty())
    return proved("by " + cases, false);
  if (!thorough)
    return {Verdict::Status::undecided, cases, {}};
  if (std::optional<Verdict> verdict = byLongEnumeration(law, budget))
    return verdict->isProved() ? proved(verdict->how, false) : *verdict;
  if (auto found = searchLong(law, budget, searched))
    return refuted(*found);
  if (proof.finished && solverSettles(proof, budget))
    return proved("by " + cases + " and Z3", true);
  return undecided(proof, searched);
}

static Verdict decideWithin(const Law &law, const Budget &budget, const VerdictCache &cache, bool thorough) {
  constexpr size_t quickly = 200'000, shortSearch = 400;
  {
    Effort effort(budget);
    Enumeration all = enumerate(law, quickly);
    if (all.counterexample)
      return refuted(*all.counterexample);
    if (all.complete)
      return {Verdict::Status::proved, "by enumeration", {}};
    if (auto found = search(law, shortSearch))
      return refuted(*found);
  }
  return byCases(law, budget, cache, thorough);
}

Verdict decide(const Law &law, const Budget &budget, const VerdictCache &cache, bool thorough) {
  std::string key = VerdictCache::keyOf(law);
  if (const std::string *how = cache.recall(key))
    return {Verdict::Status::proved, *how, {}};
  // Some time is left for the laws that follow.
  Budget own = budget.part(1, 2);
  try {
    Verdict verdict = decideWithin(law, own, cache, thorough);
    if (verdict.isProved())
      cache.remember(key, verdict.how);
    return verdict;
  } catch (const Exhausted &) {
    return {Verdict::Status::undecided, "its formula takes too long to evaluate", {}};
  }
}

} // namespace weft::prove
