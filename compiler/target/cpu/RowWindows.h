// Which indices the equations of a group need for some of its rows.
#pragma once

#include "compiler/target/cpu/FunctionEmitter.h"
#include "compiler/target/cpu/RowGroups.h"

namespace weft {

/// Goes through the rows of a group, block by block, on several threads if so much work pays.
void forEachRowBlock(FunctionEmitter &emitter, const RowGroup &group, mlir::Value work,
                     llvm::function_ref<void(llvm::ArrayRef<IndexWindow> rows)> body);

/// The windows of all indices of all members for these rows. Of what a member defines, only what the others
/// read is asked for: behind a mask that has bounds, what lies between them.
IndexWindows windowsFor(FunctionEmitter &emitter, const RowGroup &group, llvm::ArrayRef<IndexWindow> rows);

} // namespace weft
