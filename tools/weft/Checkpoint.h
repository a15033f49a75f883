// Checkpoint cells: `cell hf : net => file { … }` says where in a file each weight lies.
#pragma once

#include "compiler/pipeline/Compilation.h"
#include "compiler/syntax/Ast.h"
#include "lib/tensorfile/Safetensors.h"
#include "tools/weft/Commands.h"
#include "tools/weft/Wires.h"

namespace weft {

/// The `=> file` cell of the entry: the one that is named, else the only one; null when there is none.
/// Reports a name that is no such cell, and several among which none is chosen.
const ast::Cell *checkpointCell(const ast::Program &program, llvm::StringRef entry, const std::string &name,
                                Diagnostics &diagnostics);

/// The weights as the cell says, each element exactly once, and every element of the file read or dropped.
std::vector<Tensor> readCheckpoint(const ast::Program &program, const ast::Cell &cell, const Edge &edge,
                                   SafetensorsFile &file, const std::string &path, llvm::StringRef real,
                                   const AxisTable &axes, Diagnostics &diagnostics);

/// The weights in the file that the command line names: by the entry's checkpoint cell, or under their own
/// names.
std::vector<Tensor> weightsFromFile(Compilation &compilation, const ToolOptions &options, const Edge &edge,
                                    const AxisTable &axes);

} // namespace weft
