#include "lib/axis/Size.h"

#include <numeric>

namespace weft {

namespace {

// A polynomial with more terms than this is refused: nothing that a person writes comes near.
constexpr size_t maximalTerms = 1024;

bool addChecked(int64_t a, int64_t b, int64_t &sum) { return !__builtin_add_overflow(a, b, &sum); }
bool multiplyChecked(int64_t a, int64_t b, int64_t &product) {
  return !__builtin_mul_overflow(a, b, &product);
}

int64_t floorQuotient(int64_t a, int64_t b) {
  int64_t quotient = a / b;
  return (a % b != 0 && (a < 0) != (b < 0)) ? quotient - 1 : quotient;
}

unsigned degree(const Size::Monomial &monomial) {
  unsigned sum = 0;
  for (const auto &[atom, power] : monomial)
    sum += power;
  return sum;
}

// An order that products keep: by degree, then by the power of the first atom in which two monomials differ.
bool smaller(const Size::Monomial &a, const Size::Monomial &b) {
  if (degree(a) != degree(b))
    return degree(a) < degree(b);
  auto i = a.begin(), j = b.begin();
  for (; i != a.end() && j != b.end(); ++i, ++j) {
    if (!(i->first == j->first))
      return j->first < i->first;
    if (i->second != j->second)
      return i->second < j->second;
  }
  return false;
}

struct Interval {
  std::optional<int64_t> low, high;
};

std::optional<int64_t> product(std::optional<int64_t> a, std::optional<int64_t> b) {
  int64_t result;
  if ((a && *a == 0) || (b && *b == 0))
    return 0;
  return a && b && multiplyChecked(*a, *b, result) ? std::optional(result) : std::nullopt;
}

// Only of intervals that are not negative; what else an atom may be has no bounds.
Interval multiplied(Interval a, Interval b) {
  if (!a.low || !b.low || *a.low < 0 || *b.low < 0)
    return {};
  return {product(a.low, b.low), product(a.high, b.high)};
}

Interval boundsOf(const Size &size);

Interval boundsOf(const Size::Atom &atom) {
  if (!atom.dividend)
    return {0, std::nullopt};
  Interval inner = boundsOf(*atom.dividend);
  auto divided = [&](std::optional<int64_t> bound) {
    return bound ? std::optional(floorQuotient(*bound, atom.divisor)) : std::nullopt;
  };
  return {divided(inner.low), divided(inner.high)};
}

Interval boundsOf(const Size &size) {
  Interval total{0, 0};
  auto accumulate = [](std::optional<int64_t> &sum, std::optional<int64_t> term) {
    int64_t result;
    sum = sum && term && addChecked(*sum, *term, result) ? std::optional(result) : std::nullopt;
  };
  for (const auto &[monomial, coefficient] : size.terms()) {
    Interval term{1, 1};
    for (const auto &[atom, power] : monomial)
      for (unsigned i = 0; i < power; ++i)
        term = monomial.size() == 1 && power == 1 ? boundsOf(atom) : multiplied(term, boundsOf(atom));
    std::optional<int64_t> low = product(term.low, coefficient), high = product(term.high, coefficient);
    if (coefficient < 0)
      std::swap(low, high);
    accumulate(total.low, low);
    accumulate(total.high, high);
  }
  return total;
}

void collectAxes(const Size &size, std::map<std::string, bool> &axes) {
  for (const auto &[monomial, coefficient] : size.terms())
    for (const auto &[atom, power] : monomial)
      if (atom.dividend)
        collectAxes(*atom.dividend, axes);
      else
        axes[atom.axis] = true;
}

} // namespace

bool Size::Atom::operator==(const Atom &other) const {
  if (axis != other.axis || divisor != other.divisor || !dividend != !other.dividend)
    return false;
  return !dividend || *dividend == *other.dividend;
}

bool Size::Atom::operator<(const Atom &other) const {
  if (axis != other.axis)
    return axis < other.axis;
  if (!dividend || !other.dividend)
    return !dividend && other.dividend;
  if (divisor != other.divisor)
    return divisor < other.divisor;
  return dividend->polynomial < other.dividend->polynomial;
}

Size::Size(int64_t constant) {
  if (constant)
    polynomial[{}] = constant;
}

Size Size::open(std::string axis) {
  Size size;
  size.polynomial[{{Atom{std::move(axis), nullptr, 1}, 1}}] = 1;
  return size;
}

std::optional<Size> add(const Size &a, const Size &b) {
  Size sum = a;
  for (const auto &[monomial, coefficient] : b.polynomial) {
    int64_t &target = sum.polynomial[monomial];
    if (!addChecked(target, coefficient, target))
      return std::nullopt;
    if (target == 0)
      sum.polynomial.erase(monomial);
  }
  return sum.polynomial.size() > maximalTerms ? std::nullopt : std::optional(sum);
}

std::optional<Size> subtract(const Size &a, const Size &b) {
  std::optional<Size> negative = multiply(b, Size(-1));
  return negative ? add(a, *negative) : std::nullopt;
}

std::optional<Size> multiply(const Size &a, const Size &b) {
  Size result;
  for (const auto &[left, leftCoefficient] : a.polynomial)
    for (const auto &[right, rightCoefficient] : b.polynomial) {
      Size::Monomial monomial = left;
      for (const auto &[atom, power] : right)
        monomial[atom] += power;
      int64_t coefficient;
      if (!multiplyChecked(leftCoefficient, rightCoefficient, coefficient))
        return std::nullopt;
      int64_t &target = result.polynomial[monomial];
      if (!addChecked(target, coefficient, target))
        return std::nullopt;
      if (target == 0)
        result.polynomial.erase(monomial);
      if (result.polynomial.size() > maximalTerms)
        return std::nullopt;
    }
  return result;
}

// k·Q + R divided by k is Q + R div k; (X div m + c) div k is (X + c·m) div (m·k).
std::optional<Size> floorDivide(const Size &size, int64_t k) {
  if (k <= 0)
    return std::nullopt;
  Size quotient, rest;
  for (const auto &[monomial, coefficient] : size.polynomial) {
    int64_t whole = floorQuotient(coefficient, k), remainder = coefficient - whole * k;
    if (whole)
      quotient.polynomial[monomial] = whole;
    if (remainder)
      rest.polynomial[monomial] = remainder;
  }
  if (rest.constant())
    return quotient;
  std::optional<Size> constantPart = Size(0), other = rest;
  if (auto constant = rest.polynomial.find({}); constant != rest.polynomial.end()) {
    constantPart = Size(constant->second);
    other = subtract(rest, *constantPart);
  }
  if (other && other->polynomial.size() == 1) {
    const auto &[monomial, coefficient] = *other->polynomial.begin();
    const Size::Atom &atom = monomial.begin()->first;
    int64_t divisor;
    if (coefficient == 1 && degree(monomial) == 1 && atom.dividend &&
        multiplyChecked(atom.divisor, k, divisor)) {
      std::optional<Size> shift = multiply(*constantPart, Size(atom.divisor));
      std::optional<Size> inner = shift ? add(*atom.dividend, *shift) : std::nullopt;
      std::optional<Size> divided = inner ? floorDivide(*inner, divisor) : std::nullopt;
      return divided ? add(quotient, *divided) : std::nullopt;
    }
  }
  Size part;
  part.polynomial[{{Size::Atom{"", std::make_shared<const Size>(rest), k}, 1}}] = 1;
  return add(quotient, part);
}

std::optional<Size> exactDivide(const Size &dividend, const Size &divisor) {
  if (divisor.polynomial.empty())
    return std::nullopt;
  auto leading = [](const Size &size) {
    return std::max_element(size.polynomial.begin(), size.polynomial.end(),
                            [](const auto &a, const auto &b) { return smaller(a.first, b.first); });
  };
  Size quotient, rest = dividend;
  const auto by = leading(divisor);
  for (size_t step = 0; !rest.polynomial.empty(); ++step) {
    const auto top = leading(rest);
    Size::Monomial monomial = top->first;
    for (const auto &[atom, power] : by->first) {
      auto it = monomial.find(atom);
      if (it == monomial.end() || it->second < power)
        return std::nullopt;
      if ((it->second -= power) == 0)
        monomial.erase(it);
    }
    if (step > maximalTerms || top->second % by->second != 0)
      return std::nullopt;
    Size term;
    term.polynomial[monomial] = top->second / by->second;
    std::optional<Size> product = multiply(term, divisor);
    std::optional<Size> next = product ? subtract(rest, *product) : std::nullopt;
    std::optional<Size> sum = add(quotient, term);
    if (!next || !sum)
      return std::nullopt;
    rest = *next;
    quotient = *sum;
  }
  return quotient;
}

std::optional<int64_t> Size::constant() const {
  if (polynomial.empty())
    return 0;
  bool only = polynomial.size() == 1 && polynomial.begin()->first.empty();
  return only ? std::optional(polynomial.begin()->second) : std::nullopt;
}

std::vector<std::string> Size::openAxes() const {
  std::map<std::string, bool> axes;
  collectAxes(*this, axes);
  std::vector<std::string> names;
  for (const auto &[name, present] : axes)
    names.push_back(name);
  return names;
}

std::optional<int64_t> Size::lowerBound() const { return boundsOf(*this).low; }
std::optional<int64_t> Size::upperBound() const { return boundsOf(*this).high; }

Size::Comparison Size::compare(const Size &other) const {
  if (*this == other)
    return Comparison::equal;
  std::optional<Size> difference = subtract(*this, other);
  if (!difference)
    return Comparison::unknown;
  Interval bounds = boundsOf(*difference);
  if ((bounds.low && *bounds.low > 0) || (bounds.high && *bounds.high < 0))
    return Comparison::different;
  int64_t divisor = 0, constant = 0;
  for (const auto &[monomial, coefficient] : difference->polynomial)
    if (monomial.empty())
      constant = coefficient;
    else
      divisor = std::gcd(divisor, coefficient);
  return divisor != 0 && constant % divisor != 0 ? Comparison::different : Comparison::unknown;
}

std::optional<int64_t>
Size::evaluate(const std::function<std::optional<int64_t>(std::string_view)> &sizeOf) const {
  int64_t total = 0;
  for (const auto &[monomial, coefficient] : polynomial) {
    int64_t term = coefficient;
    for (const auto &[atom, power] : monomial) {
      std::optional<int64_t> value = atom.dividend ? atom.dividend->evaluate(sizeOf) : sizeOf(atom.axis);
      if (!value)
        return std::nullopt;
      if (atom.dividend)
        value = floorQuotient(*value, atom.divisor);
      for (unsigned i = 0; i < power; ++i)
        if (!multiplyChecked(term, *value, term))
          return std::nullopt;
    }
    if (!addChecked(total, term, total))
      return std::nullopt;
  }
  return total;
}

} // namespace weft
