// An equation of a checkpoint cell as a loop over the indices on its left. Positions in the file are affine
// in them: one offset and one stride for each index.
#pragma once

#include "compiler/elaborate/CellPaths.h"
#include "tools/weft/FileNames.h"
#include "tools/weft/Wires.h"

namespace weft {

/// offset + Σ strides[i] · index i. `size` is the number of values that it ranges over, 0 when that is not
/// known.
struct Affine {
  int64_t offset = 0, size = 0;
  std::vector<int64_t> strides;
};

/// A position along one dimension of a tensor: an affine one; or, in `(h, (0, e))`, the factors outside of
/// one that a number stands for, whose size the file tells, and those inside, which it is not multiplied by.
struct FilePosition {
  Affine inside;
  std::optional<Affine> outside;
  int64_t known = 0; // all sizes but that of the number multiplied

  /// Of a dimension of this size; none when the known sizes do not divide it.
  std::optional<Affine> along(int64_t dimension) const;
};

/// Where a cell is applied to a box: what stands before the names of weights and of tensors.
struct Application {
  std::string path;
  std::vector<const ast::Item *> items; // the positions on the frames around the box
  Indices indices;                      // in these positions
  FileName prefix;
};

/// One tensor of the file on the right of an equation.
struct FileRead {
  const ast::Expr *node;
  FileName name;
  std::vector<FilePosition> positions; // empty: dimension for dimension
};

struct CheckpointEquation {
  const ast::Tie *tie = nullptr;
  size_t weight = 0; // of the edge
  Indices indices;
  int64_t offset = 0;
  std::vector<FileRead> reads;
  bool converts = false;
};

class CheckpointParser {
public:
  CheckpointParser(const Edge &edge, const AxisTable &axes, Diagnostics &diagnostics)
      : edge(edge), axes(axes), diagnostics(diagnostics) {}

  /// Reports what is wrong; none then.
  std::optional<CheckpointEquation> parse(const ast::Tie &tie, const Application &at);
  /// The box at `target` inside of another one, and the positions around both; none after an error.
  std::optional<Application> inside(const WrittenPath &target, const Application &at);

private:
  bool fail(std::string_view name, Range range, std::string message) {
    diagnostics.error(name, range, std::move(message));
    return false;
  }
  bool matchLeft(const ast::Tie &tie, const WrittenPath &path, const Application &at,
                 CheckpointEquation &equation);
  bool position(const ast::Item &item, llvm::StringRef axis, int64_t stride, CheckpointEquation &equation);
  bool position(const ast::Expr &e, llvm::StringRef axis, int64_t stride, CheckpointEquation &equation);
  bool summand(const ast::Item &item, llvm::StringRef axis, int64_t stride, CheckpointEquation &equation);
  bool collectReads(const ast::Expr &e, const Application &at, CheckpointEquation &equation);
  std::optional<FilePosition> filePosition(const ast::Expr &e, const Indices &indices);
  std::optional<Affine> affine(const ast::Expr &e, const Indices &indices);
  int64_t sizeOf(llvm::StringRef axis) const { return axes.size(axis).constant().value_or(0); }

  const Edge &edge;
  const AxisTable &axes;
  Diagnostics &diagnostics;
};

} // namespace weft
