// Sorting by keys: `weft.segments` and `weft.in_order` as code.
#pragma once

#include "compiler/target/cpu/FunctionEmitter.h"

namespace weft {

/// Where the keys lie, and what is made of them.
struct SegmentBuffers {
  Buffer keys, begin, end, order, sorted;
};
void emitSegments(FunctionEmitter &emitter, const SegmentBuffers &buffers);

/// Writes a counting sort, or, for keys that come sorted, one pass over them. `bufferOf` is where each of the
/// operation's wires lies.
void emitSegments(FunctionEmitter &emitter, SegmentsOp segments,
                  llvm::function_ref<Buffer(mlir::Value)> bufferOf);

/// Writes a list in its order into `room`, unless it is in order.
void emitInOrder(FunctionEmitter &emitter, InOrderOp op, const Buffer &room,
                 llvm::function_ref<Buffer(mlir::Value)> bufferOf);

/// Where it lies then: in `room`, or where it was given.
Buffer listInOrder(FunctionEmitter &emitter, InOrderOp op, const Buffer &room,
                   llvm::function_ref<Buffer(mlir::Value)> bufferOf);

} // namespace weft
