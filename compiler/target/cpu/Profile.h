// Steps of a network and the time that each takes: counters in scratch memory, written by the code itself.
#pragma once

#include "compiler/target/cpu/WireMemory.h"

namespace weft {

/// What is computed together: an equation, or a group of them.
struct ProfiledStep {
  llvm::SmallVector<EquationOp> members; // in order
  std::string schedule;                  // how, in words
  /// A part of the step before that is no part: one equation of this group, which keeps a few rows of its
  /// wires.
  llvm::SmallVector<EquationOp> group = {};
};

/// Of one step, at the begin of scratch memory, in the order of the steps. Set to 0 when a call begins.
struct StepCounter {
  int64_t cycles; // of the processor's time stamp
  int64_t times;
};

class Profile {
public:
  /// Without steps when nothing is to be counted.
  Profile(NetworkOp network, const WireMemory &memory, bool isOn);

  const std::vector<ProfiledStep> &steps() const { return all; }
  /// A multiple of a cache line.
  int64_t bytes() const;

  /// The begin of the counters, which are scratch memory's first bytes.
  void emitReset(FunctionEmitter &emitter, mlir::Value scratch);
  /// Writes a step, or with `isPart` an equation of a group, between two looks at the clock. `equation` is
  /// the step's last.
  void emitStep(FunctionEmitter &emitter, EquationOp equation, llvm::function_ref<void()> write,
                bool isPart = false);

private:
  void add(EquationOp equation, const WireMemory &memory);

  std::vector<ProfiledStep> all;
  llvm::DenseMap<mlir::Operation *, unsigned> numbers, partNumbers;
  mlir::Value counters;
};

} // namespace weft
