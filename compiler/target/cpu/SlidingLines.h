// Lines of a factor that slides along the columns of a contraction: `W[o, i] = k[o - i]` lies in memory once,
// as
//
//   k[o₀ - i₁], …, k[o₁ - i₀]      a column and a term are a place: o − i
//
// and a tile reads the vector of columns `o` of term `i` from there.
#pragma once

#include "compiler/target/cpu/ContractionPanels.h"
#include "compiler/target/cpu/ContractionTile.h"

namespace weft {

/// How long the lines are, and what lies in them where. `width`: columns of a panel.
void layOutLines(ContractionPlan &plan, const AxisTable &axes, int64_t width);

class LinePacker : ContractionPanels {
public:
  using ContractionPanels::ContractionPanels;

  void writeAll();

private:
  void writeLine(const IndexValues &indices, mlir::Value line);
};

/// The terms of which a panel has elements that are not left out because they are 0.
TermRange termsOfBand(FunctionEmitter &emitter, const ContractionPlan &plan, mlir::Value firstColumn,
                      int64_t width);
/// Whether there may be others.
bool isBand(const ContractionPlan &plan);

} // namespace weft
