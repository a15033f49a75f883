// Whether a law holds: the strategies in order, cheap ones first.
#pragma once

#include "compiler/prove/Counterexample.h"
#include <chrono>

namespace weft::prove {

/// What decisions may cost together. Time is wall time, so that no formula holds the compiler up.
struct Budget {
  std::chrono::steady_clock::time_point end;
  explicit Budget(std::chrono::milliseconds time) : end(std::chrono::steady_clock::now() + time) {}
  bool isSpent() const { return std::chrono::steady_clock::now() >= end; }
  std::chrono::milliseconds left() const {
    return std::max(std::chrono::milliseconds(0), std::chrono::duration_cast<std::chrono::milliseconds>(
                                                      end - std::chrono::steady_clock::now()));
  }
};

struct Verdict {
  enum class Status { proved, refuted, undecided } status = Status::undecided;
  std::string how; // what proved it, or what was tried
  std::optional<Counterexample> counterexample;
  bool isProved() const { return status == Status::proved; }
  bool isRefuted() const { return status == Status::refuted; }
};

/// `thorough`: also searches long and asks the solver; else only what takes milliseconds.
Verdict decide(const Law &law, Budget &budget, bool thorough);

} // namespace weft::prove
