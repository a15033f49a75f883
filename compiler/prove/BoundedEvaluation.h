// A network at a point, in bounds: what lies apart there does so whatever rounding does.
#pragma once

#include "compiler/prove/Bounds.h"
#include "compiler/prove/NetworkEvaluation.h"

namespace weft::prove {

using BoundArrays = std::vector<ArrayOf<Bounds>>;

/// The outputs; none where it takes too long.
std::optional<BoundArrays> evaluateInBounds(NetworkOp network, const AxisTable &axes,
                                            const std::map<std::string, int64_t> &sizes,
                                            const DrawnArrays &inputs, const DrawnArrays &weights);

} // namespace weft::prove
