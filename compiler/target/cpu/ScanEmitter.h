// Clauses with a prefix fold, computed as one running fold over all positions.
#pragma once

#include "compiler/target/cpu/Folds.h"
#include "dialects/weft/PrefixFold.h"

namespace weft {

/// Bytes that the running folds of an equation need while other axes wait inside of a position; none when it
/// has no scan.
std::optional<Size> scanStateBytes(EquationOp equation, const AxisTable &axes);

/// Writes a clause that has a scan. `state` has `scanStateBytes`. Where `windows` has some of its positions
/// they go on from those before them, whose fold `state` holds.
void emitScan(FunctionEmitter &emitter, EquationOp equation, unsigned clause, llvm::ArrayRef<Buffer> wires,
              const Buffer &result, mlir::Value state, const IndexWindows &windows);

} // namespace weft
