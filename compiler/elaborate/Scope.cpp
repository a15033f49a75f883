// Two levels of names: the program's hide those of the standard library.
#include "compiler/elaborate/Scope.h"

namespace weft {

const char *describe(EntityKind kind) {
  switch (kind) {
  case EntityKind::axis:
    return "an axis";
  case EntityKind::element:
    return "an element of an axis";
  case EntityKind::object:
    return "an object";
  case EntityKind::constant:
    return "a constant";
  case EntityKind::morphism:
    return "a morphism";
  case EntityKind::monoid:
    return "a monoid";
  case EntityKind::cell:
    return "a cell";
  }
  return "a name";
}

Entity *Scope::add(Entity entity, Entity *&first) {
  llvm::StringMap<Entity *> &level = entity.standard ? library : program;
  Entity *&place = level[entity.name];
  if (place) {
    first = place;
    return nullptr;
  }
  entities.push_back(std::move(entity));
  return place = &entities.back();
}

const Entity *Scope::find(llvm::StringRef name, bool standard) const {
  if (!standard)
    if (Entity *found = program.lookup(name))
      return found;
  return library.lookup(name);
}

} // namespace weft
