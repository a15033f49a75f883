// Axes: their kinds and exact sizes, from their declarations.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// Finds the size of every declared axis. Axes with errors are open ones from then on.
void declareAxes(State &state);

/// A size: `#In - #Tap + 1`, 12, `#Node`. Names carry `#` and are axes visible from `environment`.
std::optional<Size> evaluateSize(State &state, const ast::Expr &size, const Environment &environment);

/// The axis that a name means: a generic, or a declared one. Reports what else it is; empty then.
std::string resolveAxis(State &state, const ast::Name &name, const Environment &environment);
/// The same without a report.
std::string findAxis(State &state, llvm::StringRef name, const Environment &environment);

/// A new axis of unknown size, for a generic of a cell: what is proved of it holds for all.
std::string unknownAxis(State &state, const ast::Name &generic, const std::string &cell);

/// The axes of the program as operations, at the start of its module.
void emitAxes(State &state, mlir::ModuleOp module);

} // namespace weft
