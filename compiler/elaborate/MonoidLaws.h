// A monoid's declaration, its laws by kind.
#pragma once

#include "compiler/elaborate/State.h"

namespace weft {

struct MonoidLaws {
  const ast::Law *carrier = nullptr, *unit = nullptr, *combine = nullptr, *lift = nullptr, *lower = nullptr;
  std::vector<std::string> assumed;

  /// One component of the carrier. `schema`: its type becomes the arguments'; `index`: its argument's type.
  struct Component {
    ast::Name name;
    const ast::Type *type;
    bool schema, index;
  };
  std::vector<Component> components;
  std::vector<ast::Name> arguments; // of lift

  explicit MonoidLaws(const ast::Monoid &monoid);
  /// The component that takes an argument as it is; none when the argument is computed with.
  std::optional<size_t> componentOf(size_t argument) const;
};

/// Reports laws that are missing or written twice, and names that lift and carrier repeat.
bool checkLaws(State &state, const Entity &entity);

} // namespace weft
