#include "compiler/syntax/Ast.h"

namespace weft::ast {

std::vector<Name> Program::exported() const {
  std::vector<Name> names;
  for (const Declaration &declaration : declarations) {
    if (auto *list = std::get_if<Export>(&declaration.node))
      names.insert(names.end(), list->names.begin(), list->names.end());
    if (auto *morphism = std::get_if<Morphism>(&declaration.node); morphism && morphism->exported)
      names.push_back(morphism->name);
  }
  return names;
}

} // namespace weft::ast
