// Search for values that break a law.
#pragma once

#include "compiler/prove/ConcreteEvaluation.h"

namespace weft::prove {

struct Counterexample {
  std::vector<ConcreteValue> values; // of the law's variables
  // What broke: an equation with both sides, a condition, or a value that is not admitted.
  enum class Broken { equation, condition, admitted } broken = Broken::equation;
  size_t place = 0;
};

/// Whether these values satisfy the assumptions and break the law; sure of rounding. `isCertain` becomes
/// false when nothing was found and rounding, or something unknown, may have hidden it.
std::optional<Counterexample> breaks(const Law &law, llvm::ArrayRef<ConcreteValue> values, bool &isCertain);

/// Numbers that the law's formulas name, the first few.
std::vector<Rational> constantsOf(const Law &law);

/// Tries simple values, then random ones; the same ones each time. `isTried` becomes true where the law could
/// be evaluated at any of them.
std::optional<Counterexample> search(const Law &law, size_t attempts, bool &isTried);

/// Whether the variables take few enough values (`most` choices of all of them) to try them all, and the
/// verdict when they do: every value is tried.
struct Enumeration {
  bool complete = false;
  std::optional<Counterexample> counterexample;
};
Enumeration enumerate(const Law &law, size_t most);

} // namespace weft::prove
