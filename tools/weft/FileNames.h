// Names of tensors in files, with indices put in: `h.{l + 1}.weight`.
#pragma once

#include "lib/source/Source.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace weft {

/// An index on the left of an equation: how many values it has, and how far apart they lie in the weight.
struct Index {
  std::string name;
  int64_t size = 0;
  int64_t stride = 0;
  int64_t value = 0; // while the loop runs
};
using Indices = std::vector<Index>;

/// Text, or an index put in as a number.
struct NamePart {
  std::string text;
  std::optional<size_t> index;
  int64_t plus = 0;
};
using FileName = std::vector<NamePart>;

/// `prefix` and the name that `text` says, with `{{` for a brace. Reports an index that is none; none then.
std::optional<FileName> parseFileName(const std::string &text, Range range, const Indices &indices,
                                      const FileName &prefix, Diagnostics &diagnostics);

/// The name at the values of the indices.
std::string resolve(const FileName &name, const Indices &indices);

/// Whether a name is as the pattern says, in which `{l}` is any number.
bool matchesPattern(llvm::StringRef pattern, llvm::StringRef name);

} // namespace weft
