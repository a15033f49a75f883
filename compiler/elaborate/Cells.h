// Cells: the morphism that each makes, and what is checked of cells as a whole.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

/// Enters the morphisms that cells make: the target where no other declaration defines it, else one without a
/// name that programs can write, to be compared with the target. `tie` equations become cells of their own.
void declareCells(State &state);

/// Whether a cell says what names weights have in files: `cell hf : net => file { … }`.
bool isCheckpoint(const State &state, const ast::Cell &cell);

/// Checks what no instance shows: targets that are no morphisms, compositions that do not fit.
void checkCell(State &state, const Entity &cell);

/// Checks a cell composed of others: that each is there, and starts from what the one before it makes.
void checkComposition(State &state, const ast::Cell &cell);

/// What the stage before the last makes, of a cell that is applied in stages; null for all others.
const Entity *stageBefore(const State &state, const Entity &made);

/// The instance that a cell starts from, `made` being the morphism that the cell makes. Null after an error.
const Instance *cellSubject(State &state, const Entity &made, const Environment &environment, Range site);

} // namespace weft
