// Loops whose turns may run on several threads, made functions of their own.
#pragma once

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace weft {

/// What a function that has such loops knows of its frame and memory.
struct SplitContext {
  mlir::Value frame;
  /// Scratch memory of the first thread, and how many bytes of it each has; null when there is none.
  mlir::Value threadMemory, threadBytes;
};

/// The mark of a loop that `outlineSplitLoop` takes.
constexpr llvm::StringLiteral splitLoopMark = "weft.split";

///     for part = 0 to parts { body }
///
/// becomes `name(data, thread, begin, end)`, the loop from `begin` to `end`, and in its place a call of it:
/// by the frame's `parallel_for` when there is one and more than one part, else in sequence. What the body
/// uses from outside is passed in memory, `data`; constants are written anew, stack memory is taken anew,
/// memory of threads is that of `thread`. A loop whose step is no constant takes parts together, as many as
/// the step says: all from `begin` to `end`, or one if it may fail. An error that a part finds is kept apart;
/// in the end the first part that failed runs once more, alone, and says which: the error is the same
/// whatever the number of threads.
void outlineSplitLoop(mlir::scf::ForOp loop, llvm::StringRef name, const SplitContext &context);

} // namespace weft
