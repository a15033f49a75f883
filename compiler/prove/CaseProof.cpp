#include "compiler/prove/CaseProof.h"

namespace weft::prove {

using Kind = SymbolicValue::Kind;

namespace {

// One thing that a law asks, on one path; adds to the open cases what is not settled.
struct Goal {
  const Law &law;
  enum class What { equation, condition, admitted } what;
  size_t place;

  bool settled(SymbolicEvaluation &path, std::vector<OpenCase> &openCases) const {
    for (TermRef assumption : law.assumptions)
      if (!path.holds(assumption) || path.isContradiction()) {
        // An assumption of which nothing is known may hold.
        bool isOutside = !path.isIgnorant() || path.isContradiction();
        if (!isOutside)
          openCases.push_back({path.known().all(), std::nullopt});
        return isOutside;
      }
    bool well = false;
    std::optional<Polynomial> difference;
    if (what == What::equation) {
      SymbolicValue left = path.evaluate(law.equations[place].first);
      SymbolicValue right = path.evaluate(law.equations[place].second);
      well = path.areEqual(left, right);
      if (!well && left.isFinite() && right.isFinite())
        difference = path.normal(left.number - right.number).numerator();
    } else if (what == What::condition) {
      well = path.holds(law.conditions[place]);
    } else {
      SymbolicValue value = path.evaluate(law.admitted[place].first);
      const Variable &variable = law.admitted[place].second;
      well = value.kind == Kind::finite || value.kind == Kind::truth ||
             (value.isInfinite() && (value.flag ? variable.admitsLow : variable.admitsHigh));
    }
    if (well || path.isContradiction())
      return true;
    openCases.push_back({path.known().all(), difference});
    return false;
  }
};

} // namespace

static void prove(const Goal &goal, const Budget &budget, CaseProof &proof) {
  constexpr size_t mostCases = 20'000, mostOpen = 8;
  Cases cases;
  bool more = true;
  while (more) {
    if (cases.seen() > mostCases || proof.openCases.size() >= mostOpen || budget.isSpent()) {
      proof.finished = false;
      break;
    }
    SymbolicEvaluation path(proof.symbols, cases, goal.law.variables);
    goal.settled(path, proof.openCases);
    more = cases.next();
  }
  proof.cases += cases.seen();
}

void proveByCases(const Law &law, const Budget &budget, CaseProof &proof) {
  proof.finished = true;
  for (size_t i = 0; i < law.equations.size(); ++i)
    prove({law, Goal::What::equation, i}, budget, proof);
  for (size_t i = 0; i < law.conditions.size(); ++i)
    prove({law, Goal::What::condition, i}, budget, proof);
  for (size_t i = 0; i < law.admitted.size(); ++i)
    prove({law, Goal::What::admitted, i}, budget, proof);
}

} // namespace weft::prove
