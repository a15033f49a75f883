#include "compiler/prove/Inverses.h"

namespace weft::prove {

using Status = LawStatus::Status;

namespace {

class InverseSearch {
public:
  InverseSearch(MonoidTerms &monoid, const Budget &budget, const VerdictCache &cache)
      : monoid(monoid), terms(monoid.terms), budget(budget), cache(cache) {}

  LawStatus run();

private:
  std::optional<LawStatus> byTable();
  bool isInverse(const TermList &inverse, std::string &how);
  std::vector<TermList> formulas(const TermList &a);
  bool hasNone(const TermList &element);
  TermRef isUnit(const TermList &element);
  std::string text(const TermList &element);

  MonoidTerms &monoid;
  Terms &terms;
  const Budget &budget;
  const VerdictCache &cache;
};

} // namespace

TermRef InverseSearch::isUnit(const TermList &element) {
  TermRef all = terms.truth(true);
  for (auto [term, unit] : llvm::zip(element, monoid.unit()))
    all = terms.both(all, terms.apply(Function::eq, Sort::boolean, {term, unit}));
  return all;
}

bool InverseSearch::isInverse(const TermList &inverse, std::string &how) {
  Law law;
  TermList a = monoid.element(law, "a");
  monoid.requireElement(law, inverse);
  monoid.requireEqual(law, monoid.combine(a, inverse), monoid.unit());
  monoid.requireEqual(law, monoid.combine(inverse, a), monoid.unit());
  Verdict verdict = decide(law, budget, cache, false);
  how = verdict.how;
  return verdict.isProved();
}

// Numbers that a remainder is taken by.
static void moduliIn(TermRef term, llvm::DenseMap<TermRef, bool> &seen, TermList &moduli) {
  if (!seen.try_emplace(term, true).second)
    return;
  if (term->kind == Term::Kind::apply && term->function == Function::mod &&
      term->operands[1]->kind == Term::Kind::constant)
    moduli.push_back(term->operands[1]);
  for (TermRef operand : term->operands)
    moduliIn(operand, seen, moduli);
}

// Each component itself, its negative or its reciprocal; of one number also what undoes a + b + a·b and sums
// modulo n; of two those of maps x ↦ a·x + b.
std::vector<TermList> InverseSearch::formulas(const TermList &a) {
  constexpr size_t widest = 4;
  std::vector<TermList> result;
  if (a.size() > widest)
    return result;
  auto apply = [&](Function function, TermRef x, TermRef y) {
    return terms.apply(function, x->sort, {x, y});
  };
  auto number = [&](int value, TermRef like) { return terms.constant(Rational(value), like->sort); };
  auto negative = [&](TermRef x) { return terms.apply(Function::neg, x->sort, {x}); };
  auto own = [&](TermRef x) {
    if (x->sort == Sort::boolean)
      return TermList{x, terms.apply(Function::not_, Sort::boolean, {x})};
    TermList choices{negative(x), x};
    if (x->sort == Sort::real)
      choices.push_back(apply(Function::divide, number(1, x), x));
    return choices;
  };
  result.push_back({});
  for (TermRef component : a) {
    std::vector<TermList> longer;
    for (const TermList &start : result)
      for (TermRef choice : own(component)) {
        longer.push_back(start);
        longer.back().push_back(choice);
      }
    result = longer;
  }
  if (a.size() == 1 && a[0]->sort == Sort::real)
    result.push_back({apply(Function::divide, negative(a[0]), apply(Function::add, number(1, a[0]), a[0]))});
  if (a.size() == 1 && a[0]->sort == Sort::integer) {
    llvm::DenseMap<TermRef, bool> seen;
    TermList moduli;
    moduliIn(monoid.combine(a, a)[0], seen, moduli);
    for (TermRef modulus : moduli)
      result.push_back({apply(Function::mod, negative(a[0]), modulus)});
  }
  if (a.size() == 2 && a[0]->sort == Sort::real && a[1]->sort == Sort::real)
    for (bool first : {true, false}) {
      TermRef factor = a[first ? 0 : 1], offset = a[first ? 1 : 0];
      TermRef scaled = apply(Function::divide, negative(offset), factor),
              reciprocal = apply(Function::divide, number(1, factor), factor);
      result.push_back(first ? TermList{reciprocal, scaled} : TermList{scaled, reciprocal});
    }
  return result;
}

// Nothing, on the right, combines with the element to the unit.
bool InverseSearch::hasNone(const TermList &element) {
  Law law;
  monoid.requireElement(law, element);
  TermList b = monoid.element(law, "b");
  law.conditions.push_back(terms.apply(Function::not_, Sort::boolean, {isUnit(monoid.combine(element, b))}));
  return decide(law, budget, cache, false).isProved();
}

std::string InverseSearch::text(const TermList &element) {
  ConcreteEvaluation evaluation({});
  std::string result;
  for (auto [term, component] : llvm::zip(element, monoid.carrier()))
    result += (result.empty() ? "" : ", ") + evaluation.evaluate(term).text(component);
  return element.size() == 1 ? result : "(" + result + ")";
}

// How many values a component takes, and the least; none when they are many.
static std::optional<std::pair<int64_t, int64_t>> valuesOf(const Variable &component, int64_t most) {
  if (component.sort == Sort::boolean)
    return std::pair(int64_t(2), int64_t(0));
  if (component.sort != Sort::integer || !component.least || !component.greatest ||
      *component.greatest - *component.least >= most)
    return std::nullopt;
  return std::pair(int64_t(*component.greatest - *component.least) + 1, int64_t(*component.least));
}

// Of a carrier with few elements: what undoes each.
std::optional<LawStatus> InverseSearch::byTable() {
  constexpr int64_t most = 256;
  std::vector<std::pair<int64_t, int64_t>> values;
  int64_t count = 1;
  Law naming;
  monoid.element(naming, "a");
  for (const Variable &component : narrowed(naming).variables) {
    auto own = valuesOf(component, most);
    count *= own ? own->first : most + 1;
    if (count > most)
      return std::nullopt;
    values.push_back(*own);
  }
  auto elementAt = [&](int64_t number) {
    std::vector<ConcreteValue> element;
    for (auto [size, least] : values) {
      element.push_back(ConcreteValue::of(Rational(least + number % size)));
      number /= size;
    }
    return element;
  };
  Law law;
  TermList a = monoid.element(law, "a"), b = monoid.element(law, "b");
  for (TermRef assumption : TermList(law.assumptions))
    law.conditions.push_back(assumption);
  law.conditions.push_back(isUnit(monoid.combine(a, b)));
  law.conditions.push_back(isUnit(monoid.combine(b, a)));
  for (int64_t i = 0; i < count; ++i) {
    bool isElement = true, found = false;
    for (int64_t j = 0; j < count && !found && isElement; ++j) {
      std::vector<ConcreteValue> pair = elementAt(i), other = elementAt(j);
      pair.insert(pair.end(), other.begin(), other.end());
      ConcreteEvaluation evaluation(pair);
      Effort::spend();
      found = llvm::all_of(law.conditions, [&](TermRef term) { return evaluation.evaluate(term).isTrue(); });
      if (evaluation.isUncertain())
        return std::nullopt;
      if (j == 0 && !law.assumptions.empty())
        isElement = evaluation.evaluate(law.assumptions.front()).isTrue();
    }
    if (isElement && !found) {
      std::string text;
      for (auto [value, component] : llvm::zip(elementAt(i), monoid.carrier()))
        text += (text.empty() ? "" : ", ") + value.text(component);
      return LawStatus{Status::refuted, "by enumeration",
                       "with a = " + (monoid.width() == 1 ? text : "(" + text + ")") +
                           ", which nothing combines with to the unit"};
    }
  }
  return LawStatus{Status::proved, "by enumeration", ""};
}

LawStatus InverseSearch::run() {
  if (!monoid.hasUnit())
    return {Status::refuted, "", "its unit is adjoined: no element undoes another"};
  if (std::optional<LawStatus> table = byTable())
    return *table;
  Law naming;
  TermList a = monoid.element(naming, "a");
  std::string how;
  for (const TermList &inverse : formulas(a))
    if (isInverse(inverse, how))
      return {Status::proved, how, ""};
  // Elements of the ends, and small ones.
  for (int number : {0, 1, 2, -1}) {
    TermList element;
    for (const Variable &component : monoid.carrier())
      element.push_back(component.sort == Sort::boolean ? terms.truth(number == 1)
                                                        : terms.constant(Rational(number), component.sort));
    if (hasNone(element))
      return {Status::refuted, "by a counterexample",
              "with a = " + text(element) + ", which nothing combines with to the unit"};
  }
  return {Status::unknown, "tried: no formula for an inverse was found, and no element without one", ""};
}

LawStatus decideInvertibility(MonoidTerms &monoid, const Budget &budget, const VerdictCache &cache) {
  Effort effort(budget);
  try {
    return InverseSearch(monoid, budget, cache).run();
  } catch (const Exhausted &) {
    return {Status::unknown, "the search for inverses ran out of time", ""};
  }
}

} // namespace weft::prove
