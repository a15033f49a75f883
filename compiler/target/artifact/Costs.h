// What a call costs, as polynomials of the open axes.
#pragma once

#include "compiler/target/artifact/NetworkDescription.h"

namespace weft {

/// None where a number does not fit.
struct Costs {
  std::optional<Size> parameters, parametersWithoutTies, weightBytes, inputBytes, outputBytes;
  /// Operations on reals, masks ignored: each element of each fold counts.
  std::optional<Size> flops;
};

Costs costsOf(const NetworkDescription &network);

} // namespace weft
