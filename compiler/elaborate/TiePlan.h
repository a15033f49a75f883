// The equations of a cell in order: which weights the morphism that it makes stores, and which weights of its
// subject are wires that the equations define.
#pragma once

#include "compiler/elaborate/TieExpansion.h"

#include <deque>

namespace weft {

/// A weight that the made morphism stores beside the new ones that its cell declares.
struct StoredWeight {
  std::string name; // as files call it
  std::string wire; // as the equations call it
  ObjectType type;
  mlir::Attribute init;
  Range range;
  bool stays = false; // it is the subject's weight of that name, unchanged
};

/// A wire that equations define: a weight of the subject, or (without a path) the part of one at constant
/// indices. A part that no other weight reads has no equation, and is not in the order: its whole has it.
struct TiedWeight {
  std::string wire;
  std::string path;
  ObjectType type;
  std::vector<std::unique_ptr<ast::Equation>> clauses;
  std::vector<size_t> needs; // other tied weights
  Range range;
  std::string cell; // that says so
};

struct TiePlan {
  std::deque<StoredWeight> stored;
  std::deque<TiedWeight> tied;
  std::vector<size_t> order; // of `tied`, each after those it needs
};

/// Reports what is wrong with the reads of weights; none then. `newWeights` are those that the cell declares.
std::optional<TiePlan> planTies(State &state, const Environment &environment, TieExpansion expansion,
                                llvm::ArrayRef<OccurrenceWeight> weights, const NewWeights &newWeights);

} // namespace weft
