// What is made of inputs that are bound, once for each binding: keys that are an input of the network are
// sorted into memory that stays with the context,
//
//   weft_frame.kept[input]  ⟼  { int64 isMade, a line; begin, end, order, sorted of each weft.segments }
//
// where the frame has such memory; else into scratch, by each call.
#pragma once

#include "compiler/target/cpu/WireMemory.h"

namespace weft {

class KeptSegments {
public:
  KeptSegments(NetworkOp network, const WireMemory &memory);

  /// `i64 weft_kept_bytes(ptr sizes, i64 input)`: 0 where nothing is kept of an input.
  void emitBytes(FunctionEmitter &emitter, mlir::Location where) const;

  /// Where the results of all kept operations lie, given the scratch that they have.
  struct Place {
    mlir::Value wire, base;
  };
  llvm::SmallVector<Place> emitPlaces(FunctionEmitter &emitter,
                                      llvm::function_ref<mlir::Value(mlir::Value)> scratchOf);
  /// Whether an operation's results are there already; null for one whose results are not kept.
  mlir::Value isMade(SegmentsOp segments) const { return made.lookup(segments); }

private:
  const WireMemory &memory;
  llvm::MapVector<unsigned, llvm::SmallVector<SegmentsOp>> byInput;
  llvm::DenseMap<mlir::Operation *, mlir::Value> made;
};

} // namespace weft
