// Monoids, their types filled in.
#pragma once

#include "compiler/elaborate/Inferred.h"
#include "compiler/elaborate/State.h"

namespace weft {

/// The types of a monoid's carrier and arguments for the arguments of one fold.
struct MonoidTyping {
  std::vector<std::string> components;
  std::vector<ObjectType> carrier;
  std::vector<std::string> argumentNames;
  std::vector<ObjectType> arguments;
  std::string symbol;
  bool usesOwnIndex = false; // the last argument is the fold's own index
};

/// How many arguments a fold of the monoid takes; with the fold's own index as the last it may be one fewer.
unsigned monoidArity(const MonoidValue &monoid);
/// `score, value`: the arguments by name.
std::string monoidArguments(const MonoidValue &monoid);
bool mayUseOwnIndex(const MonoidValue &monoid);

/// The instance for these arguments (all of them); `want` decides for literals. Reports what does not fit.
const MonoidInstance *monoidInstance(State &state, const MonoidValue &monoid,
                                     llvm::ArrayRef<Inferred> arguments, ObjectType want, Range range);

/// The instance with `real` in its schema filled in by `schema`; null when it is wrong.
const MonoidInstance *monoidOf(State &state, const Entity &entity, ObjectType schema);

/// Checks a monoid by itself: one instance with its types as written.
void checkMonoid(State &state, const Entity &entity);

} // namespace weft
