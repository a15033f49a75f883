// The subcommands of the tool. Each gives the exit code: 0 fine, 1 the program or its inputs are wrong, 3 a
// bug of ours.
#pragma once

#include "compiler/pipeline/Compilation.h"
#include "lib/draw/Svg.h"

#include <map>

namespace weft {

struct ToolOptions {
  CompilationOptions compilation;
  std::vector<std::string> files;
  bool json = false;
  std::map<std::string, int64_t> sizes;

  bool explain = false;          // check
  bool profile = false;          // bench
  std::string stage = "network"; // emit
  bool onlyCheck = false;        // fmt
  std::string output, prefix;    // build
  bool shared = false, archive = false;
  std::string weights, cell; // run, build, bench
  std::optional<uint64_t> seed;
  std::vector<std::string> inputs, outputs;
  bool reference = false;
  int64_t threads = 1; // run, bench

  std::optional<unsigned> depth; // draw
  std::vector<std::string> open;
  std::string format = "svg";
  draw::Theme theme = draw::Theme::automatic;
  bool mono = false;
};

/// Prints what is claimed, each claim's verdict, and how it was shown.
void printClaims(mlir::ModuleOp program, llvm::raw_ostream &out);

/// Prints how each tied weight of the entry is read, what that takes, and what the alternative would take:
/// lines, or one JSON object a weight. Code has been written.
void explainTies(Compilation &compilation, bool json);

/// Prints which algorithm each fold of a scheduled network got, and why: lines, or one JSON object a fold.
void explainFolds(NetworkOp network, bool json);

int checkCommand(const ToolOptions &options);
int benchCommand(const ToolOptions &options);
int buildCommand(const ToolOptions &options);
int drawCommand(const ToolOptions &options);
int emitCommand(const ToolOptions &options);
int formatCommand(const ToolOptions &options);
int runCommand(const ToolOptions &options);

/// Prints the messages where they belong; the exit code.
int finish(const Compilation &compilation, const ToolOptions &options);
int finish(const Diagnostics &diagnostics, const ToolOptions &options);

} // namespace weft
