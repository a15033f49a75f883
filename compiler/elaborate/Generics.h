// The generics of a morphism, filled in from brackets and from the types of wires.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// The environment of a morphism's body for one use; `over` takes the axes beyond its own (`gelu[Hidden]`).
/// Types are those of the flat wires at the use, null where one is not known; `told` are axes that something
/// else tells, where brackets leave them out.
std::optional<Environment> bindGenerics(State &state, const Entity &morphism, const ast::Brackets *brackets,
                                        const Environment &caller, llvm::ArrayRef<mlir::Type> inputs,
                                        llvm::ArrayRef<mlir::Type> outputs, Range range,
                                        std::vector<std::string> &over,
                                        const std::map<std::string, std::string> &told = {});

/// `dense[Model, Hidden; f = gelu]`: tells instances apart. Settings equal to their default are left out.
std::string instanceSymbol(State &state, const Entity &morphism, const Environment &environment);

/// The axes in the brackets of an instance; reports what is none.
bool axisItems(State &state, const ast::Brackets &brackets, const Environment &caller,
               std::vector<std::string> &axes);

} // namespace weft
