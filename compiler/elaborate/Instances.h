// Morphisms with their generics filled in, each made once.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// What `dense[Model, Hidden; eps = 1e-6]` means for a caller. Axes that are left out are found from the
/// types of the wires, flat; a null type is one that is not known. Reports what is wrong.
std::optional<BoxValue> resolveBox(State &state, const ast::Name &name, const ast::Brackets *brackets,
                                   const Environment &caller, llvm::ArrayRef<mlir::Type> inputs,
                                   llvm::ArrayRef<mlir::Type> outputs, Range range);

/// The instance, made now or before. `environment` fills all generics; `given` are those to be named.
const Instance *instantiate(State &state, const Entity &entity, Environment environment, Range site);

/// Elaborates a generic once with its axes as unknown, different colours; whether that went well.
bool checkGeneric(State &state, const Entity &entity);

/// The weights of what a generic cell starts from, its axes the generics themselves. `made` is the morphism
/// that the cell makes.
llvm::ArrayRef<OccurrenceWeight> unknownCellWeights(State &state, const Entity &made);

/// Morphisms in a module of their own, the axes of generics unknown, as `checkGeneric` has them. What the
/// generics are given by name is unknown, too.
mlir::OwningOpRef<mlir::ModuleOp> elaborateUnknown(State &state, llvm::ArrayRef<const Entity *> entities);

/// All inputs are scalars and there is one output, a scalar.
bool isScalarMorphism(const Instance &instance);

/// The symbol of an entity: its name, unless the program hides it.
std::string symbolOf(const State &state, const Entity &entity);

/// Whether a box is wrong, of a morphism or of those inside it.
bool hasWrongBox(const Workspace &workspace, MorphismOp morphism);

} // namespace weft
