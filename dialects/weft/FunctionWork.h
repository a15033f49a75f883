// What a function of reals costs a processor.
#pragma once

#include "dialects/weft/WeftOps.h"

namespace weft {

/// Cycles for vectors, more or less, counted so that an addition is `workOfAddition`.
int64_t workOf(Function function);
constexpr int64_t workOfAddition = 2;
/// That of what takes a polynomial, or a call.
constexpr int64_t manyOperations = 24;

} // namespace weft
