#include "compiler/prove/Effort.h"
#include "compiler/prove/NormalForms.h"
#include "compiler/prove/Polynomial.h"
#include "llvm/ADT/DenseMap.h"

#include <set>

namespace weft::prove {

void forEachConjunct(TermRef condition, llvm::function_ref<void(TermRef)> visit) {
  bool isChoice = condition->kind == Term::Kind::choose;
  const Term *otherwise = isChoice ? condition->operands[2] : nullptr;
  bool isBoth = isChoice && otherwise->kind == Term::Kind::constant && otherwise->value == 0;
  isBoth |= condition->kind == Term::Kind::apply && condition->function == Function::and_;
  if (!isBoth)
    return visit(condition);
  forEachConjunct(condition->operands[0], visit);
  forEachConjunct(condition->operands[1], visit);
}

namespace {

// The polynomials whose maximum, or minimum, a number is; none of them: the infinity that all others exceed.
using Extremes = std::set<Polynomial>;
using MaybeExtremes = std::optional<Extremes>;

class ExtremesReader {
public:
  ExtremesReader(const Law &law, bool isMaximum) : law(law), isMaximum(isMaximum) {
    for (TermRef assumption : law.assumptions)
      forEachConjunct(assumption, [&](TermRef condition) { learn(condition); });
    for (unsigned number = 0; number < law.variables.size(); ++number)
      if (law.variables[number].least && *law.variables[number].least >= 0)
        nonNegative.insert(number);
  }

  MaybeExtremes read(TermRef term) {
    auto known = values.find(term);
    if (known != values.end())
      return known->second;
    Effort::spend();
    MaybeExtremes value = computed(term);
    // Larger ones are not worth their time.
    constexpr size_t most = 1000;
    if (value && value->size() > most)
      value.reset();
    return values[term] = value;
  }

private:
  // x >= 0, x > 0, and the same from the other side.
  void learn(TermRef condition) {
    if (condition->kind != Term::Kind::apply || condition->operands.size() != 2)
      return;
    bool isAbove = condition->function == Function::ge || condition->function == Function::gt;
    bool isBelow = condition->function == Function::le || condition->function == Function::lt;
    TermRef greater = condition->operands[isBelow], less = condition->operands[!isBelow];
    if ((isAbove || isBelow) && greater->kind == Term::Kind::variable && less->kind == Term::Kind::constant &&
        less->value >= 0)
      nonNegative.insert(greater->number);
  }

  bool admitsInfinity(const Variable &variable) const { return variable.admitsLow || variable.admitsHigh; }

  MaybeExtremes computed(TermRef term) {
    if (term->sort == Sort::boolean)
      return std::nullopt;
    switch (term->kind) {
    case Term::Kind::variable: {
      const Variable &variable = law.variables[term->number];
      if (isMaximum ? variable.admitsHigh : variable.admitsLow)
        return std::nullopt;
      return Extremes{Polynomial::variable(term->number)};
    }
    case Term::Kind::constant:
      return Extremes{Polynomial(term->value)};
    case Term::Kind::infinity:
      return (term->value < 0) == isMaximum ? MaybeExtremes(Extremes()) : std::nullopt;
    case Term::Kind::apply:
      return applied(term);
    default:
      return std::nullopt;
    }
  }

  MaybeExtremes applied(TermRef term) {
    if (term->operands.size() != 2)
      return std::nullopt;
    MaybeExtremes a = read(term->operands[0]), b = a ? read(term->operands[1]) : std::nullopt;
    if (!b)
      return std::nullopt;
    switch (term->function) {
    case Function::max:
    case Function::min:
      if ((term->function == Function::max) != isMaximum)
        return std::nullopt;
      a->insert(b->begin(), b->end());
      return a;
    case Function::add:
      return pairs(*a, *b, [](const Polynomial &x, const Polynomial &y) { return x + y; });
    case Function::mul:
      if (!mayMultiply(*a) || !mayMultiply(*b))
        return std::nullopt;
      return pairs(*a, *b, [](const Polynomial &x, const Polynomial &y) { return x * y; });
    default:
      return std::nullopt;
    }
  }

  // Finite and never negative.
  bool mayMultiply(const Extremes &extremes) const {
    return !extremes.empty() && llvm::all_of(extremes, [&](const Polynomial &polynomial) {
      return llvm::all_of(polynomial.parts(), [](auto &part) { return part.second >= 0; }) &&
             llvm::all_of(polynomial.variables(), [&](unsigned variable) {
               return nonNegative.count(variable) && !admitsInfinity(law.variables[variable]);
             });
    });
  }

  template <typename Combine> MaybeExtremes pairs(const Extremes &a, const Extremes &b, Combine combine) {
    Extremes result;
    for (const Polynomial &x : a)
      for (const Polynomial &y : b) {
        Effort::spend();
        result.insert(combine(x, y));
      }
    return result;
  }

  const Law &law;
  bool isMaximum;
  std::set<unsigned> nonNegative;
  llvm::DenseMap<TermRef, MaybeExtremes> values;
};

} // namespace

bool haveSameExtremes(const Law &law) {
  if (law.equations.empty() || !law.conditions.empty() || !law.admitted.empty())
    return false;
  for (bool isMaximum : {true, false}) {
    ExtremesReader reader(law, isMaximum);
    bool isExtreme = false; // else it is a polynomial identity, and no more
    bool isSame = llvm::all_of(law.equations, [&](auto &equation) {
      MaybeExtremes left = reader.read(equation.first), right = reader.read(equation.second);
      isExtreme |= left && left->size() > 1;
      return left && right && *left == *right;
    });
    if (isSame && isExtreme)
      return true;
  }
  return false;
}

} // namespace weft::prove
