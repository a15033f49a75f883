// A checkpoint cell, carried out on a file: each element of each weight exactly once, every element of the
// file read or dropped.
#pragma once

#include "compiler/syntax/Ast.h"
#include "tools/weft/CheckpointCopy.h"

namespace weft {

/// Whether a cell says where weights lie in a file.
bool isCheckpoint(const ast::Cell &cell);

class CheckpointReader {
public:
  CheckpointReader(const ast::Program &program, const Edge &edge, const SafetensorsFile &file,
                   const std::string &path, llvm::StringRef real, const AxisTable &axes,
                   Diagnostics &diagnostics)
      : program(program), edge(edge), file(file), path(path), real(real), axes(axes),
        diagnostics(diagnostics), parser(edge, axes, diagnostics) {}

  std::vector<Tensor> run(const ast::Cell &cell);

private:
  bool fail(std::string_view name, Range range, std::string message) {
    diagnostics.error(name, range, std::move(message));
    return false;
  }
  const ast::Cell *innerCell(const ast::Name &name);
  void apply(const ast::Cell &cell, const Application &at);
  void applyInner(const ast::Tie &tie, const Application &at);
  void assign(const ast::Tie &tie, const Application &at);
  void drop(const ast::Tie &tie, const Application &at);
  void checkDropped(const std::string &name, const std::vector<bool> &read);
  void checkAllGiven();
  void checkGiven(const std::string &name, FilledWeight &weight);
  void checkAllRead();

  const ast::Program &program;
  const Edge &edge;
  const SafetensorsFile &file;
  const std::string &path;
  llvm::StringRef real;
  const AxisTable &axes;
  Diagnostics &diagnostics;
  CheckpointParser parser;
  std::vector<FilledWeight> weights; // in the edge's order
  SeenElements seen;
  std::map<std::string, std::pair<std::vector<bool>, Range>>
      dropped;                         // their elements, and where that is said
  std::vector<const ast::Cell *> open; // that are being applied, the outermost first
};

} // namespace weft
