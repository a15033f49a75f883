#include "compiler/prove/LinearProgram.h"
#include "compiler/prove/Effort.h"
#include "mlir/Analysis/Presburger/Simplex.h"

using mlir::presburger::Simplex;

namespace weft::prove {

namespace {
// The unknowns: one a monomial, and last the room that every strict condition leaves.
struct Columns {
  std::map<Monomial, unsigned> number;

  explicit Columns(const std::vector<Facts::Fact> &facts) {
    for (const Facts::Fact &fact : facts)
      for (auto &[monomial, coefficient] : fact.polynomial.parts())
        if (!monomial.empty())
          number.emplace(monomial, number.size());
  }

  unsigned room() const { return number.size(); }
  unsigned count() const { return number.size() + 1; }

  llvm::SmallVector<Integer> row(const Polynomial &polynomial, bool strict) const {
    Integer scale(1);
    for (auto &[monomial, coefficient] : polynomial.parts())
      scale = llvm::lcm(scale, coefficient.den);
    llvm::SmallVector<Integer> row(count() + 1);
    for (auto &[monomial, coefficient] : polynomial.parts())
      row[monomial.empty() ? count() : number.at(monomial)] = coefficient.num * (scale / coefficient.den);
    if (strict)
      row[room()] = Integer(-1);
    return row;
  }
};
} // namespace

bool isFeasible(const std::vector<Facts::Fact> &facts) {
  constexpr size_t mostEntries = 20'000;
  Columns columns(facts);
  Effort::spend(facts.size() * columns.count());
  if (facts.size() * columns.count() > mostEntries)
    return true;
  Simplex simplex(columns.count());
  for (const Facts::Fact &fact : facts) {
    llvm::SmallVector<Integer> row = columns.row(fact.polynomial, fact.relation == Relation::greater);
    if (fact.relation == Relation::equal)
      simplex.addEquality(row);
    else
      simplex.addInequality(row);
    if (simplex.isEmpty())
      return false;
  }
  llvm::SmallVector<Integer> bound(columns.count() + 1), goal(columns.count() + 1);
  bound[columns.room()] = Integer(-1);
  bound[columns.count()] = Integer(1);
  goal[columns.room()] = Integer(1);
  simplex.addInequality(bound);
  if (simplex.isEmpty())
    return false;
  auto optimum = simplex.computeOptimum(Simplex::Direction::Up, goal);
  return !optimum.isBounded() || *optimum > Rational(0);
}

} // namespace weft::prove
