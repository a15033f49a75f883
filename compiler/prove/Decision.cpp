#include "compiler/prove/Decision.h"
#include "compiler/prove/CaseProof.h"
#include "compiler/prove/NormalForms.h"
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

// How a long search for a counterexample ended.
struct LongSearch {
  std::optional<Counterexample> found;
  bool finished = true;
  bool isTried = false; // the law could be evaluated somewhere
};

static LongSearch searchLong(const Law &law, const Budget &budget) {
  Budget own = budget.part(1, 2);
  Effort effort(own);
  LongSearch result;
  try {
    result.found = search(law, longSearch, result.isTried);
  } catch (const Exhausted &) {
    result.finished = false;
  }
  return result;
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

static bool byNormalForms(const Law &law, const Budget &budget) {
  Budget own = budget.part(1, 8);
  Effort effort(own);
  try {
    return haveSameExtremes(law) || areSameInLattices(law);
  } catch (const Exhausted &) {
    return false;
  }
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

static std::string whatWasTried(const CaseProof &proof, const LongSearch &searched) {
  std::string cases = counted(proof.cases, "case");
  std::string tried = !searched.finished ? "tried: the search for a counterexample ran out of time; "
                      : !searched.isTried
                          ? "tried: it could be evaluated at no value; "
                          : "tried: " + counted(longSearch, "value") + " found no counterexample; ";
  if (!proof.finished)
    tried += "after " + cases + " the proof by cases was given up, for its length";
  else
    tried += "of " + cases + ", " + std::to_string(proof.openCases.size()) +
             " could not be shown as polynomial identities, nor by Z3";
  return tried;
}

static Verdict byCases(const Law &law, const Budget &budget, const VerdictCache &cache,
                       const std::string &key, bool thorough) {
  constexpr std::chrono::milliseconds quick(10);
  auto start = Budget::Clock::now();
  VerdictCache::Time limit = budget.left();
  std::string undecidedKey = thorough ? key : VerdictCache::quickKeyOf(key);
  if (std::optional<std::string> how = cache.find(key)) {
    if (auto found = searchLong(law, budget).found)
      return refuted(*found);
    return {Verdict::Status::proved, *how, {}};
  }
  if (std::optional<std::string> tried = cache.findUndecided(undecidedKey, limit))
    return {Verdict::Status::undecided, *tried, {}};
  auto isLong = [&] { return Budget::Clock::now() - start > quick; };
  auto proved = [&](const std::string &how, bool asked) {
    if (asked || isLong())
      cache.add(key, how);
    return Verdict{Verdict::Status::proved, how, {}};
  };
  auto undecided = [&](const std::string &tried) {
    if (isLong())
      cache.addUndecided(undecidedKey, limit, tried);
    return Verdict{Verdict::Status::undecided, tried, {}};
  };
  CaseProof proof = casesWithin(law, budget);
  std::string cases = counted(proof.cases, "case");
  if (proof.finished && proof.openCases.empty())
    return proved("by " + cases, false);
  if (!thorough)
    return undecided(cases);
  if (std::optional<Verdict> verdict = byLongEnumeration(law, budget))
    return verdict->isProved() ? proved(verdict->how, false) : *verdict;
  LongSearch searched = searchLong(law, budget);
  if (searched.found)
    return refuted(*searched.found);
  if (proof.finished && solverSettles(proof, budget))
    return proved("by " + cases + " and Z3", true);
  return undecided(whatWasTried(proof, searched));
}

static Verdict decideWithin(const Law &law, const Budget &budget, const VerdictCache &cache,
                            const std::string &key, bool thorough) {
  constexpr size_t quickly = 200'000, shortSearch = 400;
  {
    Effort effort(budget);
    Enumeration all = enumerate(law, quickly);
    if (all.counterexample)
      return refuted(*all.counterexample);
    if (all.complete)
      return {Verdict::Status::proved, "by enumeration", {}};
    bool isTried = false;
    if (auto found = search(law, shortSearch, isTried))
      return refuted(*found);
  }
  if (byNormalForms(law, budget))
    return {Verdict::Status::proved, "by distribution", {}};
  return byCases(law, budget, cache, key, thorough);
}

// `x < 7`, of an integer variable: it takes fewer values.
static void narrow(Law &law, TermRef assumption) {
  bool isBoth =
      (assumption->kind == Term::Kind::choose && assumption->operands[2]->kind == Term::Kind::constant &&
       assumption->operands[2]->value == Rational(0)) ||
      (assumption->kind == Term::Kind::apply && assumption->function == Function::and_);
  if (isBoth) {
    narrow(law, assumption->operands[0]);
    narrow(law, assumption->operands[1]);
    return;
  }
  if (assumption->kind != Term::Kind::apply || assumption->operands.size() != 2)
    return;
  for (bool swapped : {false, true}) {
    TermRef variable = assumption->operands[swapped], bound = assumption->operands[!swapped];
    if (variable->kind != Term::Kind::variable || variable->sort != Sort::integer ||
        bound->kind != Term::Kind::constant || !isInteger(bound->value))
      continue;
    Integer number = bound->value.num;
    Variable &own = law.variables[variable->number];
    auto atLeast = [&](const Integer &least) {
      own.least = own.least && *own.least > least ? *own.least : least;
    };
    auto atMost = [&](const Integer &most) {
      own.greatest = own.greatest && *own.greatest < most ? *own.greatest : most;
    };
    switch (assumption->function) {
    case Function::lt:
      return swapped ? atLeast(number + 1) : atMost(number - 1);
    case Function::le:
      return swapped ? atLeast(number) : atMost(number);
    case Function::gt:
      return swapped ? atMost(number - 1) : atLeast(number + 1);
    case Function::ge:
      return swapped ? atMost(number) : atLeast(number);
    default:
      return;
    }
  }
}

Law narrowed(Law law) {
  for (TermRef assumption : TermList(law.assumptions))
    narrow(law, assumption);
  return law;
}

Verdict decide(const Law &asked, const Budget &budget, const VerdictCache &cache, bool thorough) {
  Law law = narrowed(asked);
  std::string key = VerdictCache::keyOf(law);
  if (std::optional<std::string> how = VerdictCache::recallProof(key))
    return {Verdict::Status::proved, *how, {}};
  // Some time is left for the laws that follow.
  Budget own = budget.part(1, 2);
  try {
    Verdict verdict = decideWithin(law, own, cache, key, thorough);
    if (verdict.isProved())
      VerdictCache::remember(key, verdict.how);
    return verdict;
  } catch (const Exhausted &) {
    return {Verdict::Status::undecided, "its formula takes too long to evaluate", {}};
  }
}

} // namespace weft::prove
