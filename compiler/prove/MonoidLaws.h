// The laws of one monoid: which hold, how that is known, and what breaks those that do not.
#pragma once

#include "compiler/prove/Decision.h"
#include "compiler/prove/MonoidTerms.h"

namespace weft::prove {

/// What is known of one law, in words.
struct LawStatus {
  enum class Status { proved, assumed, refuted, unknown } status = Status::unknown;
  std::string how;     // what proved it, or what was tried
  std::string witness; // values that break it, both sides
};

using LawTable = std::map<std::string, LawStatus>;

/// Integers range as far as the operation keeps to their type, or over all.
void chooseRange(MonoidTerms &monoid, const Budget &budget, const VerdictCache &cache);

/// `domain`, `associative`, `unit` decided thoroughly, as are the laws named in `asked`; `commutative`,
/// `idempotent`, `absorbing`, `invertible`, `monotone`, `linear` as far as that is quick.
LawTable lawsOf(MonoidOp monoid, const AxisTable &axes, mlir::ModuleOp module,
                llvm::ArrayRef<std::string> asked, const Budget &budget, const VerdictCache &cache);

} // namespace weft::prove
