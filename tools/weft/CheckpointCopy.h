// One equation of a checkpoint cell, carried out: elements of the file into elements of a weight.
#pragma once

#include "lib/tensorfile/Safetensors.h"
#include "tools/weft/CheckpointEquation.h"
#include "tools/weft/FileFormula.h"

namespace weft {

/// A weight of the edge on its way.
struct FilledWeight {
  const EdgeWire *wire;
  Tensor tensor;
  std::vector<bool> given; // by element
  bool assigned = false;
};

/// By tensor of the file, which of its elements were read.
using SeenElements = std::map<std::string, std::vector<bool>>;

class EquationCopier {
public:
  EquationCopier(CheckpointParser &parser, CheckpointEquation &equation, FilledWeight &weight,
                 const SafetensorsFile &file, const std::string &path, SeenElements &seen,
                 Diagnostics &diagnostics);

  /// Ends at the first error: what is wrong for one index is wrong for more.
  void run() { loopFixed(0); }

private:
  struct BoundRead {
    FileRead *read = nullptr;
    const TensorView *view = nullptr;
    std::vector<bool> *seen = nullptr;
    std::vector<int64_t> strides;
    int64_t offset = 0;
  };

  bool fail(std::string_view name, Range range, std::string message) {
    diagnostics.error(name, range, std::move(message));
    return false;
  }
  void loopFixed(size_t index);
  bool bindReads();
  bool bindRead(BoundRead &bound);
  void loopElements(size_t index);
  void copyRow(size_t index);
  void element();
  bool give(int64_t target);
  const BoundRead &boundTo(const ast::Expr &read) const;
  reference::Scalar valueOf(const ast::Expr &read);
  std::string place() const;

  CheckpointParser &parser;
  CheckpointEquation &equation;
  FilledWeight &weight;
  const SafetensorsFile &file;
  const std::string &path;
  SeenElements &seen;
  Diagnostics &diagnostics;
  size_t errorsBefore;
  std::vector<BoundRead> reads;
  FileFormula formula;
};

} // namespace weft
