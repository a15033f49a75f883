// A checkpoint cell, carried out on a file: each element of each weight exactly once, every element of the
// file read or dropped.
#pragma once

#include "tools/weft/CheckpointCopy.h"
#include "tools/weft/CheckpointWalk.h"

namespace weft {

/// Elements of a tensor that a `drop` leaves out; its place, where it names that tensor alone.
struct DroppedPart {
  std::vector<bool> elements;
  Range range;
};

class CheckpointReader {
public:
  CheckpointReader(const ast::Program &program, const Edge &edge, const SafetensorsFile &file,
                   const std::string &path, llvm::StringRef real, const AxisTable &axes,
                   Diagnostics &diagnostics)
      : edge(edge), file(file), path(path), real(real), axes(axes), diagnostics(diagnostics),
        walk(program, edge, axes, diagnostics) {}

  std::vector<Tensor> run(const ast::Cell &cell);

private:
  bool fail(std::string_view name, Range range, std::string message) {
    diagnostics.error(name, range, std::move(message));
    return false;
  }
  void copy(CheckpointEquation &equation);
  void drop(const ast::Tie &tie, const FilePattern &pattern);
  void checkDropped(const std::string &name, const std::vector<bool> &read);
  void checkAllGiven();
  void checkGiven(const std::string &name, FilledWeight &weight);
  void checkAllRead();

  const Edge &edge;
  const SafetensorsFile &file;
  const std::string &path;
  llvm::StringRef real;
  const AxisTable &axes;
  Diagnostics &diagnostics;
  CheckpointWalk walk;
  std::vector<FilledWeight> weights; // in the edge's order
  SeenElements seen;
  std::map<std::string, std::vector<DroppedPart>> dropped;
};

} // namespace weft
