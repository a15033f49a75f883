// Sweeps over the nodes of a fixed point, block by block, each block from what is known by then.
#pragma once

#include "compiler/target/cpu/FrontierStep.h"
#include "compiler/target/cpu/FunctionEmitter.h"

namespace weft {

/// Whether sweeps lead to what the rounds lead to: the operation takes the lesser or the greater of two, and
/// what an edge gives grows with the state of its source.
bool maySweep(const FrontierStep &step);

/// What `emitSweeps` needs for itself: the state as it was.
Size sweepBytes(const FrontierStep &step, const AxisTable &axes);

struct SweepPlaces {
  mlir::Value room; // of `sweepBytes`
  Buffer state, next;
  mlir::Value bound; // how many rounds there may be
  llvm::function_ref<Buffer(mlir::Value)> bufferOf;
  llvm::function_ref<void(const IndexWindow &)> emitStep; // of some nodes, from `state` into `next`
};

/// How far a fixed point has come.
struct Progress {
  mlir::Value rounds;  // that the steps would have taken at the most to come as far; 0 where none was swept
  mlir::Value settled; // whether nothing changes any more
};

/// Keeps the state, and sweeps while much changes.
Progress emitSweeps(FunctionEmitter &emitter, const FrontierStep &step, const SweepPlaces &places);

/// Back to the state that was kept.
void emitUnswept(FunctionEmitter &emitter, const FrontierStep &step, const SweepPlaces &places);

} // namespace weft
