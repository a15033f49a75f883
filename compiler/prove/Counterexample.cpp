#include "compiler/prove/Counterexample.h"
#include "compiler/prove/FiniteProgram.h"
#include <set>

namespace weft::prove {

using Kind = ConcreteValue::Kind;

static bool isAdmitted(const ConcreteValue &value, const Variable &variable) {
  if (value.kind == Kind::undefined)
    return false;
  return value.kind != Kind::infinite || (value.isNegative ? variable.admitsLow : variable.admitsHigh);
}

std::optional<Counterexample> breaks(const Law &law, llvm::ArrayRef<ConcreteValue> values, bool &isCertain) {
  ConcreteEvaluation evaluation(values);
  for (TermRef assumption : law.assumptions)
    if (!evaluation.evaluate(assumption).isTrue()) {
      isCertain &= !evaluation.isUncertain();
      return std::nullopt;
    }
  if (evaluation.isUncertain()) {
    isCertain = false;
    return std::nullopt;
  }
  auto found = [&](Counterexample::Broken broken, size_t place) {
    return Counterexample{{values.begin(), values.end()}, broken, place};
  };
  auto certain = [&](llvm::ArrayRef<TermRef> terms) {
    ConcreteEvaluation own(values);
    for (TermRef term : terms)
      own.evaluate(term);
    return !own.isUncertain();
  };
  for (size_t i = 0; i < law.equations.size(); ++i) {
    auto [left, right] = law.equations[i];
    if (evaluation.differ(evaluation.evaluate(left), evaluation.evaluate(right)) && certain({left, right}))
      return found(Counterexample::Broken::equation, i);
  }
  for (size_t i = 0; i < law.conditions.size(); ++i)
    if (!evaluation.evaluate(law.conditions[i]).isTrue() && certain(law.conditions[i]))
      return found(Counterexample::Broken::condition, i);
  for (size_t i = 0; i < law.admitted.size(); ++i)
    if (!isAdmitted(evaluation.evaluate(law.admitted[i].first), law.admitted[i].second) &&
        certain(law.admitted[i].first))
      return found(Counterexample::Broken::admitted, i);
  isCertain &= !evaluation.isUncertain();
  return std::nullopt;
}

static void constantsIn(TermRef term, std::set<TermRef> &seen, std::vector<Rational> &numbers) {
  if (!seen.insert(term).second || numbers.size() > 8)
    return;
  if (term->kind == Term::Kind::constant && term->sort != Sort::boolean)
    numbers.push_back(term->value);
  for (TermRef operand : term->operands)
    constantsIn(operand, seen, numbers);
}

std::vector<Rational> constantsOf(const Law &law) {
  std::set<TermRef> seen;
  std::vector<Rational> numbers;
  for (auto &[left, right] : law.equations) {
    constantsIn(left, seen, numbers);
    constantsIn(right, seen, numbers);
  }
  for (const TermList *list : {&law.assumptions, &law.conditions})
    for (TermRef term : *list)
      constantsIn(term, seen, numbers);
  for (auto &[term, variable] : law.admitted)
    constantsIn(term, seen, numbers);
  return numbers;
}

// Values to try for a variable, the simplest first; of reals, some between the constants as well, since a
// carrier may lie there.
static std::vector<ConcreteValue> candidates(const Variable &variable, llvm::ArrayRef<Rational> constants) {
  std::vector<ConcreteValue> values;
  auto add = [&](const Rational &number) {
    bool fits = (variable.sort == Sort::real || isInteger(number)) &&
                (!variable.least || number >= Rational(*variable.least, Integer(1))) &&
                (!variable.greatest || number <= Rational(*variable.greatest, Integer(1)));
    bool known = llvm::any_of(values, [&](auto &v) { return v.kind == Kind::exact && v.exact == number; });
    if (fits && !known)
      values.push_back(ConcreteValue::of(number));
  };
  for (int number : {0, 1})
    add(number);
  if (variable.sort == Sort::boolean)
    return values;
  if (variable.admitsLow)
    values.push_back(ConcreteValue::infinite(true));
  if (variable.admitsHigh)
    values.push_back(ConcreteValue::infinite(false));
  for (int number : {-1, 2, 3, -2, 4, 5, -3})
    add(number);
  for (auto fraction : {Rational(1, 2), Rational(-1, 2), Rational(1, 3), Rational(3, 2)})
    add(fraction);
  for (const Rational &number : constants)
    for (const Rational &near : {number, number + Rational(1), number - Rational(1), -number})
      add(near);
  for (size_t i = 0; i < constants.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      add((constants[i] + constants[j]) / Rational(2));
  for (int number : {7, 10, -5, 100, 127, 200, 1000, -100})
    add(number);
  for (auto fraction : {Rational(3, 4), Rational(2, 3), Rational(1, 4), Rational(9, 10)})
    for (const Rational &near : {fraction, -fraction})
      add(near);
  if (variable.least)
    add(Rational(*variable.least, Integer(1)));
  if (variable.greatest)
    add(Rational(*variable.greatest, Integer(1)));
  return values;
}

// Whether the term reads this variable and no other.
static bool readsOnly(TermRef term, unsigned variable, std::set<TermRef> &seen, bool &reads) {
  if (!seen.insert(term).second)
    return true;
  if (term->kind == Term::Kind::variable) {
    reads |= term->number == variable;
    return term->number == variable;
  }
  return llvm::all_of(term->operands,
                      [&](TermRef operand) { return readsOnly(operand, variable, seen, reads); });
}

// Without the values that an assumption about this variable alone rules out: nothing is lost with them.
static void keepAssumed(const Law &law, unsigned variable, std::vector<ConcreteValue> &pool) {
  for (TermRef assumption : law.assumptions) {
    std::set<TermRef> seen;
    bool reads = false;
    if (!readsOnly(assumption, variable, seen, reads) || !reads)
      continue;
    std::vector<ConcreteValue> values(law.variables.size(), ConcreteValue::of(0));
    llvm::erase_if(pool, [&](const ConcreteValue &value) {
      values[variable] = value;
      ConcreteEvaluation evaluation(values);
      return !evaluation.evaluate(assumption).isTrue() && !evaluation.isUncertain();
    });
  }
}

namespace {
struct Pools {
  std::vector<std::vector<ConcreteValue>> pools;
  std::vector<ConcreteValue> values;
  bool isTried = false;

  explicit Pools(const Law &law) {
    std::vector<Rational> constants = constantsOf(law);
    for (auto [number, variable] : llvm::enumerate(law.variables)) {
      pools.push_back(candidates(variable, constants));
      keepAssumed(law, number, pools.back());
      values.emplace_back();
    }
  }
  bool isEmpty() const {
    return llvm::any_of(pools, [](auto &pool) { return pool.empty(); });
  }
  std::optional<Counterexample> tried(const Law &law) {
    bool isCertain = true;
    std::optional<Counterexample> found = breaks(law, values, isCertain);
    isTried |= isCertain;
    return found;
  }
};
} // namespace

// All choices of the first `level` values of each variable.
static std::optional<Counterexample> searchLevel(const Law &law, Pools &pools, size_t level, size_t &left) {
  std::vector<size_t> digits(pools.pools.size(), 0);
  while (left) {
    --left;
    for (size_t i = 0; i < digits.size(); ++i)
      pools.values[i] = pools.pools[i][digits[i]];
    if (auto found = pools.tried(law))
      return found;
    size_t i = 0;
    for (; i < digits.size(); ++i) {
      if (++digits[i] < std::min(level, pools.pools[i].size()))
        break;
      digits[i] = 0;
    }
    if (i == digits.size())
      break;
  }
  return std::nullopt;
}

static std::optional<Counterexample> search(const Law &law, size_t attempts, Pools &pools) {
  size_t systematic = attempts / 2, random = attempts - systematic;
  for (size_t level = 2; systematic && level < 16; ++level)
    if (auto found = searchLevel(law, pools, level, systematic))
      return found;
  uint64_t state = 0x9E3779B97F4A7C15;
  for (size_t i = 0; i < random; ++i) {
    for (size_t v = 0; v < pools.pools.size(); ++v) {
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      pools.values[v] = pools.pools[v][(state >> 11) % pools.pools[v].size()];
    }
    if (auto found = pools.tried(law))
      return found;
  }
  return std::nullopt;
}

std::optional<Counterexample> search(const Law &law, size_t attempts, bool &isTried) {
  Pools pools(law);
  std::optional<Counterexample> found = pools.isEmpty() ? std::nullopt : search(law, attempts, pools);
  isTried = pools.isTried;
  return found;
}

using Ranges = std::vector<std::pair<int64_t, int64_t>>;

// The values of every variable, and how many choices of all of them there are; none when there are more than
// `most`.
static std::optional<size_t> rangesOf(const Law &law, size_t most, Ranges &ranges) {
  size_t count = 1;
  for (const Variable &variable : law.variables) {
    int64_t low = 0, high = 1;
    if (variable.sort != Sort::boolean) {
      if (variable.sort == Sort::real || !variable.least || !variable.greatest)
        return std::nullopt;
      if (*variable.greatest - *variable.least > int64_t(most))
        return std::nullopt;
      low = int64_t(*variable.least), high = int64_t(*variable.greatest);
    }
    size_t values = high >= low ? size_t(high - low + 1) : 0;
    if (values && count > most / values)
      return std::nullopt;
    count *= values;
    ranges.emplace_back(low, high);
  }
  return count;
}

static std::vector<ConcreteValue> exactly(llvm::ArrayRef<int64_t> numbers) {
  std::vector<ConcreteValue> values;
  for (int64_t number : numbers)
    values.push_back(ConcreteValue::of(number));
  return values;
}

// Every choice, evaluated exactly.
static Enumeration enumerateSlowly(const Law &law, const Ranges &ranges, size_t count) {
  std::vector<int64_t> values(ranges.size());
  bool isCertain = true;
  for (size_t i = 0; i < count; ++i) {
    size_t rest = i;
    for (size_t v = ranges.size(); v-- > 0;) {
      size_t size = ranges[v].second - ranges[v].first + 1;
      values[v] = ranges[v].first + int64_t(rest % size);
      rest /= size;
    }
    if (auto found = breaks(law, exactly(values), isCertain))
      return {true, found};
  }
  return {isCertain, std::nullopt};
}

Enumeration enumerate(const Law &law, size_t most) {
  constexpr size_t mostSlowly = 4096;
  Ranges ranges;
  std::optional<size_t> count = rangesOf(law, most, ranges);
  if (!count)
    return {};
  if (*count <= mostSlowly)
    return enumerateSlowly(law, ranges, *count);
  std::optional<FiniteProgram> program = FiniteProgram::of(law);
  if (!program)
    return {};
  std::optional<std::vector<int64_t>> doubt = program->firstDoubt(ranges);
  if (!doubt)
    return {true, std::nullopt};
  bool isCertain = true;
  std::optional<Counterexample> found = breaks(law, exactly(*doubt), isCertain);
  return {found.has_value(), found};
}

} // namespace weft::prove
