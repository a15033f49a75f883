// An equation of a checkpoint cell as a loop over the indices on its left. Positions in the file are affine
// in them, one offset and one stride for each index, once the indices that `div` and `mod` are taken of have
// values.
#pragma once

#include "compiler/elaborate/CellPaths.h"
#include "tools/weft/FileNames.h"
#include "tools/weft/Wires.h"

namespace weft {

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
  bool varies = false;                 // positions depend on the values of indices that are fixed
};

struct CheckpointEquation {
  const ast::Tie *tie = nullptr;
  size_t weight = 0; // of the edge
  Indices indices;
  int64_t offset = 0;
  std::vector<FileRead> reads;
  std::vector<bool> fixed; // by index: has a value before the elements are gone through
  bool converts = false;
};

class CheckpointParser {
public:
  CheckpointParser(const Edge &edge, const AxisTable &axes, Diagnostics &diagnostics)
      : edge(edge), axes(axes), diagnostics(diagnostics) {}

  /// Reports what is wrong; none then.
  std::optional<CheckpointEquation> parse(const ast::Tie &tie, const Application &at);
  /// The positions of a read, for the values of the fixed indices; false, reported, where they are none.
  bool place(FileRead &read, const CheckpointEquation &equation);
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
  std::optional<FilePosition> filePosition(const ast::Expr &e, const CheckpointEquation &equation);
  std::optional<Affine> affine(const ast::Expr &e, const CheckpointEquation &equation);
  std::optional<Affine> quotient(const ast::Expr &e, const Affine &a, const Affine &b,
                                 const CheckpointEquation &equation);
  int64_t sizeOf(llvm::StringRef axis) const { return axes.size(axis).constant().value_or(0); }

  const Edge &edge;
  const AxisTable &axes;
  Diagnostics &diagnostics;
};

} // namespace weft
