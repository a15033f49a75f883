// Names of tensors in files, with indices put in: `h.{l + 1}.weight`, `h.{#Layer - 1 - l}.weight`.
#pragma once

#include "dialects/weft/AxisTable.h"
#include "lib/source/Source.h"
#include "llvm/ADT/ArrayRef.h"
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

/// offset + Σ strides[i] · index i. `size` is the number of values that it ranges over, 0 when that is not
/// known.
struct Affine {
  int64_t offset = 0, size = 0;
  std::vector<int64_t> strides;

  int64_t at(const Indices &indices) const;
};

/// Text, or a number that indices make.
struct NamePart {
  std::string text;
  std::optional<Affine> number;
};
using FileName = std::vector<NamePart>;

/// `prefix` and the name that `text` says, with `{{` for a brace; in braces stands a sum of products of
/// numbers, sizes `#Axis` and one index each. Reports what is none; none then.
std::optional<FileName> parseFileName(const std::string &text, Range range, const Indices &indices,
                                      const FileName &prefix, const AxisTable &axes,
                                      Diagnostics &diagnostics);

/// The name at the values of the indices.
std::string resolve(const FileName &name, const Indices &indices);

/// A name in which any numbers stand between these pieces.
using FilePattern = std::vector<std::string>;

/// `prefix` and `text`, with `{{` for a brace and any number where something stands in braces. Reports a
/// brace without its partner; none then.
std::optional<FilePattern> parsePattern(const std::string &text, Range range, const FileName &prefix,
                                        Diagnostics &diagnostics);

bool matches(llvm::ArrayRef<std::string> pattern, llvm::StringRef name);

} // namespace weft
