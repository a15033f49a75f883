// A network in normal form as functions that call and bind it.
#pragma once

#include "compiler/target/cpu/Profile.h"

namespace weft {

/// A weight that a contraction has in memory of its own, written once when weights are bound.
struct BoundPanels {
  std::string weight, wire; // that is multiplied, and that the sum is for
  int64_t bytes = 0;
  bool isLine = false; // a line that columns and terms slide along, no panels
};

struct CpuCode {
  /// `weft_call`, `weft_bind`, `weft_scratch_bytes` and `weft_kept_bytes` of lib/runtime/Kernel.h: loops in
  /// scf over arith, vector and LLVM operations.
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<ErrorSite> sites;
  int64_t packedBytes = 0;
  /// Of each input: whether the call checks its indices itself, unless their axis is empty.
  std::vector<bool> checksInput;
  std::vector<BoundPanels> panels;
  std::vector<ProfiledStep> steps; // when a profile was asked for
};

struct CpuOptions {
  bool unchecked = false; // leaves out checks of contracts, overflow and domains
  bool profile = false;   // scratch memory begins with a `StepCounter` for each step
  SplitLimits limits = SplitLimits();
  std::vector<ErrorSite> sites = {}; // of the same network's code for other processors: their numbers stay
  std::optional<FoldAlgorithm> foldAlgorithm = {}; // goes first wherever the laws license it
};

CpuCode emitCpuCode(mlir::ModuleOp program, NetworkOp network, const CpuTarget &target,
                    const CpuOptions &options);

} // namespace weft
