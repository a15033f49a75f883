// A network at a point, in bounds: what lies apart there does so whatever rounding does.
#pragma once

#include "compiler/prove/Bounds.h"
#include "compiler/prove/NetworkEvaluation.h"

namespace weft::prove {

using BoundArrays = std::vector<ArrayOf<Bounds>>;

/// How many steps the evaluations for one claim may take together.
constexpr size_t mostStepsInBounds = 50'000'000;

/// The outputs; none where no steps are left.
std::optional<BoundArrays> evaluateInBounds(NetworkOp network, const AxisTable &axes,
                                            const std::map<std::string, int64_t> &sizes,
                                            const DrawnArrays &inputs, const DrawnArrays &weights,
                                            size_t &stepsLeft);

} // namespace weft::prove
