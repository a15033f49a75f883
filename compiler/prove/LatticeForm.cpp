#include "compiler/prove/Effort.h"
#include "compiler/prove/NormalForms.h"
#include "llvm/ADT/DenseMap.h"

#include <map>
#include <set>

namespace weft::prove {

namespace {

// Atoms of which none is below another; their minimum. Of none: the greatest of all.
using Meet = std::set<unsigned>;
// Minima of which none is below another; their maximum. Of none: the least of all.
using Join = std::set<Meet>;
using MaybeJoin = std::optional<Join>;

class LatticeReader {
public:
  explicit LatticeReader(const Law &law) : atoms(law.variables.size()) {
    for (auto &[left, right] : law.equations)
      for (TermRef side : {left, right})
        collect(side);
    for (TermRef assumption : law.assumptions)
      collect(assumption);
    below.assign(atoms, std::vector<bool>(atoms, false));
    for (auto &[small, smallAtom] : constants)
      for (auto &[large, largeAtom] : constants)
        below[smallAtom][largeAtom] = small.first == large.first && small.second < large.second;
    for (TermRef assumption : law.assumptions)
      forEachConjunct(assumption, [&](TermRef condition) { learn(condition); });
    close();
  }

  /// Nothing is its own less: atoms that are equal have no one normal form.
  bool isOrder() const {
    for (unsigned atom = 0; atom < atoms; ++atom)
      if (below[atom][atom])
        return false;
    return true;
  }

  MaybeJoin read(TermRef term) {
    auto known = values.find(term);
    if (known != values.end())
      return known->second;
    Effort::spend();
    MaybeJoin value = computed(term);
    constexpr size_t most = 500;
    if (value && value->size() > most)
      value.reset();
    return values[term] = value;
  }

private:
  // Constants of reals and of integers lie in orders of their own.
  using Constant = std::pair<Sort, Rational>;

  void collect(TermRef term) {
    if (!seen.insert(term).second)
      return;
    if (term->kind == Term::Kind::constant && term->sort != Sort::boolean &&
        constants.emplace(Constant(term->sort, term->value), atoms).second)
      ++atoms;
    for (TermRef operand : term->operands)
      collect(operand);
  }

  std::optional<unsigned> atomOf(TermRef term) const {
    if (term->kind == Term::Kind::variable)
      return term->number;
    auto constant =
        term->kind == Term::Kind::constant ? constants.find({term->sort, term->value}) : constants.end();
    return constant == constants.end() ? std::nullopt : std::optional(constant->second);
  }

  void learn(TermRef condition) {
    if (condition->kind != Term::Kind::apply || condition->operands.size() != 2)
      return;
    bool isAbove = condition->function == Function::ge || condition->function == Function::gt;
    bool isBelow = condition->function == Function::le || condition->function == Function::lt;
    std::optional<unsigned> greater = atomOf(condition->operands[isBelow]),
                            less = atomOf(condition->operands[!isBelow]);
    if ((isAbove || isBelow) && greater && less && greater != less)
      below[*less][*greater] = true;
  }

  void close() {
    for (unsigned middle = 0; middle < atoms; ++middle)
      for (unsigned a = 0; a < atoms; ++a)
        for (unsigned b = 0; b < atoms; ++b)
          if (below[a][middle] && below[middle][b])
            below[a][b] = true;
  }

  // Or equal.
  bool isBelow(const Meet &a, const Meet &b) const {
    return llvm::all_of(
        b, [&](unsigned y) { return llvm::any_of(a, [&](unsigned x) { return x == y || below[x][y]; }); });
  }

  Meet meet(const Meet &a, const Meet &b) const {
    Meet all(a), least;
    all.insert(b.begin(), b.end());
    for (unsigned x : all)
      if (llvm::none_of(all, [&](unsigned y) { return y != x && below[y][x]; }))
        least.insert(x);
    return least;
  }

  void add(Join &join, const Meet &meet) const {
    Effort::spend(join.size() + 1);
    if (llvm::any_of(join, [&](const Meet &other) { return isBelow(meet, other); }))
      return;
    for (auto other = join.begin(); other != join.end();)
      other = isBelow(*other, meet) ? join.erase(other) : std::next(other);
    join.insert(meet);
  }

  Join joined(Join a, const Join &b) const {
    for (const Meet &meet : b)
      add(a, meet);
    return a;
  }

  Join met(const Join &a, const Join &b) const {
    Join result;
    for (const Meet &x : a)
      for (const Meet &y : b)
        add(result, meet(x, y));
    return result;
  }

  static Join least() { return {}; }
  static Join greatest() { return {Meet()}; }

  MaybeJoin computed(TermRef term) {
    switch (term->kind) {
    case Term::Kind::constant:
      if (term->sort == Sort::boolean)
        return term->value == 0 ? least() : greatest();
      [[fallthrough]];
    case Term::Kind::variable:
      return Join{Meet{*atomOf(term)}};
    case Term::Kind::infinity:
      return term->value < 0 ? least() : greatest();
    case Term::Kind::apply:
      return applied(term);
    case Term::Kind::choose:
      return chosen(term);
    default:
      return std::nullopt;
    }
  }

  MaybeJoin combined(bool isJoin, TermRef a, TermRef b) {
    MaybeJoin left = read(a), right = left ? read(b) : std::nullopt;
    if (!right)
      return std::nullopt;
    return isJoin ? joined(*left, *right) : met(*left, *right);
  }

  MaybeJoin applied(TermRef term) {
    switch (term->function) {
    case Function::max:
    case Function::or_:
      return combined(true, term->operands[0], term->operands[1]);
    case Function::min:
    case Function::and_:
      return combined(false, term->operands[0], term->operands[1]);
    default:
      return std::nullopt;
    }
  }

  // `a and b` is `if a then b else false`, `a or b` is `if a then true else b`.
  MaybeJoin chosen(TermRef term) {
    TermRef condition = term->operands[0], then = term->operands[1], otherwise = term->operands[2];
    auto is = [](TermRef value, bool truth) {
      return value->kind == Term::Kind::constant && value->sort == Sort::boolean &&
             (value->value != 0) == truth;
    };
    if (is(otherwise, false))
      return combined(false, condition, then);
    return is(then, true) ? combined(true, condition, otherwise) : std::nullopt;
  }

  unsigned atoms;
  std::map<Constant, unsigned> constants;
  std::vector<std::vector<bool>> below; // strictly; only what is known
  std::set<TermRef> seen;
  llvm::DenseMap<TermRef, MaybeJoin> values;
};

} // namespace

bool areSameInLattices(const Law &law) {
  constexpr size_t mostVariables = 200;
  if (law.equations.empty() || !law.conditions.empty() || !law.admitted.empty() ||
      law.variables.size() > mostVariables)
    return false;
  LatticeReader reader(law);
  return reader.isOrder() && llvm::all_of(law.equations, [&](auto &equation) {
           MaybeJoin left = reader.read(equation.first), right = reader.read(equation.second);
           return left && right && *left == *right;
         });
}

} // namespace weft::prove
