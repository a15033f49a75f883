// How many operations on reals a part of a network needs, as a polynomial of the open axes.
#pragma once

#include "dialects/weft/AxisTable.h"

namespace weft {

/// `+ - * /` and comparisons of reals count 1, so do exp and the like; masks are ignored: each element of
/// each fold counts, but of one that runs along its positions (chosen so, or free to be) one a position, and
/// of one over the elements that are sorted by their keys each once for all keys. What is made of weights
/// alone is evaluated when they are bound, and counts nothing. None where a number does not fit.
std::optional<Size> countFlops(NetworkOp network, const AxisTable &axes);
/// Of one equation, whatever it is made of.
std::optional<Size> countFlops(EquationOp equation, const AxisTable &axes);

} // namespace weft
