// The meaning of the weft dialect: evaluates a morphism or a network in double, in the plainest way.
// Whatever is compiled is compared with this.
#pragma once

#include "compiler/reference/Array.h"
#include "dialects/weft/WeftOps.h"
#include <map>

namespace weft::reference {

/// What one evaluation is given. Arrays are read in place and must outlive it.
struct Call {
  std::map<std::string, int64_t> sizes; // of open axes
  std::map<std::string, Array> inputs;  // the parts of a packed wire `x` are `x.0`, `x.1`
  std::map<std::string, Array> weights; // by path without indices: `body.attn.Wq`
  bool checkContracts = true;
  /// A relative error put on every real result that is not a single-precision number, and on 16-bit rounding,
  /// drawn from the seed: what an output moves by shows how much rounding it may carry. None for the meaning
  /// itself.
  double jitter = 0;
  uint64_t jitterSeed = 0;
};

/// An error of the program or its inputs: a name from ErrorNames.def, and what happened where.
struct Failure {
  std::string name, message;
  mlir::Location location;
};

/// The outputs in order, or a failure.
struct Outcome {
  std::vector<std::pair<std::string, Array>> outputs;
  std::optional<Failure> failure;
};

/// Evaluates the morphism or network `entry` of a verified module.
Outcome evaluate(mlir::ModuleOp module, llvm::StringRef entry, const Call &call);

} // namespace weft::reference
