// Contractions whose lanes go along the terms: partial sums of a few rows and columns side by side, of which
// each is put together at the end.
//
//   sum[r][c] += a[row r][k … k + lanes] * b[column c][k … k + lanes]
//
// Where the terms of both factors lie side by side nothing is packed; a weight may be packed so that its
// terms do.
#pragma once

#include "compiler/target/cpu/ContractionEmitter.h"

namespace weft {

void emitTermLanes(FunctionEmitter &emitter, const ContractionOperands &operands);

} // namespace weft
