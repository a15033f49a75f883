// Checkpoint cells: `cell hf : net => file { … }` says where in a file each weight lies.
#pragma once

#include "compiler/pipeline/Compilation.h"
#include "tools/weft/Commands.h"
#include "tools/weft/Weights.h"

namespace weft {

/// The weights in the file that the command line names: by the entry's checkpoint cell, or under their own
/// names.
WeightValues weightsFromFile(Compilation &compilation, const ToolOptions &options, const Edge &edge,
                             const AxisTable &axes);

/// Reports what is wrong with the entry's checkpoint cells, whatever file they are used on. `done` is the
/// last phase that has run: `network` or one behind it. `name`, unless it is empty, is one of them.
void checkCheckpoints(Compilation &compilation, llvm::StringRef done, const std::string &name);

} // namespace weft
