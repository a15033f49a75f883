#include "compiler/prove/MonoidLaws.h"
#include "compiler/prove/Inverses.h"
#include "compiler/prove/OpenSizes.h"
#include "compiler/prove/Witness.h"
#include "llvm/ADT/DenseSet.h"
#include <set>

using namespace mlir;

namespace weft::prove {

namespace {

class LawProver {
public:
  LawProver(MonoidTerms &monoid, const Budget &budget, const VerdictCache &cache, ArrayRef<std::string> asked)
      : monoid(monoid), budget(budget), cache(cache), asked(asked) {}

  LawTable run();

private:
  void decideLaw(const std::string &name, const Law &law, StringRef left, StringRef right, bool required);
  bool isTooLarge() const;
  void domain();
  void lift();
  void unit();
  void associative();
  void commutative();
  void idempotent();
  void absorbing();
  void monotone();
  void invertible();
  void linear();
  TermList element(Law &law, StringRef name) { return monoid.element(law, name); }

  MonoidTerms &monoid;
  const Budget &budget;
  const VerdictCache &cache;
  ArrayRef<std::string> asked;
  LawTable table;
};

} // namespace

bool LawProver::isTooLarge() const {
  constexpr unsigned deepest = 2000;
  constexpr size_t most = 100'000;
  return monoid.terms.depth() > deepest || monoid.terms.size() > most;
}

void LawProver::decideLaw(const std::string &name, const Law &law, StringRef left, StringRef right,
                          bool required) {
  LawStatus &status = table[name];
  if (status.status == LawStatus::Status::refuted)
    return;
  if (isTooLarge()) {
    status = {LawStatus::Status::unknown, "its formula is too large for proofs", {}};
    return;
  }
  Verdict verdict = decide(law, budget, cache, required || llvm::is_contained(asked, name));
  if (verdict.isProved()) {
    if (!StringRef(status.how).contains(verdict.how))
      status.how += (status.how.empty() ? "" : " and ") + verdict.how;
    status.status = LawStatus::Status::proved;
  } else if (verdict.isRefuted())
    status = {LawStatus::Status::refuted, verdict.how,
              witness(law, *verdict.counterexample, monoid.carrier(), monoid.carrier(), left, right)};
  else
    status = {LawStatus::Status::unknown, verdict.how, ""};
}

static Law closureOf(MonoidTerms &monoid) {
  Law law;
  TermList a = monoid.element(law, "a"), b = monoid.element(law, "b");
  monoid.requireElement(law, monoid.combine(a, b));
  return law;
}

// Integers are computed as if exact, so that the operation may leave what a type holds: then laws are asked
// of more.
void chooseRange(MonoidTerms &monoid, const Budget &budget, const VerdictCache &cache) {
  using Range = MonoidTerms::Range;
  if (!monoid.hasRanges())
    return;
  for (Range range : {Range::type, Range::nonNegative, Range::all}) {
    monoid.setRange(range);
    if (range == Range::all || decide(closureOf(monoid), budget, cache, false).isProved())
      return;
  }
}

void LawProver::domain() {
  decideLaw("domain", closureOf(monoid), "a * b", "", true);
  if (!monoid.hasUnit() || table["domain"].status != LawStatus::Status::proved)
    return;
  Law unit;
  monoid.requireElement(unit, monoid.unit());
  decideLaw("domain", unit, "the unit", "", true);
}

// Whether something stands in the term that proofs know nothing of.
static bool isUnknown(TermRef term, llvm::DenseSet<TermRef> &seen) {
  return seen.insert(term).second &&
         (term->kind == Term::Kind::undefined ||
          llvm::any_of(term->operands, [&](TermRef operand) { return isUnknown(operand, seen); }));
}

// A lift that lands outside for some arguments is checked when it runs; one that does so for all of them is
// refuted.
void LawProver::lift() {
  if (!monoid.hasDomain() || table["domain"].status == LawStatus::Status::refuted)
    return;
  Law outside;
  TermList made = monoid.lifted(outside);
  Law inside = outside;
  inside.conditions.push_back(monoid.isInDomain(made));
  for (auto [term, variable] : llvm::zip(made, monoid.carrier()))
    inside.admitted.emplace_back(term, variable);
  llvm::DenseSet<TermRef> seen;
  if (isTooLarge() || isUnknown(inside.conditions.front(), seen))
    return;
  outside.conditions.push_back(
      monoid.terms.apply(Function::not_, Sort::boolean, {inside.conditions.front()}));
  if (!decide(outside, budget, cache, false).isProved())
    return;
  // Nothing is found where the lift is never defined.
  Verdict verdict = decide(inside, budget, cache, false);
  if (verdict.isRefuted())
    table["domain"] = {LawStatus::Status::refuted, verdict.how,
                       witness(inside, *verdict.counterexample, ArrayRef(inside.variables).take_front(1),
                               monoid.carrier(), "the lift", "")};
}

void LawProver::unit() {
  if (!monoid.hasUnit())
    return;
  Law before, after;
  TermList a = element(before, "a");
  monoid.requireEqual(before, monoid.combine(monoid.unit(), a), a);
  decideLaw("unit", before, "unit * a", "a", true);
  if (table["unit"].status != LawStatus::Status::proved)
    return;
  a = element(after, "a");
  monoid.requireEqual(after, monoid.combine(a, monoid.unit()), a);
  decideLaw("unit", after, "a * unit", "a", true);
}

void LawProver::associative() {
  Law law;
  TermList a = element(law, "a"), b = element(law, "b"), c = element(law, "c");
  monoid.requireEqual(law, monoid.combine(monoid.combine(a, b), c), monoid.combine(a, monoid.combine(b, c)));
  decideLaw("associative", law, "(a * b) * c", "a * (b * c)", true);
}

void LawProver::commutative() {
  Law law;
  TermList a = element(law, "a"), b = element(law, "b");
  monoid.requireEqual(law, monoid.combine(a, b), monoid.combine(b, a));
  decideLaw("commutative", law, "a * b", "b * a", false);
}

void LawProver::idempotent() {
  Law law;
  TermList a = element(law, "a");
  monoid.requireEqual(law, monoid.combine(a, a), a);
  decideLaw("idempotent", law, "a * a", "a", false);
}

// Elements that may absorb: the ends of the carrier, small numbers, those that the formulas name, and
// elements by name. One component only.
static TermList absorbers(const Variable &component, Terms &terms, ArrayRef<Rational> named) {
  TermList result;
  if (component.admitsLow)
    result.push_back(terms.infinity(true));
  if (component.admitsHigh)
    result.push_back(terms.infinity(false));
  std::vector<Rational> numbers{0, 1};
  for (const Rational &number : named)
    if (component.sort == Sort::real || (component.sort == Sort::integer && isInteger(number)))
      numbers.push_back(number);
  for (const std::optional<Integer> &bound : {component.least, component.greatest})
    if (bound)
      numbers.push_back(Rational(*bound, Integer(1)));
  for (size_t i = 2; i < component.elements.size(); ++i)
    numbers.push_back(Rational(int64_t(i)));
  for (const Rational &number : numbers)
    result.push_back(terms.constant(number, component.sort));
  return result;
}

void LawProver::absorbing() {
  if (monoid.width() != 1)
    return;
  for (TermRef zero : absorbers(monoid.carrier().front(), monoid.terms, constantsOf(closureOf(monoid)))) {
    Law law;
    TermList a = element(law, "a"), z{zero};
    monoid.requireElement(law, z);
    monoid.requireEqual(law, monoid.combine(z, a), z);
    monoid.requireEqual(law, monoid.combine(a, z), z);
    Verdict verdict = decide(law, budget, cache, false);
    if (!verdict.isProved())
      continue;
    ConcreteEvaluation evaluation({});
    table["absorbing"] = {LawStatus::Status::proved,
                          evaluation.evaluate(zero).text(monoid.carrier().front()) + ", " + verdict.how,
                          {}};
    return;
  }
}

// Of one number: a ≤ b keeps its sense when both are combined with c, on either side.
void LawProver::monotone() {
  if (monoid.width() != 1 || monoid.carrier().front().sort == Sort::boolean)
    return;
  Law law;
  TermList a = element(law, "a"), b = element(law, "b"), c = element(law, "c");
  auto ordered = [&](const TermList &x, const TermList &y) {
    return monoid.terms.apply(Function::le, Sort::boolean, {x.front(), y.front()});
  };
  law.assumptions.push_back(ordered(a, b));
  law.conditions = {ordered(monoid.combine(a, c), monoid.combine(b, c)),
                    ordered(monoid.combine(c, a), monoid.combine(c, b))};
  decideLaw("monotone", law, "a ≤ b", "", false);
}

void LawProver::invertible() { table["invertible"] = decideInvertibility(monoid, budget, cache); }

// The components that a formula of a and b reads.
static void componentsRead(TermRef term, size_t width, std::set<size_t> &read,
                           llvm::DenseSet<TermRef> &seen) {
  if (!seen.insert(term).second)
    return;
  if (term->kind == Term::Kind::variable)
    read.insert(term->number % width);
  for (TermRef operand : term->operands)
    componentsRead(operand, width, read, seen);
}

// Of a real component k, whatever the others, its grade, are: (a + λ a') * (b + λ b') = a * b + λ (a' * b')
// where a' and b' differ from a and b in k alone.
void LawProver::linear() {
  std::string names, proofs;
  for (auto [k, component] : llvm::enumerate(monoid.carrier())) {
    if (component.sort != Sort::real || component.admitsLow || component.admitsHigh)
      continue;
    Law law;
    auto variable = [&](const Twine &name) {
      Variable made = component;
      made.name = name.str();
      law.variables.push_back(made);
      return monoid.terms.variable(law.variables.size() - 1, Sort::real);
    };
    auto apply = [&](Function function, TermRef x, TermRef y) {
      return monoid.terms.apply(function, Sort::real, {x, y});
    };
    TermList a = element(law, "a"), b = element(law, "b");
    TermRef factor = variable("λ");
    auto moved = [&](const TermList &from, TermList &other, StringRef name) {
      other = from;
      other[k] = variable(name + "'." + component.name);
      TermList sum = from;
      sum[k] = apply(Function::add, from[k], apply(Function::mul, factor, other[k]));
      for (const TermList *inside : {&other, &sum})
        if (monoid.hasDomain())
          law.assumptions.push_back(monoid.isInDomain(*inside));
      return sum;
    };
    TermList otherA, otherB;
    TermList sumA = moved(a, otherA, "a"), sumB = moved(b, otherB, "b");
    TermRef whole = monoid.combine(a, b)[k];
    law.equations.emplace_back(
        monoid.combine(sumA, sumB)[k],
        apply(Function::add, whole, apply(Function::mul, factor, monoid.combine(otherA, otherB)[k])));
    if (isTooLarge())
      return;
    Verdict verdict = decide(law, budget, cache, false);
    if (!verdict.isProved())
      continue;
    std::set<size_t> read;
    llvm::DenseSet<TermRef> seen;
    componentsRead(whole, monoid.width(), read, seen);
    read.erase(k);
    std::string grade;
    for (size_t other : read)
      grade += (grade.empty() ? " over `" : ", `") + monoid.carrier()[other].name + "`";
    names += (names.empty() ? "`" : ", `") + component.name + "`" + grade;
    if (!StringRef(proofs).contains(verdict.how))
      proofs += (proofs.empty() ? "" : " and ") + verdict.how;
  }
  if (!names.empty())
    table["linear"] = {LawStatus::Status::proved, names + ", " + proofs, {}};
}

LawTable LawProver::run() {
  chooseRange(monoid, budget, cache);
  domain();
  lift();
  unit();
  associative();
  auto isSound = [&](const char *name) {
    return !table.count(name) || table[name].status != LawStatus::Status::refuted;
  };
  if (!isSound("domain") || !isSound("unit") || !isSound("associative"))
    return table;
  commutative();
  idempotent();
  absorbing();
  monotone();
  invertible();
  linear();
  return table;
}

static LawTable decideAll(MonoidOp op, const AxisTable &axes, ModuleOp module, ArrayRef<std::string> asked,
                          const Budget &budget, const VerdictCache &cache) {
  Terms terms;
  TermReader reader(terms, axes, module);
  MonoidTerms monoid(op, reader, terms, axes);
  return LawProver(monoid, budget, cache, asked).run();
}

static bool isRefuted(const LawStatus &status) { return status.status == LawStatus::Status::refuted; }

// The laws that open sizes leave undecided, at small sizes: these may refute them.
static void refuteAtSizes(MonoidOp op, ModuleOp module, ArrayRef<std::string> open, LawTable &table,
                          const Budget &budget, const VerdictCache &cache) {
  constexpr int64_t mostSize = 5;
  std::vector<std::string> asked;
  for (auto &[law, status] : table)
    if (status.status == LawStatus::Status::unknown) {
      status.how = "no size from 1 to " + std::to_string(mostSize) + " refutes it; " + status.how;
      asked.push_back(law);
    }
  for (int64_t size = 1; size <= mostSize && !asked.empty(); ++size) {
    std::map<std::string, int64_t> sizes;
    std::string point;
    for (const std::string &axis : open) {
      sizes[axis] = size;
      point += "#" + axis + " = " + std::to_string(size) + ", ";
    }
    OwningOpRef<ModuleOp> copy = atSizes(module, sizes);
    AxisTable axes(*copy);
    Budget own = budget.part(1, 4);
    LawTable at = decideAll(copy->lookupSymbol<MonoidOp>(op.getSymName()), axes, *copy, asked, own, cache);
    for (const std::string &law : asked)
      if (LawStatus &status = at[law]; isRefuted(status) && !isRefuted(table[law])) {
        StringRef witness(status.witness);
        witness.consume_front("with ");
        table[law] = {status.status, status.how, "with " + point + witness.str()};
      }
  }
}

LawTable lawsOf(MonoidOp op, const AxisTable &axes, ModuleOp module, ArrayRef<std::string> asked,
                const Budget &budget, const VerdictCache &cache) {
  LawTable table = decideAll(op, axes, module, asked, budget, cache);
  std::vector<std::string> open = openAxesOf(op, axes);
  if (!open.empty())
    refuteAtSizes(op, module, open, table, budget, cache);
  return table;
}

} // namespace weft::prove
