#include "compiler/prove/Effort.h"
#include <limits>
#include <sys/resource.h>

namespace weft::prove {

ProcessorClock::time_point ProcessorClock::now() {
  duration total(0);
  for (int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used;
    getrusage(who, &used);
    for (timeval time : {used.ru_utime, used.ru_stime})
      total += std::chrono::seconds(time.tv_sec) + duration(time.tv_usec);
  }
  return time_point(total);
}

thread_local Effort *Effort::current = nullptr;

Effort::Effort(const Budget &budget) : outer(current), budget(budget) { current = this; }

Effort::~Effort() { current = outer; }

void Effort::spend(size_t steps) {
  constexpr size_t stepsBetweenLooks = 1024;
  if (!current)
    return;
  current->steps += steps;
  if (current->steps < stepsBetweenLooks)
    return;
  current->steps = 0;
  if (current->budget.isSpent())
    throw Exhausted();
}

void Effort::checkSize(size_t terms) {
  constexpr size_t mostTerms = 5'000;
  if (current && terms > mostTerms)
    throw Exhausted();
}

void Effort::checkExponent(size_t exponent) {
  constexpr size_t highest = 4'096;
  if (exponent > highest)
    throw Exhausted();
}

static Integer mostInteger() {
  constexpr unsigned squarings = 11; // 2 to the 2^11
  Integer number(2);
  for (unsigned i = 0; i < squarings; ++i)
    number = number * number;
  return number;
}

bool Effort::isModest(const Rational &number) {
  static const Integer most = mostInteger();
  constexpr int64_t small = std::numeric_limits<int64_t>::max();
  bool isSmall = number.num <= small && number.num >= -small && number.den <= small;
  return isSmall || (abs(number.num) <= most && number.den <= most);
}

void Effort::check(const Rational &number) {
  if (current && !isModest(number))
    throw Exhausted();
}

} // namespace weft::prove
