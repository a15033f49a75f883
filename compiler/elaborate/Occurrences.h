// Boxes of one morphism: which are declared, and what each occurrence is called.
#pragma once

#include "compiler/elaborate/State.h"
#include "llvm/ADT/DenseMap.h"

namespace weft {

/// `box attn: attention`: declared, to be used once.
struct Box {
  ast::Name name;
  const ast::Diagram *diagram = nullptr;
  std::optional<Range> use;
};

struct Occurrences {
  llvm::StringMap<Box> boxes;
  /// Of occurrences without a name of their own, by the node (an expression's head or a diagram) that stands
  /// for them.
  llvm::DenseMap<const void *, std::string> names;

  std::string nameOf(const void *node, llvm::StringRef otherwise) const {
    auto found = names.find(node);
    return found == names.end() ? otherwise.str() : found->second;
  }
};

/// Numbers the occurrences without a name, level by level, in the order written; reports names given twice.
void nameOccurrences(State &state, const ast::Morphism &morphism, const Environment &environment,
                     Occurrences &occurrences);
void nameOccurrences(State &state, const ast::Diagram &diagram, const Environment &environment,
                     Occurrences &occurrences);

} // namespace weft
