// By edit distance, as compilers do: one letter in three may be wrong.
#include "compiler/elaborate/NearNames.h"
#include "compiler/elaborate/Functions.h"
#include "lib/std/StandardLibrary.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace weft {

std::string nearName(StringRef wrong, ArrayRef<StringRef> names) {
  constexpr size_t longest = 64;
  if (wrong.size() > longest)
    return "";
  StringRef best;
  unsigned least = wrong.size() / 3 + 1;
  for (StringRef name : names) {
    // What is named so already is something else than what is asked for.
    if (name == wrong)
      continue;
    if (name.equals_insensitive(wrong))
      return name.str();
    unsigned distance = name.size() > longest ? least : name.edit_distance(wrong, true, least);
    // Two letters exchanged count as two, of short names as another name.
    if (distance < least || (distance == least && best.empty() && wrong.size() > 3)) {
      bool isNear = distance < name.size();
      best = isNear ? name : best;
      least = isNear ? distance : least;
    }
  }
  return best.str();
}

// Whether a file of the standard library declares a morphism of this name.
static bool declares(std::string_view file, StringRef name) {
  std::string start = "\nmorphism " + name.str();
  size_t place = file.find(start);
  return place != std::string_view::npos && !llvm::isAlnum(file[place + start.size()]) &&
         file[place + start.size()] != '_';
}

void suggestName(State &state, Diagnostic &error, StringRef wrong, ArrayRef<EntityKind> kinds,
                 const Environment &environment, SmallVector<StringRef> names) {
  if (llvm::is_contained(kinds, EntityKind::morphism))
    for (std::string_view library : standardFiles())
      if (declares(*standardFile(library), wrong)) {
        error.note("it is in the standard library: `import std." + std::string(library) + "`");
        return;
      }
  for (const Entity &entity : state.scope.all())
    if (llvm::is_contained(kinds, entity.kind))
      names.push_back(entity.name);
  auto add = [&](const auto &generics, EntityKind kind) {
    if (llvm::is_contained(kinds, kind))
      for (const auto &generic : generics)
        names.push_back(generic.first);
  };
  add(environment.axes, EntityKind::axis);
  add(environment.constants, EntityKind::constant);
  add(environment.boxes, EntityKind::morphism);
  add(environment.monoids, EntityKind::monoid);
  std::string near = nearName(wrong, names);
  if (!near.empty())
    error.note("is `" + near + "` meant?");
  else if (llvm::is_contained(kinds, EntityKind::axis))
    error.note("declare it: `axis " + wrong.str() + "` of any size, or `axis " + wrong.str() + " = …`");
  else if (llvm::is_contained(kinds, EntityKind::monoid))
    error.note("a morphism or a monoid is declared, or imported; a box is named before: `box " + wrong.str() +
               ": …`");
}

} // namespace weft
