// The names that declarations give: one level for the program's files, one for the standard library.
#pragma once

#include "compiler/syntax/Ast.h"
#include "llvm/ADT/StringMap.h"

#include <deque>

namespace weft {

enum class EntityKind { axis, element, object, constant, morphism, monoid, cell };

/// What a name of the program or of the standard library stands for.
struct Entity {
  Entity(EntityKind kind, const ast::Name &name, bool standard)
      : kind(kind), name(name.text), range(name.range), standard(standard) {}

  EntityKind kind;
  std::string name;
  Range range;
  bool standard = false;
  const ast::Axis *axis = nullptr; // of an element: the axis it belongs to
  const ast::Object *object = nullptr;
  const ast::Constant *constant = nullptr;
  const ast::Morphism *morphism = nullptr;
  const ast::Monoid *monoid = nullptr;
  const ast::Cell *cell = nullptr; // also of a morphism that a cell makes
  /// Of a morphism that a cell makes: what the cell starts from, when that has no name of its own.
  const Entity *untied = nullptr;
  std::string symbol;  // of an axis, or of an element's axis
  unsigned number = 0; // of an element within its axis
};

/// `a morphism`, `an axis`: for messages.
const char *describe(EntityKind kind);

class Scope {
public:
  /// Null when the level has the name already; `first` is then the other one.
  Entity *add(Entity entity, Entity *&first);
  /// What `name` means in a file of the program, or of the standard library.
  const Entity *find(llvm::StringRef name, bool standard) const;
  const std::deque<Entity> &all() const { return entities; }
  std::deque<Entity> &all() { return entities; }

private:
  std::deque<Entity> entities;
  llvm::StringMap<Entity *> program, library;
};

} // namespace weft
