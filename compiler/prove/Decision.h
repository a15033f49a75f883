// Whether a law holds: the strategies in order, cheap ones first.
#pragma once

#include "compiler/prove/Counterexample.h"
#include "compiler/prove/Effort.h"
#include "compiler/prove/VerdictCache.h"

namespace weft::prove {

struct Verdict {
  enum class Status { proved, refuted, undecided } status = Status::undecided;
  std::string how; // what proved it, or what was tried
  std::optional<Counterexample> counterexample;
  bool isProved() const { return status == Status::proved; }
  bool isRefuted() const { return status == Status::refuted; }
};

/// `thorough`: also searches long and asks the solver; else only what takes milliseconds. What took long to
/// prove is kept in the cache; what is found there is searched for counterexamples all the same.
Verdict decide(const Law &law, const Budget &budget, const VerdictCache &cache, bool thorough);

/// The law with the bounds that its assumptions set its integer variables.
Law narrowed(Law law);

} // namespace weft::prove
