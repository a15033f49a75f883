// What a proof may cost: an end in time, and sizes beyond which its arithmetic is given up.
#pragma once

#include "compiler/prove/Rational.h"
#include <chrono>

namespace weft::prove {

/// What decisions may cost together. Time is wall time, so that no formula holds the compiler up.
struct Budget {
  using Clock = std::chrono::steady_clock;
  Clock::time_point end;
  explicit Budget(std::chrono::milliseconds time) : end(Clock::now() + time) {}
  bool isSpent() const { return Clock::now() >= end; }
  std::chrono::milliseconds left() const {
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()));
  }
  /// A share of what is left.
  Budget part(unsigned share, unsigned of) const { return Budget(left() * share / of); }
};

/// Thrown where a proof grows beyond its limits, and caught where the proof began: nothing of MLIR lies
/// between.
struct Exhausted {};

/// The limits hold for this thread's arithmetic as long as an effort stands.
class Effort {
public:
  explicit Effort(const Budget &budget);
  ~Effort();
  Effort(const Effort &) = delete;

  /// Counts some steps; looks at the clock now and then.
  static void spend(size_t steps = 1);
  /// Polynomials of this many terms and exponents of this size are within the limits.
  static void checkSize(size_t terms);
  static void checkExponent(size_t exponent);
  /// Numbers of some thousand bits are; `check` throws at larger ones.
  static bool isModest(const Rational &number);
  static void check(const Rational &number);

private:
  static thread_local Effort *current;
  Effort *outer;
  const Budget &budget;
  size_t steps = 0;
};

} // namespace weft::prove
