// What a proof may cost: an end in time, and sizes beyond which its arithmetic is given up.
#pragma once

#include "compiler/prove/Rational.h"
#include <chrono>

namespace weft::prove {

/// Time that the processor spent on the compiler and on the solvers that have ended.
struct ProcessorClock {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<ProcessorClock>;
  static constexpr bool is_steady = true;
  static time_point now();
};

/// What decisions may cost together. Time is the processor's, so that verdicts do not hang on what else a
/// machine does.
struct Budget {
  using Clock = ProcessorClock;
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
